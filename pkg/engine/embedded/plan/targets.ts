import { nameOf, urnMatcher } from "../../urn.ts";

/** Targets that are the target of nothing. */
export function missedTargets(targets: readonly string[] = [], resources: readonly { urn: string }[]): string[] {
  return targets.filter((target) => !resources.some(({ urn }) => targetTest([target])(urn)));
}

/** A target is a URN, a pattern with `*`, or the plain name of a resource. */
export function targetTest(targets: readonly string[]): (urn: string) => boolean {
  const matches = urnMatcher(targets);
  return (urn) => matches(urn) || targets.includes(nameOf(urn));
}
