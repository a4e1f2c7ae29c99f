import { need, textOf } from "../call-input.ts";
import { tagList } from "../tags.ts";
import type { Cloud } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";

/** IAM knows no regions. */
export const rolesOf = ({ account }: Pick<AwsCall, "account">): string => `${account}/global/role`;

/** IAM has not what a call names. */
export const noEntity = (what: string): AwsFault => new AwsFault("NoSuchEntity", `The ${what} cannot be found.`, 404);

/** The role that a call names. @throws AwsFault when there is none. */
export function findRole(call: AwsCall, { store }: Cloud): { name: string; role: Item } {
  const name = need(call, "RoleName");
  const role = store.get(rolesOf(call), name);
  if (!role) throw noEntity(`role with name ${name}`);
  return { name, role };
}

/** The inline policies of a role. */
export const policiesOf = (role: Item): Record<string, string> => (role["policies"] ?? {}) as Record<string, string>;

/** A role as the API answers it. */
export function shownRole(call: AwsCall, name: string, role: Item): Item {
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
