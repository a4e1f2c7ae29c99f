import { RemoteFailure, diagnostic } from "../../diagnostics/index.ts";
import type { PropertyMap } from "../../values/index.ts";
import { eventually } from "./access.ts";
import { NOT_FOUND, isAwsError } from "./errors.ts";
import { unlessGone } from "./events.ts";
import { needed, text, textMap } from "./resource.ts";
import type { Aws, AwsResourceType } from "./resource.ts";

const isMissing = (error: unknown): boolean => isAwsError(error, ...NOT_FOUND);
const tagList = (map: Record<string, string>): { Key: string; Value: string }[] =>
  Object.entries(map).map(([Key, Value]) => ({ Key, Value }));

/** `aws:iam/role:Role`, with inline policies by RolePolicy. */
export const role: AwsResourceType = {
  type: "aws:iam/role:Role",
  required: ["assumeRolePolicy"],
  replaceOn: ["name", "namePrefix", "path"],
  documents: ["assumeRolePolicy"],
  defaults: {
    description: "",
    forceDetachPolicies: false,
    maxSessionDuration: 3600,
    namePrefix: "",
    path: "/",
    permissionsBoundary: "",
    tags: {},
  },
  computed: ["arn", "createDate", "uniqueId"],
  autoName: { property: "name", limit: 64 },
  isGlobal: true,
  coexists: (changed) => changed.includes("name"),
  idOf: (properties) => needed(properties, "name"),
  knownFrom: (id) => ({ name: id }),
  async create(inputs, aws) {
    const name = needed(inputs, "name");
    const [description, boundary, path] = ["description", "permissionsBoundary", "path"].map((each) =>
      text(inputs[each]),
    );
    try {
      const { Role } = await aws.send("iam", "CreateRoleCommand", {
        RoleName: name,
        AssumeRolePolicyDocument: needed(inputs, "assumeRolePolicy"),
        ...(description ? { Description: description } : {}),
        ...(boundary ? { PermissionsBoundary: boundary } : {}),
        ...(path ? { Path: path } : {}),
        Tags: tagList(textMap(inputs["tags"])),
      });
      return { arn: Role?.Arn, uniqueId: Role?.RoleId, createDate: Role?.CreateDate?.toISOString() };
    } catch (error) {
      // An answer that was lost, and the SDK's second try: the random name tells that it is ours.
      if (!isAwsError(error, "EntityAlreadyExists", "EntityAlreadyExistsException")) throw error;
      const live = await role.read({ name }, aws);
      if (!live) throw error;
      return live;
    }
  },
  async update(inputs, old, aws) {
    const name = needed(inputs, "name");
    const trust = needed(inputs, "assumeRolePolicy");
    await aws.send("iam", "UpdateAssumeRolePolicyCommand", { RoleName: name, PolicyDocument: trust });
    if ((old["description"] ?? "") !== (inputs["description"] ?? ""))
      await aws.send("iam", "UpdateRoleCommand", { RoleName: name, Description: text(inputs["description"]) ?? "" });
    const [before, now] = [textMap(old["tags"]), textMap(inputs["tags"])];
    const gone = Object.keys(before).filter((key) => !Object.hasOwn(now, key));
    if (gone.length > 0) await aws.send("iam", "UntagRoleCommand", { RoleName: name, TagKeys: gone });
    if (Object.keys(now).length > 0) await aws.send("iam", "TagRoleCommand", { RoleName: name, Tags: tagList(now) });
    return { arn: old["arn"], uniqueId: old["uniqueId"], createDate: old["createDate"] };
  },
  async delete(old, aws) {
    const work = (): Promise<unknown> => aws.send("iam", "DeleteRoleCommand", { RoleName: needed(old, "name") });
    // A policy that was just taken away may still be seen.
    await unlessGone(
      eventually(work, (error) => isAwsError(error, "DeleteConflict", "DeleteConflictException"), aws.signal, 3),
    );
  },
  async read(known, aws) {
    const live = (await unlessGone(aws.send("iam", "GetRoleCommand", { RoleName: needed(known, "name") })))?.Role;
    if (!live) return undefined;
    return {
      name: live.RoleName,
      arn: live.Arn,
      uniqueId: live.RoleId,
      createDate: live.CreateDate?.toISOString(),
      path: live.Path ?? "/",
      description: live.Description ?? "",
      maxSessionDuration: live.MaxSessionDuration ?? 3600,
      assumeRolePolicy: decodeURIComponent(live.AssumeRolePolicyDocument ?? ""),
      permissionsBoundary: live.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
      tags: Object.fromEntries((live.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])),
    };
  },
};

