import { undefinedIfMissing } from "../errors.ts";
import { requireText } from "../properties.ts";
import type { Aws, AwsResourceType } from "../resource.ts";

/** Attributes of a topic; `undefined` when it is gone. */
export const topicAttributes = async (arn: string, aws: Aws): Promise<Record<string, string> | undefined> =>
  (await undefinedIfMissing(aws.send("sns", "GetTopicAttributesCommand", { TopicArn: arn })))?.Attributes;

/** `aws:sns/topic:Topic`, to be read only: topics are the user's own. */
export const topic: AwsResourceType = {
  type: "aws:sns/topic:Topic",
  required: [],
  replaceOn: ["name"],
  documents: ["policy"],
  defaults: {},
  computed: ["arn", "owner"],
  idOf: (properties) => requireText(properties, "arn"),
  knownFrom: (id) => ({ arn: id, name: id.split(":").at(-1) }),
  create: readOnly,
  update: readOnly,
  delete: readOnly,
  async read(known, aws) {
    const arn = requireText(known, "arn");
    const live = await topicAttributes(arn, aws);
    return live && { arn, name: arn.split(":").at(-1), policy: live["Policy"] ?? "", owner: live["Owner"] ?? "" };
  },
};

async function readOnly(): Promise<never> {
  throw new Error("topics are only read");
}
