// From text to typed manifests: where they come from, where each value stands in its file, overlays and --set,
// references, validation, the stack a manifest belongs to. Offline, save for URLs the user names; never Pulumi.
export { loadManifests } from "./load.ts";
export type { LoadOptions, LoadResult } from "./load.ts";
export type { Manifest } from "./manifest.ts";
export { manifestDiagnostic } from "./manifest-diagnostic.ts";
export { effectiveManifest } from "./effective.ts";
export { hasSecrets } from "./secret-fields.ts";
export {
  manifestKey,
  orderByReferences,
  plainSpec,
  shownSpec,
  withReferences,
  withoutSourced,
} from "./manifest-references.ts";
export type { ManifestReference } from "./find-references.ts";
export type { SourceOptions } from "./sources.ts";
export { parseProviderConfig } from "./provider-config.ts";
export type { ProviderConfig } from "./provider-config.ts";
