import type { RunReport, StackReport } from "../deploy/index.ts";
import type { Step, StepOp } from "../engine/index.ts";
import { WORDS } from "./vocabulary.ts";

/** In the order in which they are summed up. */
const CHANGES = ["create", "import", "update", "replace", "delete", "refresh"] as const;

/** So many steps of one kind. */
export interface Sum {
  op: StepOp;
  count: number;
  /** `2 to create`. */
  text: string;
}

/**
 * Whether a step is shown: unchanged and read resources are not, and neither is a provider that comes or goes with the
 * resources that it is for.
 */
export function isShown({ op, type, failed }: Step): boolean {
  if (op === "same" || op === "read") return false;
  return failed === true || !isProvider(type) || (op !== "create" && op !== "delete");
}

/** What became of a step, in words. */
export function stateOfStep({ op, failed, pending }: Step, isPreview: boolean): string {
  const [future, , past] = WORDS[op];
  if (failed) return "FAILED";
  return pending ? `still ${future}` : isPreview ? future : past;
}

/** What the shown steps did or would do, counted by kind; then those that are still to be done, and those that failed. */
export function sumsOf(steps: readonly Step[], isPreview: boolean): Sum[] {
  const sums = new Map<string, Sum>();
  for (const step of steps.filter(isShown)) {
    const text = stateOfStep(step, isPreview);
    const sum = sums.get(text) ?? { op: step.op, count: 0, text };
    sums.set(text, { ...sum, count: sum.count + 1 });
  }
  const rank = ({ op, text }: Sum): number =>
    CHANGES.findIndex((each) => each === op) + (text === "FAILED" ? 200 : text.startsWith("still") ? 100 : 0);
  return [...sums.values()]
    .toSorted((one, other) => rank(one) - rank(other))
    .map((sum) => ({ ...sum, text: `${sum.count} ${sum.text}` }));
}

/** Number of resources that a run left or would leave as they are. */
export function unchangedIn({ stacks }: RunReport): number {
  return stacks.flatMap(({ steps }) => steps).filter(({ op, type }) => op === "same" && !isProvider(type)).length;
}

/** Whether there is anything to show of a stack. */
export function isInteresting({ result, steps, diagnostics }: StackReport): boolean {
  return result !== "succeeded" || diagnostics.length > 0 || steps.some(isShown);
}

/** `1 manifest`, `2 manifests`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function isProvider(type: string): boolean {
  return type.startsWith("pulumi:providers:");
}
