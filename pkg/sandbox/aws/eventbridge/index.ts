// Amazon EventBridge: partner event sources, buses, rules, targets, archives, and events on their way to targets.
// Access of targets is judged here; the services that targets are of are elsewhere.
import type { Service } from "../cloud.ts";
import { archiveOperations } from "./archive-operations.ts";
import { busOperations } from "./bus-operations.ts";
import { putCustomEvents, putPartnerEvents } from "./put-operations.ts";
import { ruleOperations } from "./rule-operations.ts";
import { sourceOperations } from "./source-operations.ts";
import { tagOperations } from "./tag-operations.ts";
import { targetOperations } from "./target-operations.ts";

export { putEvents } from "./deliver.ts";
export { SOURCE_LIFETIME_MS } from "./limits.ts";
export { countTargetArrival, targetInbox } from "./inbox.ts";
export type { TargetCount, TargetCounts } from "./inbox.ts";
export type { TargetArrival } from "./model.ts";
export type { Rule } from "./rules.ts";
export { sourcesOf, stateOf } from "./sources.ts";

/** EventBridge, by operation. */
export const eventbridge: Service = {
  operations: {
    ...sourceOperations,
    ...busOperations,
    ...archiveOperations,
    ...ruleOperations,
    ...targetOperations,
    ...tagOperations,
  },
  tasks: { PutEvents: putCustomEvents, PutPartnerEvents: putPartnerEvents },
};
