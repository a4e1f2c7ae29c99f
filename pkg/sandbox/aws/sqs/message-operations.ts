import { createHash } from "node:crypto";
import type {
  ChangeMessageVisibilityCommandInput,
  DeleteMessageBatchCommandInput,
  DeleteMessageCommandInput,
  ReceiveMessageCommandInput,
  SendMessageBatchCommandInput,
  SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { listOf, maybe, need } from "../call-input.ts";
import type { Cloud, Operations } from "../cloud.ts";
import type { Item } from "../store.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import { MAX_MESSAGE_BYTES, MAX_RECEIVED, QUEUE_DEFAULTS } from "./limits.ts";
import { attributesOf } from "./model.ts";
import type { Message } from "./model.ts";
import { findQueue } from "./queues.ts";
import { messagesOf, sendToQueue } from "./send.ts";

interface Inputs {
  SendMessage: SendMessageCommandInput;
  SendMessageBatch: SendMessageBatchCommandInput;
  ReceiveMessage: ReceiveMessageCommandInput;
  DeleteMessage: DeleteMessageCommandInput;
  DeleteMessageBatch: DeleteMessageBatchCommandInput;
  ChangeMessageVisibility: ChangeMessageVisibilityCommandInput;
}

/** Messages in queues. */
export const messageOperations: Operations<Inputs> = {
  SendMessage: (call, cloud) => send(call, cloud),
  SendMessageBatch(call, cloud) {
    const entries = listOf<{ Id: string } & Record<string, unknown>, SendMessageBatchCommandInput>(call, "Entries");
    const results = entries.map(({ Id, ...entry }) => {
      const params = { ...entry, QueueUrl: call.params.QueueUrl };
      return attempt(Id, () => ({ Id, ...send({ ...call, params }, cloud) }));
    });
    return sorted(results);
  },
  ReceiveMessage(call, cloud) {
    const { name, queue } = findQueue(call, cloud);
    const wanted = Number(call.params.MaxNumberOfMessages ?? 1);
    if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX_RECEIVED)
      throw new AwsFault(
        "InvalidParameterValue",
        `Value ${wanted} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
      );
    const shelf = messagesOf(call, name);
    const now = Date.now();
    const timeout = { ...QUEUE_DEFAULTS, ...attributesOf(queue) }["VisibilityTimeout"];
    const hide = Number(call.params.VisibilityTimeout ?? timeout) * 1000;
    const ready = cloud.store.all(shelf).filter(([, item]) => Number(item["visibleAt"]) <= now);
    const messages = ready.slice(0, wanted).map(([id, item]) => {
      const message = { ...item, visibleAt: now + hide, receives: Number(item["receives"]) + 1 } as Message;
      cloud.store.put(shelf, id, message);
      return shownMessage(message);
    });
    return messages.length === 0 ? {} : { Messages: messages };
  },
  DeleteMessage(call, cloud) {
    remove(call, cloud, need(call, "ReceiptHandle"));
    return {};
  },
  DeleteMessageBatch(call, cloud) {
    const entries = listOf<{ Id: string; ReceiptHandle: string }, DeleteMessageBatchCommandInput>(call, "Entries");
    return sorted(
      entries.map(({ Id, ReceiptHandle }) => attempt(Id, () => (remove(call, cloud, ReceiptHandle), { Id }))),
    );
  },
  ChangeMessageVisibility(call, cloud) {
    const shelf = messagesOf(call, findQueue(call, cloud).name);
    const id = idOf(need(call, "ReceiptHandle"));
    const message = cloud.store.get(shelf, id);
    const visibleAt = Date.now() + Number(call.params.VisibilityTimeout ?? 0) * 1000;
    if (message) cloud.store.put(shelf, id, { ...message, visibleAt });
    return {};
  },
};

function send(call: AwsCall<SendMessageCommandInput>, cloud: Cloud): { MessageId: string; MD5OfMessageBody: string } {
  const { name, queue } = findQueue(call, cloud);
  const group = maybe(call, "MessageGroupId");
  if (name.endsWith(".fifo") && !group)
    throw new AwsFault("MissingParameter", "The request must contain the parameter MessageGroupId.");
  const body = need(call, "MessageBody");
  const limit = Number({ ...QUEUE_DEFAULTS, ...attributesOf(queue) }["MaximumMessageSize"] ?? MAX_MESSAGE_BYTES);
  if (Buffer.byteLength(body) > limit)
    throw new AwsFault(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  const attributes = call.params.MessageAttributes as Message["attributes"];
  const id = sendToQueue(cloud, call, name, {
    body,
    ...(attributes ? { attributes } : {}),
    ...(group ? { groupId: group } : {}),
  });
  return { MessageId: id ?? "", MD5OfMessageBody: md5(body) };
}

/** A receipt handle is the message's id. @throws AwsFault for a text that was never one. */
function idOf(receiptHandle: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(receiptHandle)) return receiptHandle;
  throw new AwsFault(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${receiptHandle}" is not a valid receipt handle.`,
  );
}

function remove(call: AwsCall<{ QueueUrl: string | undefined }>, cloud: Cloud, receiptHandle: string): void {
  const { name } = findQueue(call, cloud);
  cloud.store.remove(messagesOf(call, name), idOf(receiptHandle));
}

interface BatchFailure {
  Id: string;
  SenderFault: true;
  Code: string;
  Message: string;
}

function attempt<T extends object>(Id: string, work: () => T): T | BatchFailure {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AwsFault)) throw error;
    return { Id, SenderFault: true, Code: error.code, Message: error.message };
  }
}

function sorted(results: readonly object[]): object {
  const isFailure = (each: object): boolean => "SenderFault" in each;
  return { Successful: results.filter((each) => !isFailure(each)), Failed: results.filter(isFailure) };
}

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

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
