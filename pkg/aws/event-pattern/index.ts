// EventBridge's event patterns: validation with the service's own messages, matching, and why an event does not match.
// Pure, on plain JSON values or JSON text; the rules are those of `software.amazon.event.ruler` 2.1.0.
export { InvalidEventPattern, compileEventPattern, compileEventPatternText } from "./compile.ts";
export type { EventPattern } from "./compile.ts";
export type { Mismatch } from "./evaluate.ts";
export { JsonMembers, parseJsonText } from "./json-text.ts";
