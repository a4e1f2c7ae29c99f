import { randomUUID } from "node:crypto";
import { textOf } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import type { AwsCall } from "../wire/index.ts";
import { sendToQueue } from "../sqs/send.ts";

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
