import { AwsFault } from "../wire/index.ts";

/** The largest message, and the largest that an attribute allows, in bytes. */
export const MAX_MESSAGE_BYTES = 1_048_576;
export const MAX_RECEIVED = 10;

/** Attributes of a queue that nobody has set. */
export const QUEUE_DEFAULTS: Readonly<Record<string, string>> = {
  VisibilityTimeout: "30",
  MaximumMessageSize: String(MAX_MESSAGE_BYTES),
  MessageRetentionPeriod: "345600",
  DelaySeconds: "0",
  ReceiveMessageWaitTimeSeconds: "0",
  SqsManagedSseEnabled: "true",
};

/** Further defaults of FIFO queues. */
export const FIFO_DEFAULTS: Readonly<Record<string, string>> = {
  ContentBasedDeduplication: "false",
  DeduplicationScope: "queue",
  FifoThroughputLimit: "perQueue",
};

const isFlag = (text: string): boolean => text === "true" || text === "false";
const isBetween = (low: number, high: number) => (text: string) =>
  /^\d{1,9}$/.test(text) && Number(text) >= low && Number(text) <= high;
const isJson = (text: string): boolean => {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
};
const isPolicy = (text: string): boolean =>
  isJson(text) && (JSON.parse(text) as { Statement?: unknown } | null)?.Statement !== undefined;

/** Attributes that can be set, with what they may be (SQS's API reference). `""` resets one. */
const SETTABLE: ReadonlyMap<string, (text: string) => boolean> = new Map<string, (text: string) => boolean>([
  ["VisibilityTimeout", isBetween(0, 43_200)],
  ["MaximumMessageSize", isBetween(1024, MAX_MESSAGE_BYTES)],
  ["MessageRetentionPeriod", isBetween(60, 1_209_600)],
  ["DelaySeconds", isBetween(0, 900)],
  ["ReceiveMessageWaitTimeSeconds", isBetween(0, 20)],
  ["SqsManagedSseEnabled", isFlag],
  ["Policy", isPolicy],
  ["RedrivePolicy", isJson],
  ["RedriveAllowPolicy", isJson],
  ["KmsMasterKeyId", () => true],
  ["KmsDataKeyReusePeriodSeconds", isBetween(60, 86_400)],
  ["FifoQueue", (text) => text === "true"],
  ["ContentBasedDeduplication", isFlag],
  ["DeduplicationScope", (text) => text === "messageGroup" || text === "queue"],
  ["FifoThroughputLimit", (text) => text === "perQueue" || text === "perMessageGroupId"],
]);

/** Attributes that can only be read. */
const COMPUTED = [
  "All",
  "QueueArn",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
];

/** @throws AwsFault for an attribute that no queue has, or a value that it cannot have. */
export function checkAttributes(given: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(given)) {
    const isAllowed = SETTABLE.get(name);
    if (!isAllowed) throw unknownAttribute(name);
    if (value !== "" && !isAllowed(value))
      throw new AwsFault("InvalidAttributeValue", `Invalid value for the parameter ${name}.`);
  }
}

/** @throws AwsFault for a name that cannot be asked for. */
export function checkAttributeNames(names: readonly string[]): void {
  const unknown = names.find((name) => !SETTABLE.has(name) && !COMPUTED.includes(name));
  if (unknown !== undefined) throw unknownAttribute(unknown);
}

function unknownAttribute(name: string): AwsFault {
  return new AwsFault("InvalidAttributeName", `Unknown Attribute ${name}.`);
}

/** @throws AwsFault for a name that no queue may have. */
export function checkQueueName(name: string): void {
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(name.replace(/\.fifo$/, "")) || name.length > 80)
    throw new AwsFault(
      "InvalidParameterValue",
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    );
}
