import type { OperationOptions, OperationResult } from "../engine.ts";

/**
 * The CLI is not asked about its steps while it runs, so an approval is checked against a preview right before.
 * @returns the failed result, when the preview failed or has a step that is not approved.
 */
export function refusedBy(
  approve: NonNullable<OperationOptions["approve"]>,
  { steps, ...preview }: OperationResult,
): OperationResult | undefined {
  if (preview.result === "failed") return { ...preview, steps: [] };
  const changing = steps.filter(({ op }) => op !== "same" && op !== "read" && op !== "refresh");
  const refusals = changing.flatMap((step) => approve(step) ?? []);
  return refusals.length > 0 ? { ...preview, result: "failed", steps: [], diagnostics: refusals } : undefined;
}
