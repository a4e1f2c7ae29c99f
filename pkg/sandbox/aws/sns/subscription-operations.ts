import { randomUUID } from "node:crypto";
import type {
  GetSubscriptionAttributesCommandInput,
  ListSubscriptionsByTopicCommandInput,
  SetSubscriptionAttributesCommandInput,
  SubscribeCommandInput,
  UnsubscribeCommandInput,
} from "@aws-sdk/client-sns";
import { listOf, maybe, need } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Operations } from "../cloud.ts";
import { AwsFault, XmlMap } from "../wire/index.ts";
import { checkSubscriptionAttribute } from "./limits.ts";
import { findSubscription, findTopic } from "./model.ts";
import type { Subscription } from "./model.ts";

interface Inputs {
  Subscribe: SubscribeCommandInput;
  ListSubscriptionsByTopic: ListSubscriptionsByTopicCommandInput;
  GetSubscriptionAttributes: GetSubscriptionAttributesCommandInput;
  SetSubscriptionAttributes: SetSubscriptionAttributesCommandInput;
  Unsubscribe: UnsubscribeCommandInput;
}

/** Subscriptions of queues to topics. */
export const subscriptionOperations: Operations<Inputs> = {
  Subscribe(call, { store, ...cloud }) {
    const arn = need(call, "TopicArn");
    const { name } = findTopic(call, { store, ...cloud }, arn);
    if (maybe(call, "Protocol") !== "sqs")
      throw new AwsFault("InvalidParameter", "the sandbox subscribes queues only (Protocol sqs)");
    const endpoint = need(call, "Endpoint");
    const shelf = shelfOf(call, `subscription/${name}`);
    const known = (store.all(shelf) as [string, Subscription][]).find(([, each]) => each.endpoint === endpoint);
    if (known) return { SubscriptionArn: `${arn}:${known[0]}` };
    const given = listOf<{ key: string; value: string }, SubscribeCommandInput>(call, "Attributes");
    for (const { key } of given) checkSubscriptionAttribute(key);
    const attributes = Object.fromEntries(given.map(({ key, value }) => [key, value]));
    const id = randomUUID();
    store.put(shelf, id, { endpoint, raw: attributes["RawMessageDelivery"] === "true", attributes });
    return { SubscriptionArn: `${arn}:${id}` };
  },
  ListSubscriptionsByTopic(call, cloud) {
    const arn = need(call, "TopicArn");
    const { name } = findTopic(call, cloud, arn);
    return {
      Subscriptions: cloud.store.all(shelfOf(call, `subscription/${name}`)).map(([id, { endpoint }]) => ({
        SubscriptionArn: `${arn}:${id}`,
        Owner: call.account,
        Protocol: "sqs",
        Endpoint: endpoint,
        TopicArn: arn,
      })),
    };
  },
  GetSubscriptionAttributes(call, cloud) {
    const arn = need(call, "SubscriptionArn");
    const { topic, subscription } = findSubscription(call, cloud, arn);
    return {
      Attributes: new XmlMap({
        SubscriptionArn: arn,
        TopicArn: topic,
        Owner: call.account,
        Protocol: "sqs",
        Endpoint: subscription.endpoint,
        ConfirmationWasAuthenticated: "true",
        PendingConfirmation: "false",
        RawMessageDelivery: String(subscription.raw),
        SubscriptionPrincipal: `arn:aws:iam::${call.account}:root`,
        ...subscription.attributes,
      }),
    };
  },
  SetSubscriptionAttributes(call, cloud) {
    const { shelf, id, subscription } = findSubscription(call, cloud, need(call, "SubscriptionArn"));
    const name = need(call, "AttributeName");
    checkSubscriptionAttribute(name);
    const attributes = { ...subscription.attributes, [name]: maybe(call, "AttributeValue") ?? "" };
    const raw = attributes["RawMessageDelivery"] === "true";
    cloud.store.put(shelf, id, { ...subscription, raw, attributes });
    return {};
  },
  Unsubscribe(call, { store }) {
    const [name = "", id = ""] = need(call, "SubscriptionArn").split(":").slice(-2);
    const shelf = shelfOf(call, `subscription/${name}`);
    if (store.get(shelf, id)) store.remove(shelf, id);
    return {};
  },
};
