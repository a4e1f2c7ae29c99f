import type { ResourceState } from "../../../state/index.ts";

/** All resources that depend on `target`, directly or not, in the list's order. */
export function dependentsOf(target: string, resources: readonly ResourceState[]): ResourceState[] {
  const affected = new Set([target]);
  return resources.filter((resource) => {
    if (resource.delete || affected.has(resource.urn)) return false;
    const isAffected = [...references(resource)].some((urn) => affected.has(urn));
    if (isAffected) affected.add(resource.urn);
    return isAffected;
  });
}

/** URNs a resource depends on: by property, by `dependsOn`, as its parent, its provider, what it is deleted with. */
export function* references(resource: ResourceState): Generator<string> {
  if (resource.parent) yield resource.parent;
  if (resource.deletedWith) yield resource.deletedWith;
  if (resource.provider) yield resource.provider.slice(0, resource.provider.lastIndexOf("::"));
  yield* resource.dependencies ?? [];
  for (const urns of Object.values(resource.propertyDependencies ?? {})) yield* urns;
}

/** Names of the inputs that depend on any of `urns`. */
export function inputsDependingOn(resource: ResourceState, urns: ReadonlySet<string>): string[] {
  return Object.entries(resource.propertyDependencies ?? {})
    .filter(([, sources]) => sources.some((urn) => urns.has(urn)))
    .map(([name]) => name);
}
