import type {
  CreateQueueCommandInput,
  DeleteQueueCommandInput,
  GetQueueAttributesCommandInput,
  GetQueueUrlCommandInput,
  ListQueuesCommandInput,
  ListQueueTagsCommandInput,
  PurgeQueueCommandInput,
  SetQueueAttributesCommandInput,
  TagQueueCommandInput,
  UntagQueueCommandInput,
} from "@aws-sdk/client-sqs";
import { listOf, mapOf, maybe, need } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Cloud, Operations } from "../cloud.ts";
import { untagged } from "../tags.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import { FIFO_DEFAULTS, QUEUE_DEFAULTS, checkAttributeNames, checkAttributes, checkQueueName } from "./limits.ts";
import { attributesOf, queueUrl } from "./model.ts";
import { findQueue, noQueue } from "./queues.ts";
import { messagesOf, seenOf } from "./send.ts";

interface Inputs {
  CreateQueue: CreateQueueCommandInput;
  DeleteQueue: DeleteQueueCommandInput;
  GetQueueUrl: GetQueueUrlCommandInput;
  ListQueues: ListQueuesCommandInput;
  GetQueueAttributes: GetQueueAttributesCommandInput;
  SetQueueAttributes: SetQueueAttributesCommandInput;
  PurgeQueue: PurgeQueueCommandInput;
  ListQueueTags: ListQueueTagsCommandInput;
  TagQueue: TagQueueCommandInput;
  UntagQueue: UntagQueueCommandInput;
}

const now = (): string => String(Math.floor(Date.now() / 1000));

const defaultsOf = (name: string): Record<string, string> => ({
  ...QUEUE_DEFAULTS,
  ...(name.endsWith(".fifo") ? FIFO_DEFAULTS : {}),
});

/** Attributes after a change; an empty one is as if it had never been set. */
function changed(attributes: Record<string, string>, given: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...attributes, ...given }).filter(([, value]) => value !== ""));
}

/** Queues themselves. */
export const queueOperations: Operations<Inputs> = {
  CreateQueue(call, { store }) {
    const name = need(call, "QueueName");
    checkQueueName(name);
    const given = mapOf(call, "Attributes");
    checkAttributes(given);
    const old = store.get(shelfOf(call, "queue"), name);
    const wanted = { ...defaultsOf(name), ...changed({}, given) };
    const known = { ...defaultsOf(name), ...(old ? attributesOf(old) : {}) };
    const differs = Object.entries(wanted).some(([key, value]) => key !== "Policy" && known[key] !== value);
    if (old && differs)
      throw new AwsFault(
        "QueueNameExists",
        "A queue already exists with the same name and a different value for attribute",
      );
    if (!old) {
      const times = { CreatedTimestamp: now(), LastModifiedTimestamp: now() };
      const tags = mapOf(call, "tags");
      store.put(shelfOf(call, "queue"), name, { attributes: { ...changed({}, given), ...times }, Tags: tags });
    }
    return { QueueUrl: queueUrl(call, name) };
  },
  DeleteQueue(call, cloud) {
    const { shelf, name } = findQueue(call, cloud);
    purge(call, cloud, name);
    cloud.store.clear(seenOf(call, name));
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
    const wanted = listOf<string, GetQueueAttributesCommandInput>(call, "AttributeNames");
    checkAttributeNames(wanted);
    const waiting = cloud.store.all(messagesOf(call, name));
    const hidden = waiting.filter(([, { visibleAt }]) => Number(visibleAt) > Date.now()).length;
    const all: Record<string, string> = {
      ...defaultsOf(name),
      ...attributesOf(queue),
      QueueArn: `arn:aws:sqs:${call.region}:${call.account}:${name}`,
      ApproximateNumberOfMessages: String(waiting.length - hidden),
      ApproximateNumberOfMessagesNotVisible: String(hidden),
      ApproximateNumberOfMessagesDelayed: "0",
    };
    const shown = wanted.includes("All") ? Object.keys(all) : wanted.filter((each) => all[each] !== undefined);
    return shown.length === 0 ? {} : { Attributes: Object.fromEntries(shown.map((each) => [each, all[each]])) };
  },
  SetQueueAttributes(call, cloud) {
    const { shelf, name, queue } = findQueue(call, cloud);
    const given = mapOf(call, "Attributes");
    checkAttributes(given);
    const attributes = { ...changed(attributesOf(queue), given), LastModifiedTimestamp: now() };
    cloud.store.put(shelf, name, { ...queue, attributes });
    return {};
  },
  PurgeQueue(call, cloud) {
    purge(call, cloud, findQueue(call, cloud).name);
    return {};
  },
  ListQueueTags: (call, cloud) => ({ Tags: findQueue(call, cloud).queue["Tags"] ?? {} }),
  TagQueue(call, cloud) {
    const { shelf, name, queue } = findQueue(call, cloud);
    cloud.store.put(shelf, name, { ...queue, Tags: { ...(queue["Tags"] as object), ...mapOf(call, "Tags") } });
    return {};
  },
  UntagQueue(call, cloud) {
    const { shelf, name, queue } = findQueue(call, cloud);
    cloud.store.put(shelf, name, untagged(queue, call));
    return {};
  },
};

function purge(call: Pick<AwsCall, "account" | "region">, { store }: Cloud, name: string): void {
  store.clear(messagesOf(call, name));
}
