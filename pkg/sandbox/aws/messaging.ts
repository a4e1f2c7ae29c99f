import { createHash, randomUUID } from "node:crypto";
import { maybe, need, shelfOf, tagMap, textOf, untagged } from "./cloud.ts";
import type { Cloud, Operation } from "./cloud.ts";
import { AwsFault, XmlMap } from "./protocol.ts";
import type { AwsCall } from "./protocol.ts";
import type { Item } from "./store.ts";

/** A message in a queue. */
export interface Message extends Item {
  id: string;
  body: string;
  attributes?: Record<string, { DataType: string; StringValue: string }>;
  groupId?: string;
  sentAt: number;
  /** Not given out before then (milliseconds since the epoch). */
  visibleAt: number;
  receives: number;
}

const QUEUE_DEFAULTS: Readonly<Record<string, string>> = {
  VisibilityTimeout: "30",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  DelaySeconds: "0",
  ReceiveMessageWaitTimeSeconds: "0",
  SqsManagedSseEnabled: "true",
};
/** FIFO queues drop what has the same content within five minutes. */
const DEDUPLICATION_MS = 5 * 60_000;

const noQueue = (): AwsFault => new AwsFault("QueueDoesNotExist", "The specified queue does not exist.");

function queueName(call: AwsCall): string {
  return need(call, "QueueUrl").split("/").at(-1) ?? "";
}

function findQueue(call: AwsCall, { store }: Cloud): { shelf: string; name: string; queue: Item } {
  const name = queueName(call);
  const shelf = shelfOf(call, "queue");
  const queue = store.get(shelf, name);
  if (!queue) throw noQueue();
  return { shelf, name, queue };
}

/** Puts a message into a queue; `false` when there is no such queue. Inside a change. */
export function sendToQueue(
  cloud: Cloud,
  place: Pick<AwsCall, "account" | "region">,
  name: string,
  sent: Pick<Message, "body" | "attributes" | "groupId">,
): boolean {
  const queue = cloud.store.get(shelfOf(place, "queue"), name);
  if (!queue) return false;
  const shelf = shelfOf(place, `message/${name}`);
  const now = Date.now();
  if (name.endsWith(".fifo")) {
    const digest = createHash("sha256").update(sent.body).digest("hex");
    const isRepeated = cloud.store
      .all(shelf)
      .some(([, message]) => message["digest"] === digest && Number(message["sentAt"]) > now - DEDUPLICATION_MS);
    if (isRepeated) return true;
    Object.assign(sent, { digest });
  }
  const id = randomUUID();
  cloud.store.put(shelf, id, { ...sent, id, sentAt: now, visibleAt: now, receives: 0 } satisfies Message);
  return true;
}

const attributesOf = (queue: Item): Record<string, string> => queue["attributes"] as Record<string, string>;

