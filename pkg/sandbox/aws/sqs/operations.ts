import { createHash, randomUUID } from "node:crypto";
import { maybe, need, shelfOf, untagged } from "../cloud.ts";
import type { Cloud, Operation } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";
import { checkPolicyText } from "../policy-text.ts";
import { QUEUE_DEFAULTS, attributesOf } from "./model.ts";
import type { Message } from "./model.ts";
import { sendToQueue } from "./send.ts";

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
    else if (attributes["Policy"] !== undefined) checkPolicyText(attributes["Policy"]);
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
