import { AwsFault } from "./wire/index.ts";

/** @throws AwsFault when a text is no policy document. */
export function checkPolicyText(text: string): void {
  try {
    const policy = JSON.parse(text) as { Statement?: unknown };
    if (policy.Statement !== undefined) return;
  } catch {
    // Falls through to the same answer.
  }
  throw new AwsFault("InvalidAttributeValue", "Invalid value for the parameter Policy.");
}
