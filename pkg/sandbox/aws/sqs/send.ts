import { createHash, randomUUID } from "node:crypto";
import { shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Message } from "./model.ts";

/** FIFO queues drop what has the same content within five minutes. */
const DEDUPLICATION_MS = 5 * 60_000;

/** Puts a message into a queue, inside a change. @returns its id; `undefined` when there is no such queue. */
export function sendToQueue(
  cloud: Cloud,
  place: Pick<AwsCall, "account" | "region">,
  name: string,
  sent: Pick<Message, "body" | "attributes" | "groupId">,
): string | undefined {
  const queue = cloud.store.get(shelfOf(place, "queue"), name);
  if (!queue) return undefined;
  const shelf = shelfOf(place, `message/${name}`);
  const now = Date.now();
  if (name.endsWith(".fifo")) {
    const digest = createHash("sha256").update(sent.body).digest("hex");
    const repeated = cloud.store
      .all(shelf)
      .find(([, message]) => message["digest"] === digest && Number(message["sentAt"]) > now - DEDUPLICATION_MS);
    if (repeated) return repeated[0];
    Object.assign(sent, { digest });
  }
  const id = randomUUID();
  cloud.store.put(shelf, id, { ...sent, id, sentAt: now, visibleAt: now, receives: 0 } satisfies Message);
  return id;
}