/** `aws:iam/rolePolicy:RolePolicy`, an inline policy. */
export const rolePolicy: AwsResourceType = {
  type: "aws:iam/rolePolicy:RolePolicy",
  required: ["role", "policy"],
  replaceOn: ["role", "name", "namePrefix"],
  documents: ["policy"],
  defaults: { namePrefix: "" },
  computed: [],
  autoName: { property: "name", limit: 128 },
  isGlobal: true,
  coexists: (changed) => changed.length > 0,
  idOf: (properties) => `${needed(properties, "role")}:${needed(properties, "name")}`,
  knownFrom(id) {
    const [name = "", policy = ""] = id.split(":");
    return { role: name, name: policy };
  },
  create: putRolePolicy,
  update: (inputs, _, aws) => putRolePolicy(inputs, aws),
  async delete(old, aws) {
    const request = { RoleName: needed(old, "role"), PolicyName: needed(old, "name") };
    await unlessGone(aws.send("iam", "DeleteRolePolicyCommand", request));
  },
  async read(known, aws) {
    const [name, policy] = [needed(known, "role"), needed(known, "name")];
    const live = await unlessGone(aws.send("iam", "GetRolePolicyCommand", { RoleName: name, PolicyName: policy }));
    return live && { role: name, name: policy, policy: decodeURIComponent(live.PolicyDocument ?? "") };
  },
};

async function putRolePolicy(inputs: PropertyMap, aws: Aws): Promise<PropertyMap> {
  const request = {
    RoleName: needed(inputs, "role"),
    PolicyName: needed(inputs, "name"),
    PolicyDocument: needed(inputs, "policy"),
  };
  await eventually(() => aws.send("iam", "PutRolePolicyCommand", request), isMissing, aws.signal, 4);
  return {};
}

const PERMISSION = ["action", "principal", "sourceArn", "sourceAccount", "principalOrgId", "eventSourceToken"] as const;

