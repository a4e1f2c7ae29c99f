// EventBridge's event patterns: validation with the service's own messages, matching, and why an event does not match.
// Pure, on plain JSON values; the rules are those of `software.amazon.event.ruler` 2.0.1, which EventBridge runs.
export { InvalidEventPattern, compileEventPattern } from "./compile.ts";
export type { EventPattern } from "./compile.ts";
export type { Mismatch } from "./evaluate.ts";
