import { AwsFault } from "../wire/index.ts";

export const MAX_RESOURCE_POLICIES = 10;
const MAX_POLICY_LENGTH = 5120;

/** Days that events may be kept (CloudWatch Logs' API reference). */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** @throws AwsFault for a name that no log group may have. */
export function checkGroupName(name: string): void {
  if (/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) return;
  throw invalid(
    `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
  );
}

/** @throws AwsFault for a number of days that cannot be chosen. */
export function checkRetention(days: unknown): asserts days is number {
  if (!RETENTIONS.includes(days as number))
    throw invalid(
      `1 validation error detected: Value '${JSON.stringify(days)}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTIONS.join(", ")}]`,
    );
}

/** @throws AwsFault for a text that is no policy document. */
export function checkResourcePolicy(document: string): void {
  if (document.length > MAX_POLICY_LENGTH) throw invalid("The policy document is too long.");
  try {
    if (typeof JSON.parse(document) === "object") return;
  } catch {
    // Falls through to the same answer.
  }
  throw invalid("Policy document is not valid JSON.");
}

function invalid(message: string): AwsFault {
  return new AwsFault("InvalidParameterException", message);
}
