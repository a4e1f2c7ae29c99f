import type { ResourceState } from "../../../state/index.ts";
import { UNKNOWN, stripSecrets } from "../../../values/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import { dependentsOf, inputsDependingOn } from "../plan/dependents.ts";
import { isManaged } from "../plan/resource-kinds.ts";
import type { StepContext } from "./resource-steps.ts";

/** Dependents that cannot outlive `old`, because what they take from it forces their own replacement; in state order. */
export function dependentsToReplace(old: ResourceState, { journal, providers }: StepContext): ResourceState[] {
  const replaced = new Set([old.urn]);
  return dependentsOf(old.urn, journal.unsettled()).filter((dependent) => {
    if (!isManaged(dependent)) return false;
    const oldInputs = stripSecrets(dependent.inputs ?? {});
    const affected = inputsDependingOn(dependent, replaced);
    const inputs: PropertyMap = { ...oldInputs, ...Object.fromEntries(affected.map((name) => [name, UNKNOWN])) };
    const driver = providers.driver(dependent.provider ?? "", dependent.type);
    const { replaces } = driver.diff({ oldInputs, oldOutputs: stripSecrets(dependent.outputs ?? {}), inputs });
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
 */
export function isProviderReplaced(
  before: string | undefined,
  after: string,
  packageName: string,
  { journal, providers }: StepContext,
): boolean {
  if (!before || before === after) return false;
  const all = [...journal.settled(), ...journal.unsettled()];
  const config = (reference: string): PropertyMap =>
    stripSecrets(all.find(({ urn, id }) => `${urn}::${id}` === reference)?.inputs ?? {});
  const [old, now] = [config(before), config(after)];
  return providers
    .plugin(packageName)
    .replaceOnConfig.some((key) => old[key] !== undefined && now[key] !== undefined && old[key] !== now[key]);
}
