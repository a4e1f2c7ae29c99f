import { createHash, randomUUID } from "node:crypto";
import { maybe, need, shelfOf, textOf } from "./cloud.ts";
import type { Cloud, Operation } from "./cloud.ts";
import { AwsFault } from "./protocol.ts";
import type { AwsCall } from "./protocol.ts";
import type { Item } from "./store.ts";

/** Runs a function for an invocation; gives its answer as JSON text. An error it throws is the function's own. */
export type LambdaRuntime = (fn: Item, payload: string) => Promise<string>;

/**
 * Answers as the function's `SANDBOX_RESPONSE` environment variable says, `null` without one; `SANDBOX_ERROR` makes it
 * fail. A runtime that executes code takes this place.
 */
export const cannedRuntime: LambdaRuntime = async (fn) => {
  const variables = (fn["Environment"] as { Variables?: Record<string, string> } | undefined)?.Variables ?? {};
  const error = variables["SANDBOX_ERROR"];
  if (error !== undefined) throw new Error(error);
  return variables["SANDBOX_RESPONSE"] ?? "null";
};

/** The name in a function's name, ARN, or either with a qualifier. */
function functionName(call: AwsCall): string {
  const text = need(call, "FunctionName");
  return (/:function:([^:]+)/.exec(text)?.[1] ?? text).split(":")[0] ?? "";
}

function findFunction(call: AwsCall, { store }: Cloud): { shelf: string; name: string; fn: Item } {
  const name = functionName(call);
  const shelf = shelfOf(call, "function");
  const fn = store.get(shelf, name);
  if (!fn) throw new AwsFault("ResourceNotFoundException", `Function not found: ${functionArn(call, name)}`, 404);
  return { shelf, name, fn };
}

const functionArn = ({ account, region }: AwsCall, name: string): string =>
  `arn:aws:lambda:${region}:${account}:function:${name}`;

/** Statements by qualifier (`""` for the function itself), then by id. */
type Policies = Record<string, Record<string, object>>;

const policiesOf = (fn: Item): Policies => (fn["policies"] ?? {}) as Policies;

/** A function's resource policy, as text. */
export function functionPolicy(fn: Item, qualifier: string): string | undefined {
  const statements = Object.values(policiesOf(fn)[qualifier] ?? {});
  return statements.length === 0
    ? undefined
    : JSON.stringify({ Version: "2012-10-17", Id: "default", Statement: statements });
}

function shownFunction(call: AwsCall, name: string, kept: Item): Item {
  const { policies: _, ...fn } = kept;
  return {
    ...fn,
    FunctionName: name,
    FunctionArn: functionArn(call, name),
    State: "Active",
    LastUpdateStatus: "Successful",
  };
}

