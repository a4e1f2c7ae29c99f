import { shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import type { Item } from "../store.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import { invalidParameter } from "./limits.ts";

/** A subscription as it is kept: `endpoint`, and the attributes that were set. */
export interface Subscription extends Item {
  endpoint: string;
  raw: boolean;
  attributes?: Record<string, string>;
}

/** The ARN of a topic. */
export const topicArn = ({ account, region }: Pick<AwsCall, "account" | "region">, name: string): string =>
  `arn:aws:sns:${region}:${account}:${name}`;

/** The topic that an ARN names. @throws AwsFault when it is no ARN, or there is none. */
export function findTopic(
  call: Pick<AwsCall, "account" | "region">,
  { store }: Cloud,
  arn: string,
): { shelf: string; name: string; topic: Item } {
  const [, name = ""] = /^arn:[^:]+:sns:[^:]+:\d{12}:([^:]+)$/.exec(arn) ?? [];
  if (name === "") throw invalidParameter("TopicArn");
  const shelf = shelfOf(call, "topic");
  const topic = store.get(shelf, name);
  if (!topic) throw new AwsFault("NotFound", "Topic does not exist", 404);
  return { shelf, name, topic };
}

/** The subscription that an ARN names. @throws AwsFault when there is none. */
export function findSubscription(
  call: Pick<AwsCall, "account" | "region">,
  { store }: Cloud,
  arn: string,
): { shelf: string; id: string; topic: string; subscription: Subscription } {
  const [topic = "", id = ""] = arn.split(":").slice(-2);
  const shelf = shelfOf(call, `subscription/${topic}`);
  const subscription = store.get(shelf, id) as Subscription | undefined;
  if (!subscription) throw new AwsFault("NotFound", "Subscription does not exist", 404);
  return { shelf, id, topic: topicArn(call, topic), subscription };
}

/** What a topic's policy is until somebody sets one: its owner may do everything. */
export function defaultTopicPolicy(arn: string, account: string): string {
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
