import { mergedPolicy, ownPart, ownSid } from "../../aws/policies/index.ts";
import type { PropertyMap } from "../../values/index.ts";
import { eventually } from "./access.ts";
import { NOT_FOUND, isAwsError } from "./errors.ts";
import { unlessGone } from "./events.ts";
import { needed, text, textMap } from "./resource.ts";
import type { Aws, AwsResourceType } from "./resource.ts";

/** Numbers among a queue's properties, with AWS's attribute and default. */
const NUMBERS: Readonly<Record<string, [attribute: string, standard: number]>> = {
  visibilityTimeoutSeconds: ["VisibilityTimeout", 30],
  messageRetentionSeconds: ["MessageRetentionPeriod", 345_600],
  maxMessageSize: ["MaximumMessageSize", 1_048_576],
  delaySeconds: ["DelaySeconds", 0],
  receiveWaitTimeSeconds: ["ReceiveMessageWaitTimeSeconds", 0],
};

/** The part of AWS that a region is in. */
function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

const isMissing = (error: unknown): boolean => isAwsError(error, ...NOT_FOUND);

const attributesAt = async (url: string, aws: Aws): Promise<Record<string, string> | undefined> =>
  (await unlessGone(aws.send("sqs", "GetQueueAttributesCommand", { QueueUrl: url, AttributeNames: ["All"] })))
    ?.Attributes;

function settings(inputs: PropertyMap): Record<string, string> {
  const numbers = Object.entries(NUMBERS).map(
    ([name, [attribute, standard]]) => [attribute, String(Number(inputs[name] ?? standard))] as const,
  );
  const key = text(inputs["kmsMasterKeyId"]);
  return { ...Object.fromEntries(numbers), ...(key ? { KmsMasterKeyId: key } : {}) };
}

/** `aws:sqs/queue:Queue`; its policy is QueuePolicy's affair. */
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
  idOf: (properties) => needed(properties, "url"),
  knownFrom: (id) => ({ url: id, name: id.split("/").at(-1) }),
  async create(inputs, aws) {
    const name = needed(inputs, "name");
    const isFifo = inputs["fifoQueue"] === true;
    const fifo = isFifo
      ? { FifoQueue: "true", ContentBasedDeduplication: String(inputs["contentBasedDeduplication"] === true) }
      : {};
    const request = { QueueName: name, Attributes: { ...settings(inputs), ...fifo }, tags: textMap(inputs["tags"]) };
    const { QueueUrl = "" } = await aws.send("sqs", "CreateQueueCommand", request);
    // Asking for the ARN could fail, and then nobody would know of the queue.
    const account = QueueUrl.split("/").at(-2) ?? "";
    return { url: QueueUrl, arn: `arn:${partitionOf(aws.region)}:sqs:${aws.region}:${account}:${name}` };
  },
  async update(inputs, old, aws) {
    const url = needed(old, "url");
    await aws.send("sqs", "SetQueueAttributesCommand", { QueueUrl: url, Attributes: settings(inputs) });
    const [before, now] = [textMap(old["tags"]), textMap(inputs["tags"])];
    const gone = Object.keys(before).filter((key) => !Object.hasOwn(now, key));
    if (gone.length > 0) await aws.send("sqs", "UntagQueueCommand", { QueueUrl: url, TagKeys: gone });
    if (Object.keys(now).length > 0) await aws.send("sqs", "TagQueueCommand", { QueueUrl: url, Tags: now });
    return { url, arn: old["arn"] };
  },
  async delete(old, aws) {
    await unlessGone(aws.send("sqs", "DeleteQueueCommand", { QueueUrl: needed(old, "url") }));
  },
  async read(known, aws) {
    const url =
      text(known["url"]) ??
      (await unlessGone(aws.send("sqs", "GetQueueUrlCommand", { QueueName: needed(known, "name") })))?.QueueUrl;
    if (url === undefined) return undefined;
    const [live, tagged] = await Promise.all([
      attributesAt(url, aws),
      unlessGone(aws.send("sqs", "ListQueueTagsCommand", { QueueUrl: url })),
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

/** Of a policy that others use too, only the statement that is the resource's own is compared. */
const comparablePolicy = (properties: PropertyMap, inputs: PropertyMap): PropertyMap =>
  typeof properties["policy"] === "string" && properties["policy"].startsWith("{")
    ? { ...properties, policy: ownPart(properties["policy"], ownSidOf(inputs)) }
    : properties;

const ownSidOf = ({ policy }: PropertyMap): string | undefined =>
  typeof policy === "string" && policy.startsWith("{") ? ownSid(policy) : undefined;

/** Changes of one policy follow each other: each reads what the other has written. */
const turns = new Map<string, Promise<unknown>>();

async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(key) ?? Promise.resolve()).then(work, work);
  const done = mine.catch(() => {});
  turns.set(key, done);
  try {
    return await mine;
  } finally {
    if (turns.get(key) === done) turns.delete(key);
  }
}

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
  idOf: (properties) => needed(properties, "queueUrl"),
  knownFrom: (id) => ({ queueUrl: id }),
  create: (inputs, aws) => setQueuePolicy(inputs, inputs["policy"], aws),
  update: (inputs, _, aws) => setQueuePolicy(inputs, inputs["policy"], aws),
  async delete(old, aws, inputs) {
    await unlessGone(setQueuePolicy({ ...old, ...inputs }, undefined, aws));
  },
  async read(known, aws) {
    const live = await attributesAt(needed(known, "queueUrl"), aws);
    return live?.["Policy"] ? { queueUrl: known["queueUrl"], policy: live["Policy"] } : undefined;
  },
};

