// AWS Lambda: functions, versions and aliases, permissions, invocations. No code is run: a function answers what its
// environment says. A runtime that executes code takes the place of `cannedRuntime`.
import type { Service } from "../cloud.ts";
import { functionOperations } from "./function-operations.ts";
import { invokeTask } from "./invoke.ts";
import { permissionOperations } from "./permission-operations.ts";
import { lambdaRoutes } from "./routes.ts";
import { tagOperations } from "./tag-operations.ts";
import { versionOperations } from "./version-operations.ts";

/** Lambda, by operation. */
export const lambda: Service = {
  operations: { ...functionOperations, ...versionOperations, ...permissionOperations, ...tagOperations },
  tasks: { Invoke: invokeTask },
  routes: lambdaRoutes,
};