/** Amazon SQS. */
export const sqsOperations: Readonly<Record<string, Operation>> = {
  CreateQueue(call, { store }) {
    const name = need(call, "QueueName");
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(name.replace(/\.fifo$/, "")))
      throw new AwsFault(
        "InvalidParameterValue",
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
      );
    const attributes = { ...QUEUE_DEFAULTS, ...(call.params["Attributes"] as Record<string, string> | undefined) };
    const old = store.get(shelfOf(call, "queue"), name);
    const differs =
      old && Object.entries(attributes).some(([key, value]) => key !== "Policy" && attributesOf(old)[key] !== value);
    if (differs)
      throw new AwsFault(
        "QueueNameExists",
        "A queue already exists with the same name and a different value for attribute",
      );
    if (!old)
      store.put(shelfOf(call, "queue"), name, {
        attributes: { ...attributes, CreatedTimestamp: String(Math.floor(Date.now() / 1000)) },
        Tags: call.params["tags"] ?? {},
      });
    return { QueueUrl: queueUrl(call, name) };
  },
  DeleteQueue(call, cloud) {
    const { shelf, name } = findQueue(call, cloud);
    for (const [id] of cloud.store.all(shelfOf(call, `message/${name}`)))
      cloud.store.remove(shelfOf(call, `message/${name}`), id);
    cloud.store.remove(shelf, name);
    return {};
  },
  GetQueueUrl(call, { store }) {
    const name = need(call, "QueueName");
    if (!store.get(shelfOf(call, "queue"), name)) throw noQueue();
    return { QueueUrl: queueUrl(call, name) };
  },
  ListQueues(call, { store }) {
    const prefix = maybe(call, "QueueNamePrefix") ?? "";
    const names = store.all(shelfOf(call, "queue")).map(([name]) => name);
    return { QueueUrls: names.filter((name) => name.startsWith(prefix)).map((name) => queueUrl(call, name)) };
  },
  GetQueueAttributes(call, cloud) {
    const { name, queue } = findQueue(call, cloud);
    const waiting = cloud.store.all(shelfOf(call, `message/${name}`)).filter(([, { deleted }]) => deleted !== true);
    const hidden = waiting.filter(([, { visibleAt }]) => Number(visibleAt) > Date.now()).length;
    const all: Record<string, string> = {
      ...attributesOf(queue),
      QueueArn: `arn:aws:sqs:${call.region}:${call.account}:${name}`,
      ApproximateNumberOfMessages: String(waiting.length - hidden),
      ApproximateNumberOfMessagesNotVisible: String(hidden),
    };
    const wanted = (call.params["AttributeNames"] ?? []) as string[];
    const shown = wanted.includes("All") ? Object.keys(all) : wanted.filter((each) => all[each] !== undefined);
    return { Attributes: Object.fromEntries(shown.map((each) => [each, all[each]])) };
  },
  SetQueueAttributes(call, cloud) {
    const { shelf, name, queue } = findQueue(call, cloud);
    const attributes = { ...attributesOf(queue), ...(call.params["Attributes"] as Record<string, string>) };
    if (attributes["Policy"] === "") delete attributes["Policy"];
    else if (attributes["Policy"] !== undefined) checkPolicy(attributes["Policy"]);
    cloud.store.put(shelf, name, { ...queue, attributes });
    return {};
  },
  SendMessage(call, cloud) {
    const { name } = findQueue(call, cloud);
    const group = maybe(call, "MessageGroupId");
    if (name.endsWith(".fifo") && !group)
      throw new AwsFault("MissingParameter", "The request must contain the parameter MessageGroupId.");
    const body = need(call, "MessageBody");
    const attributes = call.params["MessageAttributes"] as Message["attributes"];
    sendToQueue(cloud, call, name, {
      body,
      ...(attributes ? { attributes } : {}),
      ...(group ? { groupId: group } : {}),
    });
    return { MessageId: randomUUID(), MD5OfMessageBody: md5(body) };
  },
  ReceiveMessage(call, cloud) {
    const { name, queue } = findQueue(call, cloud);
    const shelf = shelfOf(call, `message/${name}`);
    const now = Date.now();
    const hide = Number(call.params["VisibilityTimeout"] ?? attributesOf(queue)["VisibilityTimeout"]) * 1000;
    const ready = cloud.store
      .all(shelf)
      .filter(([, item]) => item["deleted"] !== true && Number(item["visibleAt"]) <= now);
    const chosen = ready.slice(0, Number(call.params["MaxNumberOfMessages"] ?? 1));
    const messages = chosen.map(([id, item]) => {
      const message = { ...item, visibleAt: now + hide, receives: Number(item["receives"]) + 1 } as Message;
      cloud.store.put(shelf, id, message);
      return shownMessage(message);
    });
    return { Messages: messages };
  },
  DeleteMessage(call, cloud) {
    const { name } = findQueue(call, cloud);
    const shelf = shelfOf(call, `message/${name}`);
    const id = need(call, "ReceiptHandle");
    const message = cloud.store.get(shelf, id);
    // A FIFO queue remembers what it has seen.
    if (message && name.endsWith(".fifo")) cloud.store.put(shelf, id, { ...message, deleted: true });
    else if (message) cloud.store.remove(shelf, id);
    return {};
  },
  DeleteMessageBatch(call, cloud) {
    const entries = (call.params["Entries"] ?? []) as { Id: string; ReceiptHandle: string }[];
    for (const { ReceiptHandle } of entries)
      sqsOperations["DeleteMessage"]?.({ ...call, params: { ...call.params, ReceiptHandle } }, cloud);
    return { Successful: entries.map(({ Id }) => ({ Id })), Failed: [] };
  },
  PurgeQueue(call, cloud) {
    const { name } = findQueue(call, cloud);
    const shelf = shelfOf(call, `message/${name}`);
    for (const [id] of cloud.store.all(shelf)) cloud.store.remove(shelf, id);
    return {};
  },
  ListQueueTags: (call, cloud) => ({ Tags: findQueue(call, cloud).queue["Tags"] ?? {} }),
  TagQueue(call, cloud) {
    const { shelf, name, queue } = findQueue(call, cloud);
    cloud.store.put(shelf, name, {
      ...queue,
      Tags: { ...(queue["Tags"] as object), ...(call.params["Tags"] as object) },
    });
    return {};
  },
  UntagQueue(call, cloud) {
    const { shelf, name, queue } = findQueue(call, cloud);
    cloud.store.put(shelf, name, untagged(queue, call));
    return {};
  },
};

