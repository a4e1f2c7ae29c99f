import { mergedPolicy } from "../../../aws/policies/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import { undefinedIfMissing } from "../errors.ts";
import { requireText, text } from "../properties.ts";
import type { Aws, AwsResourceType } from "../resource.ts";
import { comparablePolicy, inTurn, ownSidOf } from "../shared-policy.ts";
import { topicAttributes } from "./topic.ts";

/** `aws:sns/topicPolicy:TopicPolicy`; statements are put in and taken out one by one, as in a queue's policy. */
export const topicPolicy: AwsResourceType = {
  type: "aws:sns/topicPolicy:TopicPolicy",
  required: ["arn", "policy"],
  replaceOn: ["arn"],
  documents: ["policy"],
  defaults: {},
  computed: ["owner"],
  comparable: comparablePolicy,
  idOf: (properties) => requireText(properties, "arn"),
  knownFrom: (id) => ({ arn: id }),
  create: (inputs, aws) => setTopicPolicy(inputs, inputs["policy"], aws),
  update: (inputs, _, aws) => setTopicPolicy(inputs, inputs["policy"], aws),
  async delete(old, aws, inputs) {
    await undefinedIfMissing(setTopicPolicy({ ...old, ...inputs }, undefined, aws));
  },
  async read(known, aws) {
    const live = await topicAttributes(requireText(known, "arn"), aws);
    return live && { arn: known["arn"], policy: live["Policy"] ?? "", owner: live["Owner"] ?? "" };
  },
};

function setTopicPolicy(inputs: PropertyMap, wanted: PropertyMap[string], aws: Aws): Promise<PropertyMap> {
  const arn = requireText(inputs, "arn");
  return inTurn(arn, async () => {
    const { Attributes = {} } = await aws.send("sns", "GetTopicAttributesCommand", { TopicArn: arn });
    const policy = mergedPolicy(Attributes["Policy"] ?? "", ownSidOf(inputs), text(wanted));
    const request = { TopicArn: arn, AttributeName: "Policy", AttributeValue: policy };
    await aws.send("sns", "SetTopicAttributesCommand", request);
    return { policy, owner: Attributes["Owner"] ?? "" };
  });
}
