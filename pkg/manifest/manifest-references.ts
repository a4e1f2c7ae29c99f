import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { formatPath, getPath, secret, setPath } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import { locate } from "./document.ts";
import type { ManifestReference } from "./find-references.ts";
import type { Manifest } from "./manifest.ts";
import { showOrigin } from "./value-origin.ts";
import type { SourcedValue } from "./value-origin.ts";

/** How a manifest is named among others: `Kind/name`. */
export function manifestKey(manifest: {
  kind: string | { kind: string };
  name?: string;
  metadata?: { name: string };
}): string {
  const kind = typeof manifest.kind === "string" ? manifest.kind : manifest.kind.kind;
  return `${kind}/${manifest.name ?? manifest.metadata?.name ?? ""}`;
}

/**
 * The manifests each one waits for. Only manifests of the same command are waited for; a reference to another one
 * reads the outputs of its stack.
 */
export function orderByReferences(manifests: readonly Manifest[]): {
  waitsFor: Map<Manifest, Manifest[]>;
  diagnostics: Diagnostic[];
} {
  const byKey = Map.groupBy(manifests, (manifest) => manifestKey(manifest));
  const waitsFor = new Map<Manifest, Manifest[]>();
  for (const manifest of manifests) {
    const others = manifest.references
      .map((reference) => referredTo(manifest, byKey.get(manifestKey(reference)) ?? []))
      .filter((other) => other !== undefined);
    waitsFor.set(manifest, [...new Set(others)]);
  }
  const diagnostics: Diagnostic[] = [];
  const done = new Set<Manifest>();
  const visit = (manifest: Manifest, trail: Manifest[]): void => {
    if (done.has(manifest)) return;
    if (trail.includes(manifest)) {
      const circle = [...trail.slice(trail.indexOf(manifest)), manifest].map((each) => manifestKey(each)).join(" → ");
      const place = locate(manifest.document, manifest.references[0]?.path ?? []);
      diagnostics.push(diagnostic("reference-cycle", `these manifests wait for each other: ${circle}`, place));
      return;
    }
    for (const other of waitsFor.get(manifest) ?? []) visit(other, [...trail, manifest]);
    done.add(manifest);
  };
  for (const manifest of manifests) visit(manifest, []);
  return { waitsFor, diagnostics };
}

/** Of manifests of one kind and name (they are for several tenants), the one that a manifest means: of its own tenant. */
function referredTo({ tenant }: Manifest, candidates: readonly Manifest[]): Manifest | undefined {
  const [first, ...more] = candidates;
  return more.length === 0 ? first : candidates.find((other) => other.tenant?.domain === tenant?.domain);
}

/**
 * The spec as the program takes it: values from the environment and files as wrapped secrets, and every reference to
 * another manifest filled in.
 * @param lookup outputs of a manifest's stack; `undefined` when it has none, the unknown sentinel inside when not known yet.
 */
export function withReferences(
  manifest: Manifest,
  lookup: (reference: ManifestReference) => PropertyMap | undefined,
): { spec: unknown; diagnostics: Diagnostic[] } {
  if (manifest.references.length === 0 && manifest.sourced.length === 0)
    return { spec: manifest.spec, diagnostics: [] };
  const root = { spec: structuredClone(manifest.spec) as PropertyMap };
  const diagnostics: Diagnostic[] = [];
  for (const { path, value } of manifest.sourced) setPath(root, path, secret(value));
  for (const reference of manifest.references) {
    const value = outputOf(manifest, reference, lookup(reference));
    if ("problem" in value) diagnostics.push(value.problem);
    else setPath(root, reference.path, value.found);
  }
  return { spec: root.spec, diagnostics };
}

function outputOf(
  manifest: Manifest,
  reference: ManifestReference,
  outputs: PropertyMap | undefined,
): { found: PropertyValue } | { problem: Diagnostic } {
  const place = { path: formatPath(reference.path), ...locate(manifest.document, reference.path) };
  const key = manifestKey(reference);
  if (!outputs) {
    const hint = `apply ${key} first, or in the same command`;
    return { problem: diagnostic("unresolved-reference", `${key} has no outputs yet`, { hint, ...place }) };
  }
  const found = getPath(outputs, reference.output);
  if (found !== null && found !== undefined) return { found };
  const name = `status.outputs.${formatPath(reference.output)} of ${key}`;
  return { problem: diagnostic("unresolved-reference", `${name} is empty`, place) };
}

/** The spec with values from the environment and files in clear: for what is done with them, never for a text. */
export function plainSpec(manifest: Pick<Manifest, "spec" | "sourced">): unknown {
  return specWith(manifest, ({ value }) => value);
}

/** The spec with the names of sources in place of values from the environment and files: for texts. */
export function shownSpec(manifest: Pick<Manifest, "spec" | "sourced">): unknown {
  return specWith(manifest, ({ origin }) => showOrigin(origin));
}

function specWith(
  { spec, sourced }: Pick<Manifest, "spec" | "sourced">,
  textOf: (value: SourcedValue) => string,
): unknown {
  if (sourced.length === 0) return spec;
  const root = { spec: structuredClone(spec) as PropertyMap };
  for (const each of sourced) setPath(root, each.path, textOf(each));
  return root.spec;
}

/** A text about a manifest, with what came from the environment and files taken out. */
export function withoutSourced(text: string, { sourced }: Pick<Manifest, "sourced">): string {
  return sourced.reduce((shown, { value, origin }) => shown.replaceAll(value, showOrigin(origin)), text);
}
