import type { Step } from "./engine.ts";

/** Steps by operation. What failed did not happen. */
export function countSteps(steps: readonly Step[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { op, failed } of steps) if (!failed) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}
