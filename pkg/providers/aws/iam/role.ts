import { sameDocument } from "../../../aws/policies/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import { answered, answeredDocument, isAwsError, undefinedIfMissing } from "../errors.ts";
import { given, requireText, text, textMap } from "../properties.ts";
import type { OutputOf } from "../access.ts";
import type { Aws, AwsResourceType } from "../resource.ts";
import { changeTags, tagList, tagMap } from "../tags.ts";

type WireRole = NonNullable<OutputOf<"iam", "GetRoleCommand">["Role"]>;

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
  idOf: (properties) => requireText(properties, "name"),
  knownFrom: (id) => ({ name: id }),
  isOurs,
  madeAt: async (known, aws) => (await find(known, aws))?.CreateDate,
  async create(inputs, aws) {
    const name = requireText(inputs, "name");
    try {
      const { Role } = await aws.send("iam", "CreateRoleCommand", {
        RoleName: name,
        AssumeRolePolicyDocument: requireText(inputs, "assumeRolePolicy"),
        ...given({
          Description: text(inputs["description"]),
          PermissionsBoundary: text(inputs["permissionsBoundary"]),
          Path: text(inputs["path"]),
        }),
        Tags: tagList(textMap(inputs["tags"])),
      });
      return made(answered(Role, "iam:CreateRole Role"));
    } catch (error) {
      // The SDK's second request, after a lost answer: the random name and the trust policy show that the role is ours.
      if (!isAwsError(error, "EntityAlreadyExists", "EntityAlreadyExistsException")) throw error;
      const live = await role.read({ name }, aws);
      if (!live || !isOurs(live, inputs)) throw error;
      return live;
    }
  },
  async update(inputs, old, aws) {
    const name = requireText(inputs, "name");
    const trust = requireText(inputs, "assumeRolePolicy");
    await aws.send("iam", "UpdateAssumeRolePolicyCommand", { RoleName: name, PolicyDocument: trust });
    if ((old["description"] ?? "") !== (inputs["description"] ?? ""))
      await aws.send("iam", "UpdateRoleCommand", { RoleName: name, Description: text(inputs["description"]) ?? "" });
    await changeTags(old["tags"], inputs["tags"], {
      untag: (TagKeys) => aws.send("iam", "UntagRoleCommand", { RoleName: name, TagKeys }),
      tag: (tags) => aws.send("iam", "TagRoleCommand", { RoleName: name, Tags: tagList(tags) }),
    });
    return { arn: old["arn"], uniqueId: old["uniqueId"], createDate: old["createDate"] };
  },
  async delete(old, aws) {
    const work = (): Promise<unknown> => aws.send("iam", "DeleteRoleCommand", { RoleName: requireText(old, "name") });
    // A policy that was just taken away may still be seen.
    const isStillSeen = (error: unknown): boolean => isAwsError(error, "DeleteConflict", "DeleteConflictException");
    await undefinedIfMissing(aws.retry(work, isStillSeen, 3));
  },
  async read(known, aws) {
    const live = await find(known, aws);
    if (!live) return undefined;
    return {
      ...made(live),
      name: requireText(known, "name"),
      path: live.Path ?? "/",
      description: live.Description ?? "",
      maxSessionDuration: live.MaxSessionDuration ?? 3600,
      assumeRolePolicy: answeredDocument(live.AssumeRolePolicyDocument, "iam:GetRole AssumeRolePolicyDocument"),
      permissionsBoundary: live.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
      tags: tagMap(live.Tags),
    };
  },
};

async function find(known: PropertyMap, aws: Aws): Promise<WireRole | undefined> {
  const request = { RoleName: requireText(known, "name") };
  const answer = await undefinedIfMissing(aws.send("iam", "GetRoleCommand", request));
  return answer && answered(answer.Role, "iam:GetRole Role");
}

/** What AWS decides. IAM's dates have no fractions, and the official provider writes none. */
function made({ Arn, RoleId, CreateDate }: Partial<WireRole>): PropertyMap {
  const createDate = CreateDate?.toISOString().replace(/\.\d+Z$/, "Z");
  return { arn: answered(Arn, "Arn of an IAM role"), uniqueId: RoleId, createDate };
}

/** A role of the name is taken for ours when those may assume it whom ours lets. */
function isOurs(live: PropertyMap, inputs: PropertyMap): boolean {
  return sameDocument(live["assumeRolePolicy"], inputs["assumeRolePolicy"]);
}
