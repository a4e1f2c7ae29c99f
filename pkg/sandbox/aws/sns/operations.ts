import { randomUUID } from "node:crypto";
import { maybe, need, shelfOf, tagMap, textOf } from "../cloud.ts";
import type { Cloud, Operation } from "../cloud.ts";
import { checkPolicyText } from "../policy-text.ts";
import { AwsFault, XmlMap } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";
import { defaultTopicPolicy } from "./model.ts";
import { publish } from "./publish.ts";

function findTopic(call: AwsCall, { store }: Cloud): { shelf: string; name: string; topic: Item } {
  const name = need(call, "TopicArn").split(":").at(-1) ?? "";
  const shelf = shelfOf(call, "topic");
  const topic = store.get(shelf, name);
  if (!topic) throw new AwsFault("NotFound", "Topic does not exist", 404);
  return { shelf, name, topic };
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
    if (attribute === "Policy") checkPolicyText(value);
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
