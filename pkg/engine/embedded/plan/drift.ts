import type { Step } from "../../engine.ts";

/** What a refresh found, by URN: the resource is gone, or these paths differ from the record. */
export type Drift = ReadonlyMap<string, "gone" | readonly string[]>;

/** Marks in the steps of a plan what was changed by someone else since the last run. */
export function markDrift(steps: Iterable<Step>, drift: Drift): void {
  if (drift.size === 0) return;
  for (const step of steps) {
    const found = drift.get(step.urn);
    if (found === "gone") step.gone = true;
    else if (found)
      for (const entry of step.diff) if (found.some((path) => overlap(path, entry.path))) entry.drift = true;
  }
}

/** Whether two paths are one, or one is within the other. */
function overlap(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  return long.startsWith(short) && ["", ".", "["].includes(long.charAt(short.length));
}
