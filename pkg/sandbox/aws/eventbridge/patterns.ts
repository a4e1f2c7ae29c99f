import { InvalidEventPattern, compileEventPatternText } from "../../../aws/event-pattern/index.ts";
import type { EventPattern } from "../../../aws/event-pattern/index.ts";
import { need } from "../call-input.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";

const compiled = new Map<string, EventPattern>();

/** Compiles a pattern's text once. @throws AwsFault InvalidEventPatternException, in the service's words. */
export function patternOf(text: string): EventPattern {
  let pattern = compiled.get(text);
  if (!pattern) {
    try {
      pattern = compileEventPatternText(text);
    } catch (error) {
      const reason = error instanceof InvalidEventPattern ? error.message : "Filter is not an object";
      throw new AwsFault("InvalidEventPatternException", `Event pattern is not valid. Reason: ${reason}`);
    }
    compiled.set(text, pattern);
  }
  return pattern;
}

/** Checks a call's `EventPattern`. */
export function checkPattern(call: AwsCall): EventPattern {
  const text = need(call, "EventPattern");
  if (text.length > 4096)
    throw new AwsFault(
      "ValidationException",
      "1 validation error detected: Value at 'eventPattern' failed to satisfy constraint: Member must have length less than or equal to 4096",
    );
  return patternOf(text);
}
