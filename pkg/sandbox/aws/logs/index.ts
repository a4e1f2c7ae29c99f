// CloudWatch Logs: log groups and what is in them, tags, resource policies.
// Operations are by AWS's names; EventBridge writes events into groups itself.
import type { Service } from "../cloud.ts";
import { groupOperations } from "./group-operations.ts";
import { policyOperations } from "./policy-operations.ts";
import { tagOperations } from "./tag-operations.ts";

/** CloudWatch Logs, by operation. */
export const logs: Service = { operations: { ...groupOperations, ...policyOperations, ...tagOperations } };
