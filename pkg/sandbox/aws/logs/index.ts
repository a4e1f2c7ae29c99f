// CloudWatch Logs: log groups, their events, resource policies.
// Operations are by AWS's names; what other services need of this one is a file of its own.
import type { Service } from "../cloud.ts";
import { logsOperations } from "./operations.ts";

/** CloudWatch Logs: log groups, their events, resource policies. */
export const logs: Service = { operations: logsOperations };
