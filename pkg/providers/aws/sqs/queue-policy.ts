import { mergedPolicy } from "../../../aws/policies/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import { isMissing, undefinedIfMissing } from "../errors.ts";
import { requireText, text } from "../properties.ts";
import type { Aws, AwsResourceType } from "../resource.ts";
import { comparablePolicy, inTurn, ownSidOf } from "../shared-policy.ts";
import { queueAttributes } from "./queue-attributes.ts";

/**
 * `aws:sqs/queuePolicy:QueuePolicy`. Statements with our mark are put in and taken out one by one, so that what others
 * have in the policy stays, and several stacks may share a queue; the official provider replaces the whole.
 */
export const queuePolicy: AwsResourceType = {
  type: "aws:sqs/queuePolicy:QueuePolicy",
  required: ["queueUrl", "policy"],
  replaceOn: ["queueUrl"],
  documents: ["policy"],
  defaults: {},
  computed: [],
  comparable: comparablePolicy,
  idOf: (properties) => requireText(properties, "queueUrl"),
  knownFrom: (id) => ({ queueUrl: id }),
  create: (inputs, aws) => setQueuePolicy(inputs, inputs["policy"], aws),
  update: (inputs, _, aws) => setQueuePolicy(inputs, inputs["policy"], aws),
  async delete(old, aws, inputs) {
    await undefinedIfMissing(setQueuePolicy({ ...old, ...inputs }, undefined, aws));
  },
  async read(known, aws) {
    const live = await queueAttributes(requireText(known, "queueUrl"), aws);
    return live?.["Policy"] ? { queueUrl: known["queueUrl"], policy: live["Policy"] } : undefined;
  },
};

/** @param wanted what the program asks for; absent when the resource goes. */
function setQueuePolicy(inputs: PropertyMap, wanted: PropertyMap[string], aws: Aws): Promise<PropertyMap> {
  const url = requireText(inputs, "queueUrl");
  return inTurn(url, () =>
    aws.retry(
      async () => {
        const request = { QueueUrl: url, AttributeNames: ["Policy" as const] };
        const { Attributes = {} } = await aws.send("sqs", "GetQueueAttributesCommand", request);
        const policy = mergedPolicy(Attributes.Policy ?? "", ownSidOf(inputs), text(wanted));
        await aws.send("sqs", "SetQueueAttributesCommand", { QueueUrl: url, Attributes: { Policy: policy } });
        return { policy };
      },
      // A queue that was just made may not be known everywhere yet.
      (error) => isMissing(error) && wanted !== undefined,
      3,
    ),
  );
}
