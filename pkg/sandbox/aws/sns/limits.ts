import { AwsFault } from "../wire/index.ts";

/** Attributes of a topic that can be set (SNS's API reference). */
const TOPIC_ATTRIBUTES = new Set([
  "ApplicationFailureFeedbackRoleArn",
  "ApplicationSuccessFeedbackRoleArn",
  "ApplicationSuccessFeedbackSampleRate",
  "ArchivePolicy",
  "ContentBasedDeduplication",
  "DataProtectionPolicy",
  "DeliveryPolicy",
  "DisplayName",
  "FifoThroughputScope",
  "FifoTopic",
  "FirehoseFailureFeedbackRoleArn",
  "FirehoseSuccessFeedbackRoleArn",
  "FirehoseSuccessFeedbackSampleRate",
  "HTTPFailureFeedbackRoleArn",
  "HTTPSuccessFeedbackRoleArn",
  "HTTPSuccessFeedbackSampleRate",
  "KmsMasterKeyId",
  "LambdaFailureFeedbackRoleArn",
  "LambdaSuccessFeedbackRoleArn",
  "LambdaSuccessFeedbackSampleRate",
  "Policy",
  "SignatureVersion",
  "SQSFailureFeedbackRoleArn",
  "SQSSuccessFeedbackRoleArn",
  "SQSSuccessFeedbackSampleRate",
  "TracingConfig",
]);

const SUBSCRIPTION_ATTRIBUTES = new Set([
  "DeliveryPolicy",
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
  "ReplayPolicy",
  "SubscriptionRoleArn",
]);

/** A refusal of one parameter. */
export function invalidParameter(what: string): AwsFault {
  return new AwsFault("InvalidParameter", `Invalid parameter: ${what}`);
}

/** @throws AwsFault for a name that no topic may have. */
export function checkTopicName(name: string): void {
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(name.replace(/\.fifo$/, ""))) throw invalidParameter("Topic Name");
}

/** @throws AwsFault for what no topic has, and for a policy that is none. */
export function checkTopicAttribute(name: string, value: string): void {
  if (!TOPIC_ATTRIBUTES.has(name)) throw invalidParameter("AttributeName");
  if (name !== "Policy") return;
  try {
    if ((JSON.parse(value) as { Statement?: unknown } | null)?.Statement !== undefined) return;
  } catch {
    // Falls through to the same answer.
  }
  throw invalidParameter("Policy Reason: Invalid policy");
}

/** @throws AwsFault for what no subscription has. */
export function checkSubscriptionAttribute(name: string): void {
  if (!SUBSCRIPTION_ATTRIBUTES.has(name)) throw invalidParameter("AttributeName");
}