function shownMessage({ id, body, attributes, sentAt, receives, groupId }: Message): Item {
  return {
    MessageId: id,
    ReceiptHandle: id,
    Body: body,
    MD5OfBody: md5(body),
    Attributes: {
      SentTimestamp: String(sentAt),
      ApproximateReceiveCount: String(receives),
      ...(groupId ? { MessageGroupId: groupId } : {}),
    },
    ...(attributes ? { MessageAttributes: attributes } : {}),
  };
}

/** As the client knows the sandbox, so that tools that send to the URL itself find it. */
function queueUrl({ origin, account }: AwsCall, name: string): string {
  return `${origin}/${account}/${name}`;
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

/** @throws AwsFault when a text is no policy document. */
function checkPolicy(text: string): void {
  try {
    const policy = JSON.parse(text) as { Statement?: unknown };
    if (policy.Statement !== undefined) return;
  } catch {
    // Falls through to the same answer.
  }
  throw new AwsFault("InvalidAttributeValue", "Invalid value for the parameter Policy.");
}

function findTopic(call: AwsCall, { store }: Cloud): { shelf: string; name: string; topic: Item } {
  const name = need(call, "TopicArn").split(":").at(-1) ?? "";
  const shelf = shelfOf(call, "topic");
  const topic = store.get(shelf, name);
  if (!topic) throw new AwsFault("NotFound", "Topic does not exist", 404);
  return { shelf, name, topic };
}

/** What a topic's policy is until somebody sets one: its owner may do everything. */
function defaultTopicPolicy(arn: string, account: string): string {
  const owner = { StringEquals: { "AWS:SourceOwner": account } };
  const actions = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
  ];
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions.map((each) => `SNS:${each}`),
        Resource: arn,
        Condition: owner,
      },
    ],
  });
}

/** Publishes to a topic's queues; `false` when there is no such topic. Inside a change. */
export function publish(
  cloud: Cloud,
  place: Pick<AwsCall, "account" | "region">,
  name: string,
  message: string,
): boolean {
  const topic = cloud.store.get(shelfOf(place, "topic"), name);
  if (!topic) return false;
  const arn = `arn:aws:sns:${place.region}:${place.account}:${name}`;
  for (const [, { endpoint, raw }] of cloud.store.all(shelfOf(place, `subscription/${name}`))) {
    const [, , , region = "", account = "", queue = ""] = textOf(endpoint).split(":");
    const envelope = JSON.stringify({
      Type: "Notification",
      MessageId: randomUUID(),
      TopicArn: arn,
      Message: message,
      Timestamp: new Date().toISOString(),
    });
    sendToQueue(cloud, { region, account }, queue, { body: raw === true ? message : envelope });
  }
  return true;
}

