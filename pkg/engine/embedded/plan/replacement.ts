import type { DriverDiff } from "../../../provider-contract/index.ts";
import type { ResourceState } from "../../../state/index.ts";
import { UNKNOWN, stripSecrets } from "../../../values/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import { dependentsOf, inputsDependingOn } from "./dependents.ts";
import { isManaged } from "./resource-kinds.ts";

/** What a driver says of a record whose inputs become others. */
type Diff = (resource: ResourceState, inputs: PropertyMap) => DriverDiff;

/**
 * Dependents that cannot outlive `old`, because what they take from it forces their own replacement; in state order.
 * @param resources that are on record and not settled.
 */
export function dependentsToReplace(
  old: ResourceState,
  resources: readonly ResourceState[],
  diff: Diff,
): ResourceState[] {
  const replaced = new Set([old.urn]);
  return dependentsOf(old.urn, resources).filter((dependent) => {
    if (!isManaged(dependent)) return false;
    const affected = inputsDependingOn(dependent, replaced);
    const unknown = Object.fromEntries(affected.map((name) => [name, UNKNOWN]));
    const { replaces } = diff(dependent, { ...stripSecrets(dependent.inputs ?? {}), ...unknown });
    const mustGo = replaced.has(dependent.deletedWith ?? "") || (affected.length > 0 && replaces.length > 0);
    if (mustGo) replaced.add(dependent.urn);
    return mustGo;
  });
}

/**
 * Whether the provider moved to where the resource cannot follow. Pulumi replaces everything whenever an explicit
 * provider is swapped for another; here only when what decides where resources live is known to differ, so that going
 * from environment variables to `-p` with the same tenant changes nothing.
 * @param before, after provider references, `<urn>::<id>`.
 * @param resources on record, with the providers; asked for only when the reference changes.
 * @param deciding names of the configuration that decides where resources live.
 */
export function isProviderReplaced(
  before: string | undefined,
  after: string,
  resources: () => readonly ResourceState[],
  deciding: readonly string[],
): boolean {
  if (!before || before === after) return false;
  const all = resources();
  const config = (reference: string): PropertyMap =>
    stripSecrets(all.find(({ urn, id }) => `${urn}::${id}` === reference)?.inputs ?? {});
  const [old, now] = [config(before), config(after)];
  return deciding.some((key) => old[key] !== undefined && now[key] !== undefined && old[key] !== now[key]);
}
