import type { RestRoute } from "../wire/index.ts";

const FUNCTIONS = "/2015-03-31/functions";
const FUNCTION = `${FUNCTIONS}/{FunctionName}`;
const ALIAS = `${FUNCTION}/aliases/{Name}`;
const TAGS = "/2017-03-31/tags/{Resource}";

/** Lambda's operations by their paths (its API model). */
export const lambdaRoutes: readonly RestRoute[] = [
  { method: "GET", path: FUNCTIONS, operation: "ListFunctions" },
  { method: "POST", path: FUNCTIONS, operation: "CreateFunction" },
  { method: "GET", path: FUNCTION, operation: "GetFunction" },
  { method: "DELETE", path: FUNCTION, operation: "DeleteFunction" },
  { method: "GET", path: `${FUNCTION}/configuration`, operation: "GetFunctionConfiguration" },
  { method: "PUT", path: `${FUNCTION}/configuration`, operation: "UpdateFunctionConfiguration" },
  { method: "PUT", path: `${FUNCTION}/code`, operation: "UpdateFunctionCode" },
  { method: "GET", path: `${FUNCTION}/versions`, operation: "ListVersionsByFunction" },
  { method: "POST", path: `${FUNCTION}/versions`, operation: "PublishVersion" },
  { method: "GET", path: `${FUNCTION}/aliases`, operation: "ListAliases" },
  { method: "POST", path: `${FUNCTION}/aliases`, operation: "CreateAlias" },
  { method: "GET", path: ALIAS, operation: "GetAlias" },
  { method: "PUT", path: ALIAS, operation: "UpdateAlias" },
  { method: "DELETE", path: ALIAS, operation: "DeleteAlias" },
  { method: "GET", path: `${FUNCTION}/policy`, operation: "GetPolicy" },
  { method: "POST", path: `${FUNCTION}/policy`, operation: "AddPermission" },
  { method: "DELETE", path: `${FUNCTION}/policy/{StatementId}`, operation: "RemovePermission" },
  { method: "POST", path: `${FUNCTION}/invocations`, operation: "Invoke", payload: "Payload" },
  {
    method: "GET",
    path: "/2020-06-30/functions/{FunctionName}/code-signing-config",
    operation: "GetFunctionCodeSigningConfig",
  },
  { method: "GET", path: TAGS, operation: "ListTags" },
  { method: "POST", path: TAGS, operation: "TagResource" },
  { method: "DELETE", path: TAGS, operation: "UntagResource" },
];