/** Amazon SNS, as far as topics with queues behind them go. */
export const snsOperations: Readonly<Record<string, Operation>> = {
  CreateTopic(call, { store }) {
    const name = need(call, "Name");
    const arn = `arn:aws:sns:${call.region}:${call.account}:${name}`;
    if (!store.get(shelfOf(call, "topic"), name))
      store.put(shelfOf(call, "topic"), name, {
        policy: defaultTopicPolicy(arn, call.account),
        Tags: tagMap(call.params["Tags"]),
      });
    return { TopicArn: arn };
  },
  GetTopicAttributes(call, cloud) {
    const { name, topic } = findTopic(call, cloud);
    const subscriptions = cloud.store.all(shelfOf(call, `subscription/${name}`)).length;
    return {
      Attributes: new XmlMap({
        TopicArn: need(call, "TopicArn"),
        Owner: call.account,
        Policy: textOf(topic["policy"]),
        DisplayName: textOf(topic["DisplayName"] ?? ""),
        SubscriptionsConfirmed: String(subscriptions),
      }),
    };
  },
  SetTopicAttributes(call, cloud) {
    const { shelf, name, topic } = findTopic(call, cloud);
    const attribute = need(call, "AttributeName");
    const value = maybe(call, "AttributeValue") ?? "";
    if (attribute === "Policy") checkPolicy(value);
    cloud.store.put(shelf, name, { ...topic, [attribute === "Policy" ? "policy" : attribute]: value });
    return {};
  },
  DeleteTopic(call, cloud) {
    const name = need(call, "TopicArn").split(":").at(-1) ?? "";
    for (const [id] of cloud.store.all(shelfOf(call, `subscription/${name}`)))
      cloud.store.remove(shelfOf(call, `subscription/${name}`), id);
    cloud.store.remove(shelfOf(call, "topic"), name);
    return {};
  },
  ListTopics: (call, { store }) => ({
    Topics: store
      .all(shelfOf(call, "topic"))
      .map(([name]) => ({ TopicArn: `arn:aws:sns:${call.region}:${call.account}:${name}` })),
  }),
  Subscribe(call, cloud) {
    const { name } = findTopic(call, cloud);
    if (maybe(call, "Protocol") !== "sqs")
      throw new AwsFault("InvalidParameter", "the sandbox subscribes queues only (Protocol sqs)");
    const id = randomUUID();
    const attributes = (call.params["Attributes"] ?? []) as { key: string; value: string }[];
    const raw = attributes.some(({ key, value }) => key === "RawMessageDelivery" && value === "true");
    cloud.store.put(shelfOf(call, `subscription/${name}`), id, { endpoint: need(call, "Endpoint"), raw });
    return { SubscriptionArn: `${need(call, "TopicArn")}:${id}` };
  },
  ListSubscriptionsByTopic(call, cloud) {
    const { name } = findTopic(call, cloud);
    const all = cloud.store.all(shelfOf(call, `subscription/${name}`));
    return {
      Subscriptions: all.map(([id, { endpoint }]) => ({
        SubscriptionArn: `${need(call, "TopicArn")}:${id}`,
        Owner: call.account,
        Protocol: "sqs",
        Endpoint: endpoint,
        TopicArn: need(call, "TopicArn"),
      })),
    };
  },
  Unsubscribe(call, { store }) {
    const [name = "", id = ""] = need(call, "SubscriptionArn").split(":").slice(-2);
    store.remove(shelfOf(call, `subscription/${name}`), id);
    return {};
  },
  Publish(call, cloud) {
    const { name } = findTopic(call, cloud);
    publish(cloud, call, name, need(call, "Message"));
    return { MessageId: randomUUID() };
  },
};
