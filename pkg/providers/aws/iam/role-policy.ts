import type { PropertyMap } from "../../../values/index.ts";
import { answeredDocument, isMissing, undefinedIfMissing } from "../errors.ts";
import { requireText } from "../properties.ts";
import type { Aws, AwsResourceType } from "../resource.ts";

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
  idOf: (properties) => `${requireText(properties, "role")}:${requireText(properties, "name")}`,
  knownFrom(id) {
    const [name = "", policy = ""] = id.split(":");
    return { role: name, name: policy };
  },
  create: putRolePolicy,
  update: (inputs, _, aws) => putRolePolicy(inputs, aws),
  async delete(old, aws) {
    const request = { RoleName: requireText(old, "role"), PolicyName: requireText(old, "name") };
    await undefinedIfMissing(aws.send("iam", "DeleteRolePolicyCommand", request));
  },
  async read(known, aws) {
    const [name, policy] = [requireText(known, "role"), requireText(known, "name")];
    const live = await undefinedIfMissing(
      aws.send("iam", "GetRolePolicyCommand", { RoleName: name, PolicyName: policy }),
    );
    return (
      live && {
        role: name,
        name: policy,
        policy: answeredDocument(live.PolicyDocument, "iam:GetRolePolicy PolicyDocument"),
      }
    );
  },
};

async function putRolePolicy(inputs: PropertyMap, aws: Aws): Promise<PropertyMap> {
  const request = {
    RoleName: requireText(inputs, "role"),
    PolicyName: requireText(inputs, "name"),
    PolicyDocument: requireText(inputs, "policy"),
  };
  await aws.retry(() => aws.send("iam", "PutRolePolicyCommand", request), isMissing, 4);
  return {};
}