/** AWS Lambda; invocations are apart, because they take time. */
export const lambdaOperations: Readonly<Record<string, Operation>> = {
  CreateFunction(call, { store }) {
    const name = functionName(call);
    if (store.get(shelfOf(call, "function"), name))
      throw new AwsFault("ResourceConflictException", `Function already exist: ${name}`, 409);
    const { Code: code, FunctionName: _, ...config } = call.params;
    const text = JSON.stringify(code ?? {});
    const fn: Item = {
      ...config,
      CodeSha256: createHash("sha256").update(text).digest("base64"),
      CodeSize: text.length,
      LastModified: new Date().toISOString(),
      Version: "$LATEST",
    };
    store.put(shelfOf(call, "function"), name, fn);
    return { status: 201, ...shownFunction(call, name, fn) };
  },
  GetFunction(call, cloud) {
    const { name, fn } = findFunction(call, cloud);
    return { Configuration: shownFunction(call, name, fn), Code: { RepositoryType: "S3" } };
  },
  GetFunctionConfiguration(call, cloud) {
    const { name, fn } = findFunction(call, cloud);
    return shownFunction(call, name, fn);
  },
  ListFunctions: (call, { store }) => ({
    Functions: store.all(shelfOf(call, "function")).map(([name, fn]) => shownFunction(call, name, fn)),
  }),
  DeleteFunction(call, cloud) {
    const { shelf, name } = findFunction(call, cloud);
    cloud.store.remove(shelf, name);
    return { status: 204 };
  },
  GetPolicy(call, cloud) {
    const { fn } = findFunction(call, cloud);
    const policy = functionPolicy(fn, maybe(call, "Qualifier") ?? "");
    if (policy === undefined)
      throw new AwsFault("ResourceNotFoundException", "The resource you requested does not exist.", 404);
    return { Policy: policy, RevisionId: randomUUID() };
  },
  AddPermission(call, cloud) {
    const { shelf, name, fn } = findFunction(call, cloud);
    const [id, qualifier] = [need(call, "StatementId"), maybe(call, "Qualifier") ?? ""];
    const statements = policiesOf(fn)[qualifier] ?? {};
    if (statements[id])
      throw new AwsFault(
        "ResourceConflictException",
        `The statement id (${id}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
        409,
      );
    const principal = need(call, "Principal");
    const [source, account] = [maybe(call, "SourceArn"), maybe(call, "SourceAccount")];
    const condition = {
      ...(account ? { StringEquals: { "AWS:SourceAccount": account } } : {}),
      ...(source ? { ArnLike: { "AWS:SourceArn": source } } : {}),
    };
    const statement = {
      Sid: id,
      Effect: "Allow",
      Principal: /^\d{12}$/.test(principal) ? { AWS: `arn:aws:iam::${principal}:root` } : { Service: principal },
      Action: need(call, "Action"),
      Resource: functionArn(call, name) + (qualifier === "" ? "" : `:${qualifier}`),
      ...(Object.keys(condition).length > 0 ? { Condition: condition } : {}),
    };
    cloud.store.put(shelf, name, {
      ...fn,
      policies: { ...policiesOf(fn), [qualifier]: { ...statements, [id]: statement } },
    });
    return { status: 201, Statement: JSON.stringify(statement) };
  },
  RemovePermission(call, cloud) {
    const { shelf, name, fn } = findFunction(call, cloud);
    const [id, qualifier] = [need(call, "StatementId"), maybe(call, "Qualifier") ?? ""];
    const { [id]: gone, ...kept } = policiesOf(fn)[qualifier] ?? {};
    if (!gone) throw new AwsFault("ResourceNotFoundException", `Statement ${id} is not found in resource policy.`, 404);
    cloud.store.put(shelf, name, { ...fn, policies: { ...policiesOf(fn), [qualifier]: kept } });
    return { status: 204 };
  },
};

/** Invokes a function. @throws AwsFault when there is none. */
export async function invoke(
  call: AwsCall,
  cloud: Cloud,
  runtime: LambdaRuntime,
): Promise<{ payload: string; error?: string }> {
  const { fn } = findFunction(call, cloud);
  try {
    return { payload: await runtime(fn, textOf(call.params["Payload"] ?? "{}")) };
  } catch (error) {
    const { message } = error as Error;
    return { payload: JSON.stringify({ errorType: "Error", errorMessage: message }), error: message };
  }
}

function findGroup(call: AwsCall, { store }: Cloud): string {
  const name = maybe(call, "logGroupName") ?? (maybe(call, "logGroupIdentifier") ?? "").replace(/^.*:log-group:/, "");
  if (!store.get(shelfOf(call, "log-group"), name))
    throw new AwsFault("ResourceNotFoundException", "The specified log group does not exist.");
  return name;
}

const MAX_RESOURCE_POLICIES = 10;

/** CloudWatch Logs. */
export const logsOperations: Readonly<Record<string, Operation>> = {
  CreateLogGroup(call, { store }) {
    const name = need(call, "logGroupName");
    if (store.get(shelfOf(call, "log-group"), name))
      throw new AwsFault("ResourceAlreadyExistsException", "The specified log group already exists");
    store.put(shelfOf(call, "log-group"), name, { creationTime: Date.now(), tags: call.params["tags"] ?? {} });
    return {};
  },
  DeleteLogGroup(call, cloud) {
    const name = findGroup(call, cloud);
    for (const [id] of cloud.store.all(shelfOf(call, `log/${name}`)))
      cloud.store.remove(shelfOf(call, `log/${name}`), id);
    cloud.store.remove(shelfOf(call, "log-group"), name);
    return {};
  },
  DescribeLogGroups(call, { store }) {
    const prefix = maybe(call, "logGroupNamePrefix") ?? "";
    return {
      logGroups: store
        .all(shelfOf(call, "log-group"))
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, { creationTime }]) => ({
          logGroupName: name,
          creationTime,
          storedBytes: 0,
          arn: `arn:aws:logs:${call.region}:${call.account}:log-group:${name}:*`,
        })),
    };
  },
  FilterLogEvents(call, cloud) {
    const shelf = shelfOf(call, `log/${findGroup(call, cloud)}`);
    const events = cloud.store.all(shelf).map(([eventId, event]) => ({ eventId, ...event }));
    return { events: events.slice(0, Number(call.params["limit"] ?? 10_000)) };
  },
  PutResourcePolicy(call, { store }) {
    const [name, document] = [need(call, "policyName"), need(call, "policyDocument")];
    const shelf = shelfOf(call, "log-resource-policy");
    if (document.length > 5120) throw new AwsFault("InvalidParameterException", "The policy document is too long.");
    if (!store.get(shelf, name) && store.all(shelf).length >= MAX_RESOURCE_POLICIES)
      throw new AwsFault("LimitExceededException", "Resource limit exceeded.");
    const policy = { policyName: name, policyDocument: document, lastUpdatedTime: Date.now(), policyScope: "ACCOUNT" };
    store.put(shelf, name, policy);
    return { resourcePolicy: policy };
  },
  DescribeResourcePolicies: (call, { store }) => ({
    resourcePolicies: store.all(shelfOf(call, "log-resource-policy")).map(([, policy]) => policy),
  }),
  DeleteResourcePolicy(call, { store }) {
    const name = need(call, "policyName");
    if (!store.get(shelfOf(call, "log-resource-policy"), name))
      throw new AwsFault("ResourceNotFoundException", `Policy with name [${name}] does not exist.`);
    store.remove(shelfOf(call, "log-resource-policy"), name);
    return {};
  },
};
