// AWS Lambda: functions, their permissions, invocations. No code is run: a function answers what its environment says.
// A runtime that executes code takes the place of `cannedRuntime`.
import type { Service } from "../cloud.ts";
import { invokeTask } from "./invoke.ts";
import { lambdaOperations } from "./operations.ts";
import { lambdaRoutes } from "./routes.ts";

/** Lambda, by operation. */
export const lambda: Service = { operations: lambdaOperations, tasks: { Invoke: invokeTask }, routes: lambdaRoutes };
