import type { PropertyMap } from "../../../values/index.ts";
import { undefinedIfMissing } from "../errors.ts";
import { requireText } from "../properties.ts";
import type { Aws, AwsResourceType } from "../resource.ts";

/** `aws:cloudwatch/logResourcePolicy:LogResourcePolicy`. */
export const logResourcePolicy: AwsResourceType = {
  type: "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  required: ["policyName", "policyDocument"],
  replaceOn: ["policyName"],
  documents: ["policyDocument"],
  defaults: { policyScope: "ACCOUNT" },
  computed: [],
  coexists: (changed) => changed.includes("policyName"),
  idOf: (properties) => requireText(properties, "policyName"),
  knownFrom: (id) => ({ policyName: id }),
  create: putLogPolicy,
  update: (inputs, _, aws) => putLogPolicy(inputs, aws),
  async delete(old, aws) {
    await undefinedIfMissing(
      aws.send("logs", "DeleteResourcePolicyCommand", { policyName: requireText(old, "policyName") }),
    );
  },
  async read(known, aws) {
    const name = requireText(known, "policyName");
    const { resourcePolicies = [] } = await aws.send("logs", "DescribeResourcePoliciesCommand", {});
    const live = resourcePolicies.find(({ policyName }) => policyName === name);
    return live && { policyName: name, policyDocument: live.policyDocument };
  },
};

async function putLogPolicy(inputs: PropertyMap, aws: Aws): Promise<PropertyMap> {
  const request = {
    policyName: requireText(inputs, "policyName"),
    policyDocument: requireText(inputs, "policyDocument"),
  };
  await aws.send("logs", "PutResourcePolicyCommand", request);
  return {};
}
