import { CODES, diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { formatPath } from "../values/index.ts";
import { locate } from "./document.ts";
import type { Manifest } from "./manifest.ts";
import { manifestKey, plainSpec } from "./manifest-references.ts";
import type { ManifestIdentity } from "./validate.ts";

/** Two manifests of one stack, of one stream name, or of one thing outside Auth0: the last one would win, so neither may. */
export function collisions(identities: readonly ManifestIdentity[], manifests: readonly Manifest[]): Diagnostic[] {
  return [...sameStackOrName(identities), ...claimedTwice(manifests)];
}

function sameStackOrName(identities: readonly ManifestIdentity[]): Diagnostic[] {
  const stacks = new Map<string, ManifestIdentity>();
  const named = new Map<string, ManifestIdentity[]>();
  return identities.flatMap((identity): Diagnostic[] => {
    const stack = `${identity.stack.project}/${identity.stack.stack}`;
    const name = manifestKey(identity);
    const namesakes = named.get(name) ?? [];
    const sameStack = stacks.get(stack);
    const sameName = namesakes.find((other) => mayShareTenant(other, identity));
    stacks.set(stack, identity);
    named.set(name, [...namesakes, identity]);
    const at = locate(identity.document, ["metadata", "name"]);
    if (sameStack) {
      const message = `stack ${stack} is already that of ${whereIs(sameStack)}`;
      const hint = "give each manifest its own stack.name label, env or name";
      return [diagnostic("duplicate-stack", message, { hint, path: "metadata", ...at })];
    }
    if (!sameName) return [];
    const message = `${name} is already that of ${whereIs(sameName)}; a name is unique on a tenant`;
    const hint = "name each one's tenant with the label openmcf.org/auth0-domain, if they are for two tenants";
    return [diagnostic("duplicate-stream-name", message, { hint, path: "metadata.name", ...at })];
  });
}

/** Whether two manifests may be for one tenant: also where one does not say. */
function mayShareTenant({ tenant: one }: ManifestIdentity, { tenant: other }: ManifestIdentity): boolean {
  return !one || !other || one.domain === other.domain;
}

function claimedTwice(manifests: readonly Manifest[]): Diagnostic[] {
  const claims = new Map<string, Manifest>();
  return manifests.flatMap((manifest) => {
    const { kind, spec, metadata, document } = manifest;
    const shown = kind.claims?.(spec, metadata.name) ?? [];
    // Keys are of the real values; texts are of a spec that does not have those from the environment.
    return (kind.claims?.(plainSpec(manifest), metadata.name) ?? []).flatMap(({ code, key, path }, index) => {
      const other = claims.get(key);
      claims.set(key, manifest);
      if (!other) return [];
      const message = `${shown[index]?.message ?? CODES[code].means} is already that of ${whereIs(other)}`;
      return [diagnostic(code, message, { path: formatPath(path), ...locate(document, path) })];
    });
  });
}

function whereIs({ document }: Pick<ManifestIdentity, "document">): string {
  return `${document.file}:${document.line}`;
}
