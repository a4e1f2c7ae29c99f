import type { PropertyMap } from "../../../values/index.ts";
import { answered, undefinedIfMissing } from "../errors.ts";
import { requireText, text, textMap } from "../properties.ts";
import type { Aws, AwsResourceType } from "../resource.ts";
import { changeTags } from "../tags.ts";
import { queueAttributes } from "./queue-attributes.ts";

/** Numbers among a queue's properties, with AWS's attribute and the official provider's default, which it always sends. */
const NUMBERS: Readonly<Record<string, [attribute: string, standard: number]>> = {
  visibilityTimeoutSeconds: ["VisibilityTimeout", 30],
  messageRetentionSeconds: ["MessageRetentionPeriod", 345_600],
  maxMessageSize: ["MaximumMessageSize", 262_144],
  delaySeconds: ["DelaySeconds", 0],
  receiveWaitTimeSeconds: ["ReceiveMessageWaitTimeSeconds", 0],
};

function settings(inputs: PropertyMap): Record<string, string> {
  const numbers = Object.entries(NUMBERS).map(
    ([name, [attribute, standard]]) => [attribute, String(Number(inputs[name] ?? standard))] as const,
  );
  const key = text(inputs["kmsMasterKeyId"]);
  return { ...Object.fromEntries(numbers), ...(key ? { KmsMasterKeyId: key } : {}) };
}

/** `aws:sqs/queue:Queue`. QueuePolicy manages its policy. */
export const queue: AwsResourceType = {
  type: "aws:sqs/queue:Queue",
  required: [],
  replaceOn: ["name", "fifoQueue"],
  documents: ["redrivePolicy", "redriveAllowPolicy"],
  defaults: {
    ...Object.fromEntries(Object.entries(NUMBERS).map(([name, [, standard]]) => [name, standard])),
    fifoQueue: false,
    contentBasedDeduplication: false,
    kmsMasterKeyId: "",
    sqsManagedSseEnabled: true,
    namePrefix: "",
    policy: "",
    redrivePolicy: "",
    redriveAllowPolicy: "",
    tags: {},
  },
  computed: ["arn", "url"],
  autoName: { property: "name", limit: 80 },
  coexists: (changed) => changed.includes("name"),
  idOf: (properties) => requireText(properties, "url"),
  knownFrom: (id) => ({ url: id, name: id.split("/").at(-1) }),
  async madeAt(known, aws) {
    const url = await urlOf(known, aws);
    const attributes = url === undefined ? undefined : await queueAttributes(url, aws);
    const seconds = Number(attributes?.["CreatedTimestamp"]);
    return Number.isFinite(seconds) ? new Date(seconds * 1000) : undefined;
  },
  async create(inputs, aws) {
    const name = requireText(inputs, "name");
    const isFifo = inputs["fifoQueue"] === true;
    const fifo = isFifo
      ? { FifoQueue: "true", ContentBasedDeduplication: String(inputs["contentBasedDeduplication"] === true) }
      : {};
    const request = { QueueName: name, Attributes: { ...settings(inputs), ...fifo }, tags: textMap(inputs["tags"]) };
    const { QueueUrl } = await aws.send("sqs", "CreateQueueCommand", request);
    const url = answered(QueueUrl, "sqs:CreateQueue QueueUrl");
    // Made of the URL: a second request could fail, and then the queue would not get on record.
    const account = answered(url.split("/").at(-2), "account in QueueUrl");
    return { url, arn: `arn:${partitionOf(aws.region)}:sqs:${aws.region}:${account}:${name}` };
  },
  async update(inputs, old, aws) {
    const url = requireText(old, "url");
    await aws.send("sqs", "SetQueueAttributesCommand", { QueueUrl: url, Attributes: settings(inputs) });
    await changeTags(old["tags"], inputs["tags"], {
      untag: (TagKeys) => aws.send("sqs", "UntagQueueCommand", { QueueUrl: url, TagKeys }),
      tag: (Tags) => aws.send("sqs", "TagQueueCommand", { QueueUrl: url, Tags }),
    });
    return { url, arn: old["arn"] };
  },
  async delete(old, aws) {
    await undefinedIfMissing(aws.send("sqs", "DeleteQueueCommand", { QueueUrl: requireText(old, "url") }));
  },
  async read(known, aws) {
    const url = await urlOf(known, aws);
    if (url === undefined) return undefined;
    const [live, tagged] = await Promise.all([
      queueAttributes(url, aws),
      undefinedIfMissing(aws.send("sqs", "ListQueueTagsCommand", { QueueUrl: url })),
    ]);
    if (!live) return undefined;
    const numbers = Object.entries(NUMBERS).map(([name, [attribute, standard]]) => [
      name,
      Number(live[attribute] ?? standard),
    ]);
    return {
      ...Object.fromEntries(numbers),
      url,
      arn: live["QueueArn"],
      name: url.split("/").at(-1),
      fifoQueue: live["FifoQueue"] === "true",
      contentBasedDeduplication: live["ContentBasedDeduplication"] === "true",
      kmsMasterKeyId: live["KmsMasterKeyId"] ?? "",
      sqsManagedSseEnabled: live["SqsManagedSseEnabled"] !== "false",
      policy: live["Policy"] ?? "",
      redrivePolicy: live["RedrivePolicy"] ?? "",
      redriveAllowPolicy: live["RedriveAllowPolicy"] ?? "",
      tags: tagged?.Tags ?? {},
    };
  },
};

async function urlOf(known: PropertyMap, aws: Aws): Promise<string | undefined> {
  const url = text(known["url"]);
  if (url !== undefined) return url;
  const request = { QueueName: requireText(known, "name") };
  return (await undefinedIfMissing(aws.send("sqs", "GetQueueUrlCommand", request)))?.QueueUrl;
}

/** The part of AWS that a region is in. */
function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
