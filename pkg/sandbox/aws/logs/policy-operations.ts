import type {
  DeleteResourcePolicyCommandInput,
  DescribeResourcePoliciesCommandInput,
  PutResourcePolicyCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import { need } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Operations } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import { MAX_RESOURCE_POLICIES, checkResourcePolicy } from "./limits.ts";

interface Inputs {
  PutResourcePolicy: PutResourcePolicyCommandInput;
  DescribeResourcePolicies: DescribeResourcePoliciesCommandInput;
  DeleteResourcePolicy: DeleteResourcePolicyCommandInput;
}

/** Resource policies of the account. */
export const policyOperations: Operations<Inputs> = {
  PutResourcePolicy(call, { store }) {
    const [name, document] = [need(call, "policyName"), need(call, "policyDocument")];
    const shelf = shelfOf(call, "log-resource-policy");
    checkResourcePolicy(document);
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
