import type { RestRoute } from "../wire/index.ts";

const FUNCTION = "/2015-03-31/functions/{FunctionName}";

/** Lambda's operations by their paths. */
export const lambdaRoutes: readonly RestRoute[] = [
  { method: "GET", path: "/2015-03-31/functions", operation: "ListFunctions" },
  { method: "POST", path: "/2015-03-31/functions", operation: "CreateFunction" },
  { method: "GET", path: FUNCTION, operation: "GetFunction" },
  { method: "GET", path: `${FUNCTION}/configuration`, operation: "GetFunctionConfiguration" },
  { method: "DELETE", path: FUNCTION, operation: "DeleteFunction" },
  { method: "GET", path: `${FUNCTION}/policy`, operation: "GetPolicy" },
  { method: "POST", path: `${FUNCTION}/policy`, operation: "AddPermission" },
  { method: "DELETE", path: `${FUNCTION}/policy/{StatementId}`, operation: "RemovePermission" },
  { method: "POST", path: `${FUNCTION}/invocations`, operation: "Invoke", payload: "Payload" },
];
