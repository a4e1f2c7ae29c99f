import { randomBytes } from "node:crypto";
import { maybe, need, tagList, tagMap, textOf, untagged } from "./cloud.ts";
import type { Cloud, Operation } from "./cloud.ts";
import { AwsFault } from "./protocol.ts";
import type { AwsCall } from "./protocol.ts";
import type { Item } from "./store.ts";

/** IAM knows no regions. */
const rolesOf = ({ account }: Pick<AwsCall, "account">): string => `${account}/global/role`;

const noEntity = (what: string): AwsFault => new AwsFault("NoSuchEntity", `The ${what} cannot be found.`, 404);

function findRole(call: AwsCall, { store }: Cloud): { name: string; role: Item } {
  const name = need(call, "RoleName");
  const role = store.get(rolesOf(call), name);
  if (!role) throw noEntity(`role with name ${name}`);
  return { name, role };
}

const policiesOf = (role: Item): Record<string, string> => (role["policies"] ?? {}) as Record<string, string>;

function shownRole(call: AwsCall, name: string, role: Item): Item {
  return {
    Path: role["Path"],
    RoleName: name,
    RoleId: role["RoleId"],
    Arn: `arn:aws:iam::${call.account}:role${textOf(role["Path"])}${name}`,
    CreateDate: role["CreateDate"],
    AssumeRolePolicyDocument: encodeURIComponent(textOf(role["AssumeRolePolicyDocument"])),
    Description: role["Description"],
    MaxSessionDuration: role["MaxSessionDuration"] ?? 3600,
    Tags: tagList(role["Tags"]),
  };
}

/** The inline policies of the role an ARN names, and who may take it on; `undefined` when there is none. */
export function roleByArn(cloud: Cloud, arn: string): { policies: string[]; trust: string } | undefined {
  const [, account = "", name = ""] = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
  const role = cloud.store.get(rolesOf({ account }), name);
  return role && { policies: Object.values(policiesOf(role)), trust: textOf(role["AssumeRolePolicyDocument"]) };
}

function checkDocument(text: string): void {
  try {
    if (typeof JSON.parse(text) === "object") return;
  } catch {
    // Falls through to the same answer.
  }
  throw new AwsFault("MalformedPolicyDocument", "Syntax errors in policy.");
}

/** IAM, as far as roles with inline policies go. */
export const iamOperations: Readonly<Record<string, Operation>> = {
  CreateRole(call, { store }) {
    const name = need(call, "RoleName");
    if (store.get(rolesOf(call), name))
      throw new AwsFault("EntityAlreadyExists", `Role with name ${name} already exists.`, 409);
    const trust = need(call, "AssumeRolePolicyDocument");
    checkDocument(trust);
    const role: Item = {
      Path: maybe(call, "Path") ?? "/",
      RoleId: `AROA${randomBytes(10).toString("hex").slice(0, 17).toUpperCase()}`,
      CreateDate: new Date().toISOString().replace(/\.\d+Z/, "Z"),
      AssumeRolePolicyDocument: trust,
      Description: maybe(call, "Description"),
      MaxSessionDuration: maybe(call, "MaxSessionDuration"),
      Tags: tagMap(call.params["Tags"]),
    };
    store.put(rolesOf(call), name, role);
    return { Role: shownRole(call, name, role) };
  },
  GetRole(call, cloud) {
    const { name, role } = findRole(call, cloud);
    return { Role: shownRole(call, name, role) };
  },
  ListRoles: (call, { store }) => ({
    Roles: store.all(rolesOf(call)).map(([name, role]) => shownRole(call, name, role)),
    IsTruncated: false,
  }),
  UpdateAssumeRolePolicy(call, cloud) {
    const { name, role } = findRole(call, cloud);
    const trust = need(call, "PolicyDocument");
    checkDocument(trust);
    cloud.store.put(rolesOf(call), name, { ...role, AssumeRolePolicyDocument: trust });
    return {};
  },
  UpdateRole(call, cloud) {
    const { name, role } = findRole(call, cloud);
    cloud.store.put(rolesOf(call), name, { ...role, Description: maybe(call, "Description") });
    return {};
  },
  DeleteRole(call, cloud) {
    const { name, role } = findRole(call, cloud);
    if (Object.keys(policiesOf(role)).length > 0)
      throw new AwsFault("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
    cloud.store.remove(rolesOf(call), name);
    return {};
  },
  PutRolePolicy(call, cloud) {
    const { name, role } = findRole(call, cloud);
    const document = need(call, "PolicyDocument");
    checkDocument(document);
    cloud.store.put(rolesOf(call), name, {
      ...role,
      policies: { ...policiesOf(role), [need(call, "PolicyName")]: document },
    });
    return {};
  },
  GetRolePolicy(call, cloud) {
    const { name, role } = findRole(call, cloud);
    const policy = need(call, "PolicyName");
    const document = policiesOf(role)[policy];
    if (document === undefined) throw noEntity(`role policy with name ${policy}`);
    return { RoleName: name, PolicyName: policy, PolicyDocument: encodeURIComponent(document) };
  },
  DeleteRolePolicy(call, cloud) {
    const { name, role } = findRole(call, cloud);
    const policy = need(call, "PolicyName");
    const { [policy]: gone, ...kept } = policiesOf(role);
    if (gone === undefined) throw noEntity(`role policy with name ${policy}`);
    cloud.store.put(rolesOf(call), name, { ...role, policies: kept });
    return {};
  },
  ListRolePolicies(call, cloud) {
    return { PolicyNames: Object.keys(policiesOf(findRole(call, cloud).role)), IsTruncated: false };
  },
  ListAttachedRolePolicies(call, cloud) {
    findRole(call, cloud);
    return { AttachedPolicies: [], IsTruncated: false };
  },
  ListInstanceProfilesForRole(call, cloud) {
    findRole(call, cloud);
    return { InstanceProfiles: [], IsTruncated: false };
  },
  ListRoleTags: (call, cloud) => ({ Tags: tagList(findRole(call, cloud).role["Tags"]), IsTruncated: false }),
  TagRole(call, cloud) {
    const { name, role } = findRole(call, cloud);
    cloud.store.put(rolesOf(call), name, {
      ...role,
      Tags: { ...(role["Tags"] as object), ...tagMap(call.params["Tags"]) },
    });
    return {};
  },
  UntagRole(call, cloud) {
    const { name, role } = findRole(call, cloud);
    cloud.store.put(rolesOf(call), name, untagged(role, call));
    return {};
  },
};

/** STS. */
export const stsOperations: Readonly<Record<string, Operation>> = {
  GetCallerIdentity: ({ account }) => ({
    Arn: `arn:aws:iam::${account}:user/sandbox`,
    UserId: "AIDASANDBOX0000000000",
    Account: account,
  }),
  AssumeRole(call) {
    const [, account = call.account] = /^arn:[^:]+:iam::(\d{12}):role/.exec(need(call, "RoleArn")) ?? [];
    return {
      Credentials: {
        // The sandbox takes the account from the access key.
        AccessKeyId: account,
        SecretAccessKey: "sandbox",
        SessionToken: "sandbox",
        Expiration: new Date(Date.now() + 3_600_000).toISOString(),
      },
      AssumedRoleUser: { AssumedRoleId: "AROASANDBOX:session", Arn: `${need(call, "RoleArn")}/session` },
    };
  },
};
