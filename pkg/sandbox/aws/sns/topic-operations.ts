import { randomUUID } from "node:crypto";
import type {
  CreateTopicCommandInput,
  DeleteTopicCommandInput,
  GetTopicAttributesCommandInput,
  ListTagsForResourceCommandInput,
  ListTopicsCommandInput,
  PublishCommandInput,
  SetTopicAttributesCommandInput,
  TagResourceCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-sns";
import { listOf, maybe, need, textOf } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Cloud, Operations } from "../cloud.ts";
import type { Item } from "../store.ts";
import { tagList, tagMap, untagged } from "../tags.ts";
import { AwsFault, XmlMap } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import { checkTopicAttribute, checkTopicName, invalidParameter } from "./limits.ts";
import { defaultTopicPolicy, findTopic, topicArn } from "./model.ts";
import type { Subscription } from "./model.ts";
import { publish } from "./publish.ts";

interface Inputs {
  CreateTopic: CreateTopicCommandInput;
  GetTopicAttributes: GetTopicAttributesCommandInput;
  SetTopicAttributes: SetTopicAttributesCommandInput;
  DeleteTopic: DeleteTopicCommandInput;
  ListTopics: ListTopicsCommandInput;
  Publish: PublishCommandInput;
  ListTagsForResource: ListTagsForResourceCommandInput;
  TagResource: TagResourceCommandInput;
  UntagResource: UntagResourceCommandInput;
}

/** Where an attribute is kept: the policy has had its own place from the start. */
const keyOf = (attribute: string): string => (attribute === "Policy" ? "policy" : attribute);

/** Topics. */
export const topicOperations: Operations<Inputs> = {
  CreateTopic(call, { store }) {
    const name = need(call, "Name");
    checkTopicName(name);
    const attributes = listOf<{ key: string; value: string }, CreateTopicCommandInput>(call, "Attributes");
    for (const { key, value } of attributes) checkTopicAttribute(key, value);
    const arn = topicArn(call, name);
    const tags = tagMap(call.params.Tags);
    const old = store.get(shelfOf(call, "topic"), name);
    const isRetagged = old && Object.entries(tags).some(([key, value]) => tagsOf(old)[key] !== value);
    if (isRetagged) throw invalidParameter("Tags Reason: Topic already exists with different tags");
    const given = Object.fromEntries(attributes.map(({ key, value }) => [keyOf(key), value]));
    if (!old)
      store.put(shelfOf(call, "topic"), name, { policy: defaultTopicPolicy(arn, call.account), ...given, Tags: tags });
    return { TopicArn: arn };
  },
  GetTopicAttributes(call, cloud) {
    const { name, topic } = findTopic(call, cloud, need(call, "TopicArn"));
    return { Attributes: new XmlMap(shownAttributes(call, cloud, name, topic)) };
  },
  SetTopicAttributes(call, cloud) {
    const { shelf, name, topic } = findTopic(call, cloud, need(call, "TopicArn"));
    const attribute = need(call, "AttributeName");
    const value = maybe(call, "AttributeValue") ?? "";
    checkTopicAttribute(attribute, value);
    cloud.store.put(shelf, name, { ...topic, [keyOf(attribute)]: value });
    return {};
  },
  DeleteTopic(call, { store }) {
    const name = need(call, "TopicArn").split(":").at(-1) ?? "";
    const subscriptions = shelfOf(call, `subscription/${name}`);
    for (const [id] of store.all(subscriptions)) store.remove(subscriptions, id);
    if (store.get(shelfOf(call, "topic"), name)) store.remove(shelfOf(call, "topic"), name);
    return {};
  },
  ListTopics: (call, { store }) => ({
    Topics: store.all(shelfOf(call, "topic")).map(([name]) => ({ TopicArn: topicArn(call, name) })),
  }),
  Publish(call, cloud) {
    const { name } = findTopic(call, cloud, maybe(call, "TopicArn") ?? maybe(call, "TargetArn") ?? "");
    publish(cloud, call, name, need(call, "Message"));
    return { MessageId: randomUUID() };
  },
  ListTagsForResource: (call, cloud) => ({ Tags: tagList(tagged(call, cloud).topic["Tags"]) }),
  TagResource(call, cloud) {
    const { shelf, name, topic } = tagged(call, cloud);
    cloud.store.put(shelf, name, { ...topic, Tags: { ...tagsOf(topic), ...tagMap(call.params.Tags) } });
    return {};
  },
  UntagResource(call, cloud) {
    const { shelf, name, topic } = tagged(call, cloud);
    cloud.store.put(shelf, name, untagged(topic, call));
    return {};
  },
};

const tagsOf = (topic: Item): Record<string, string> => (topic["Tags"] ?? {}) as Record<string, string>;

function tagged(call: AwsCall<{ ResourceArn: string | undefined }>, cloud: Cloud): ReturnType<typeof findTopic> {
  try {
    return findTopic(call, cloud, need(call, "ResourceArn"));
  } catch (error) {
    if (error instanceof AwsFault && error.status === 404)
      throw new AwsFault("ResourceNotFound", "Resource does not exist", 404);
    throw error;
  }
}

function shownAttributes(call: AwsCall, { store }: Cloud, name: string, topic: Item): Record<string, string> {
  const { policy, Tags: _, ...others } = topic;
  const subscriptions = store.all(shelfOf(call, `subscription/${name}`)) as [string, Subscription][];
  const delivery = {
    http: {
      defaultHealthyRetryPolicy: {
        minDelayTarget: 20,
        maxDelayTarget: 20,
        numRetries: 3,
        numMaxDelayRetries: 0,
        numNoDelayRetries: 0,
        numMinDelayRetries: 0,
        backoffFunction: "linear",
      },
      disableSubscriptionOverrides: false,
      defaultRequestPolicy: { headerContentType: "text/plain; charset=UTF-8" },
    },
  };
  return {
    TopicArn: topicArn(call, name),
    Owner: call.account,
    Policy: textOf(policy),
    DisplayName: "",
    EffectiveDeliveryPolicy: JSON.stringify(delivery),
    SubscriptionsConfirmed: String(subscriptions.length),
    SubscriptionsPending: "0",
    SubscriptionsDeleted: "0",
    ...Object.fromEntries(Object.entries(others).map(([key, value]) => [key, textOf(value)])),
  };
}
