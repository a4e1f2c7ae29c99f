import { randomBytes } from "node:crypto";
import { given, maybe, need } from "../call-input.ts";
import { tagList, tagMap, untagged } from "../tags.ts";
import type { Operation } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { Item } from "../store.ts";
import { findRole, noEntity, policiesOf, rolesOf, shownRole } from "./model.ts";

function checkRoleName(name: string): void {
  const say = (constraint: string): AwsFault =>
    new AwsFault(
      "ValidationError",
      `1 validation error detected: Value '${name}' at 'roleName' failed to satisfy constraint: Member must ${constraint}`,
    );
  if (name.length > 64) throw say("have length less than or equal to 64");
  if (!/^[\w+=,.@-]+$/.test(name)) throw say("satisfy regular expression pattern: [\\w+=,.@-]+");
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
    checkRoleName(name);
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
    const changed = given(call, ["Description", "MaxSessionDuration"]);
    cloud.store.put(rolesOf(call), name, { ...role, ...changed });
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
    const policies = policiesOf(role);
    const document = Object.hasOwn(policies, policy) ? policies[policy] : undefined;
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
