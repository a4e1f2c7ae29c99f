import type { Item } from "../store.ts";

/** Runs a function for an invocation; gives its answer as JSON text. An error it throws is the function's own. */
export type LambdaRuntime = (fn: Item, payload: string) => Promise<string>;

/**
 * Answers as the function's `SANDBOX_RESPONSE` environment variable says, `null` without one; `SANDBOX_ERROR` makes it
 * fail. A runtime that executes code takes this place.
 */
export const cannedRuntime: LambdaRuntime = async (fn) => {
  const variables = (fn["Environment"] as { Variables?: Record<string, string> } | undefined)?.Variables ?? {};
  const error = variables["SANDBOX_ERROR"];
  if (error !== undefined) throw new Error(error);
  return variables["SANDBOX_RESPONSE"] ?? "null";
};