/** @param wanted what the program asks for; absent when the resource goes. */
function setQueuePolicy(inputs: PropertyMap, wanted: PropertyMap[string], aws: Aws): Promise<PropertyMap> {
  const url = needed(inputs, "queueUrl");
  return inTurn(url, () =>
    eventually(
      async () => {
        const request = { QueueUrl: url, AttributeNames: ["Policy" as const] };
        const { Attributes = {} } = await aws.send("sqs", "GetQueueAttributesCommand", request);
        const policy = mergedPolicy(Attributes.Policy ?? "", ownSidOf(inputs), text(wanted));
        await aws.send("sqs", "SetQueueAttributesCommand", { QueueUrl: url, Attributes: { Policy: policy } });
        return { policy };
      },
      // A queue that was just made may not be known everywhere yet.
      (error) => isMissing(error) && wanted !== undefined,
      aws.signal,
      3,
    ),
  );
}

const topicAttributes = async (arn: string, aws: Aws): Promise<Record<string, string> | undefined> =>
  (await unlessGone(aws.send("sns", "GetTopicAttributesCommand", { TopicArn: arn })))?.Attributes;

/** `aws:sns/topic:Topic`, to be read only: topics are the user's own. */
export const topic: AwsResourceType = {
  type: "aws:sns/topic:Topic",
  required: [],
  replaceOn: ["name"],
  documents: ["policy"],
  defaults: {},
  computed: ["arn", "owner"],
  idOf: (properties) => needed(properties, "arn"),
  knownFrom: (id) => ({ arn: id, name: id.split(":").at(-1) }),
  create: readOnly,
  update: readOnly,
  delete: readOnly,
  async read(known, aws) {
    const arn = needed(known, "arn");
    const live = await topicAttributes(arn, aws);
    return live && { arn, name: arn.split(":").at(-1), policy: live["Policy"] ?? "", owner: live["Owner"] ?? "" };
  },
};

async function readOnly(): Promise<never> {
  throw new Error("topics are only read");
}

/** `aws:sns/topicPolicy:TopicPolicy`; statements are put in and taken out one by one, as in a queue's policy. */
export const topicPolicy: AwsResourceType = {
  type: "aws:sns/topicPolicy:TopicPolicy",
  required: ["arn", "policy"],
  replaceOn: ["arn"],
  documents: ["policy"],
  defaults: {},
  computed: ["owner"],
  comparable: comparablePolicy,
  idOf: (properties) => needed(properties, "arn"),
  knownFrom: (id) => ({ arn: id }),
  create: (inputs, aws) => setTopicPolicy(inputs, inputs["policy"], aws),
  update: (inputs, _, aws) => setTopicPolicy(inputs, inputs["policy"], aws),
  async delete(old, aws, inputs) {
    await unlessGone(setTopicPolicy({ ...old, ...inputs }, undefined, aws));
  },
  async read(known, aws) {
    const live = await topicAttributes(needed(known, "arn"), aws);
    return live && { arn: known["arn"], policy: live["Policy"] ?? "", owner: live["Owner"] ?? "" };
  },
};

function setTopicPolicy(inputs: PropertyMap, wanted: PropertyMap[string], aws: Aws): Promise<PropertyMap> {
  const arn = needed(inputs, "arn");
  return inTurn(arn, async () => {
    const { Attributes = {} } = await aws.send("sns", "GetTopicAttributesCommand", { TopicArn: arn });
    const policy = mergedPolicy(Attributes["Policy"] ?? "", ownSidOf(inputs), text(wanted));
    const request = { TopicArn: arn, AttributeName: "Policy", AttributeValue: policy };
    await aws.send("sns", "SetTopicAttributesCommand", request);
    return { policy, owner: Attributes["Owner"] ?? "" };
  });
}
