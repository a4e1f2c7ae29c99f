import type { Diagnostic } from "../diagnostics/index.ts";
import type { Step, StepOp } from "../engine/index.ts";

/** What was asked for. */
export type Verb = "plan" | "apply" | "destroy" | "refresh" | "import";

/** How one stack fared. */
export interface StackReport {
  /** `project/stack`. */
  stack: string;
  manifest: { file: string; line: number; kind: string; name: string };
  result: "succeeded" | "failed" | "skipped";
  steps: Step[];
  /** `status.outputs`; secrets are `[secret]`, what is not known before the run `[unknown]`. */
  outputs: Record<string, unknown>;
  diagnostics: Diagnostic[];
}

/** How a whole command fared. */
export interface RunReport {
  verb: Verb;
  /** Nothing was changed, only shown. */
  isPreview: boolean;
  stacks: StackReport[];
  /** Steps by what they did, over all stacks. */
  summary: Record<string, number>;
  /** Why stacks were compared with the state only, or resources were. */
  notCompared?: string[];
  /** Wall time, milliseconds. */
  ms: number;
}

/** Steps counted by what they did; those that failed or are still to come did nothing. */
export function summarize(stacks: readonly StackReport[]): Record<string, number> {
  const summary: Record<string, number> = {};
  for (const { op, failed, pending } of stacks.flatMap(({ steps }) => steps)) {
    if (!failed && !pending) summary[op] = (summary[op] ?? 0) + 1;
  }
  return summary;
}

/** Steps that change something. */
const CHANGING: readonly StepOp[] = ["create", "update", "replace", "delete", "refresh", "import"];

/** Whether anything would change, or has. */
export function hasChanges({ stacks }: Pick<RunReport, "stacks">): boolean {
  return stacks.some(({ steps }) => steps.some(({ op }) => CHANGING.includes(op)));
}