/** `aws:lambda/permission:Permission`: one statement of a function's policy. */
export const permission: AwsResourceType = {
  type: "aws:lambda/permission:Permission",
  required: ["action", "function", "principal"],
  replaceOn: [...PERMISSION, "function", "qualifier", "statementId", "statementIdPrefix"],
  defaults: { statementIdPrefix: "" },
  computed: [],
  autoName: { property: "statementId", limit: 100 },
  coexists: (changed) => changed.includes("statementId") || changed.includes("function"),
  idOf: (properties) => needed(properties, "statementId"),
  /** `function:qualifier/statement`, as the provider imports it; ids cannot be taken apart. */
  knownFrom(id) {
    const [, fn, qualifier, statementId] = /^(.+?)(?::([^:/]+))?\/([^/]+)$/.exec(id) ?? [];
    return fn === undefined ? { statementId: id } : { function: fn, statementId, ...(qualifier ? { qualifier } : {}) };
  },
  async create(inputs, aws) {
    const [source, account, org, token] = ["sourceArn", "sourceAccount", "principalOrgId", "eventSourceToken"].map(
      (name) => text(inputs[name]),
    );
    try {
      await aws.send("lambda", "AddPermissionCommand", {
        ...functionOf(inputs),
        StatementId: needed(inputs, "statementId"),
        Action: needed(inputs, "action"),
        Principal: needed(inputs, "principal"),
        ...(source ? { SourceArn: source } : {}),
        ...(account ? { SourceAccount: account } : {}),
        ...(org ? { PrincipalOrgID: org } : {}),
        ...(token ? { EventSourceToken: token } : {}),
      });
    } catch (error) {
      if (!isAwsError(error, "ResourceConflictException")) throw error;
      const live = await permission.read(inputs, aws);
      const same =
        live && ["action", "principal", "sourceArn"].every((name) => (live[name] ?? "") === (inputs[name] ?? ""));
      if (!same)
        throw new RemoteFailure(
          diagnostic(
            "operation-failed",
            `the function's policy has another statement ${needed(inputs, "statementId")} already`,
            {
              hint: "remove it: aws lambda remove-permission",
            },
          ),
        );
    }
    return {};
  },
  update: async () => ({}),
  async delete(old, aws) {
    await unlessGone(
      aws.send("lambda", "RemovePermissionCommand", { ...functionOf(old), StatementId: needed(old, "statementId") }),
    );
  },
  async read(known, aws) {
    if (text(known["function"]) === undefined) return undefined;
    const policy = await unlessGone(aws.send("lambda", "GetPolicyCommand", functionOf(known)));
    const { Statement = [] } = JSON.parse(policy?.Policy ?? "{}") as { Statement?: LambdaStatement[] };
    const found = Statement.find(({ Sid }) => Sid === known["statementId"]);
    if (!found) return undefined;
    const condition = (name: string): string | undefined =>
      Object.values(found.Condition ?? {})
        .flatMap((keys) => Object.entries(keys))
        .find(([key]) => key.toLowerCase() === name)?.[1];
    const [source, account] = [condition("aws:sourcearn"), condition("aws:sourceaccount")];
    return {
      statementId: found.Sid,
      function: known["function"],
      ...(text(known["qualifier"]) ? { qualifier: known["qualifier"] } : {}),
      action: found.Action,
      principal:
        typeof found.Principal === "string" ? found.Principal : (found.Principal.Service ?? found.Principal.AWS),
      ...(source ? { sourceArn: source } : {}),
      ...(account ? { sourceAccount: account } : {}),
    };
  },
};

interface LambdaStatement {
  Sid: string;
  Action: string;
  Principal: string | { Service?: string; AWS?: string };
  Condition?: Record<string, Record<string, string>>;
}

function functionOf(properties: PropertyMap): { FunctionName: string; Qualifier?: string } {
  const qualifier = text(properties["qualifier"]);
  return { FunctionName: needed(properties, "function"), ...(qualifier ? { Qualifier: qualifier } : {}) };
}

/** `aws:cloudwatch/logResourcePolicy:LogResourcePolicy`. */
export const logResourcePolicy: AwsResourceType = {
  type: "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  required: ["policyName", "policyDocument"],
  replaceOn: ["policyName"],
  documents: ["policyDocument"],
  defaults: { policyScope: "ACCOUNT" },
  computed: [],
  coexists: (changed) => changed.includes("policyName"),
  idOf: (properties) => needed(properties, "policyName"),
  knownFrom: (id) => ({ policyName: id }),
  create: putLogPolicy,
  update: (inputs, _, aws) => putLogPolicy(inputs, aws),
  async delete(old, aws) {
    await unlessGone(aws.send("logs", "DeleteResourcePolicyCommand", { policyName: needed(old, "policyName") }));
  },
  async read(known, aws) {
    const name = needed(known, "policyName");
    const { resourcePolicies = [] } = await aws.send("logs", "DescribeResourcePoliciesCommand", {});
    const live = resourcePolicies.find(({ policyName }) => policyName === name);
    return live && { policyName: name, policyDocument: live.policyDocument };
  },
};

async function putLogPolicy(inputs: PropertyMap, aws: Aws): Promise<PropertyMap> {
  const request = { policyName: needed(inputs, "policyName"), policyDocument: needed(inputs, "policyDocument") };
  await aws.send("logs", "PutResourcePolicyCommand", request);
  return {};
}
