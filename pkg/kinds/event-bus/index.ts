// The `eventBus` block that every kind with an EventBridge destination shares: its schema, the rules a schema cannot
// say, and its outputs. zod and event patterns only, like the kinds that use it.
export { archiveName, eventBusClaims, eventBusRules, existingArns } from "./rules.ts";
export { eventBusOutputs, outputsWithEventBus } from "./outputs.ts";
export { eventBusSchema } from "./schema.ts";
export type { EventBusSpec, RuleSpec } from "./schema.ts";
export { kindOfTarget } from "./target-rules.ts";
export { patternOfRule } from "./patterns.ts";
export { TARGET_ARNS } from "./targets.ts";
export type { TargetKind, TargetSpec } from "./targets.ts";
export { busEventOf, testRules } from "./test-rules.ts";
export type { RuleVerdict } from "./test-rules.ts";
