import { createHash, randomUUID } from "node:crypto";
import { shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Message } from "./model.ts";

/** FIFO queues drop what has the same content within five minutes. */
const DEDUPLICATION_MS = 5 * 60_000;

/** Where the messages of a queue stand. */
export const messagesOf = (place: Pick<AwsCall, "account" | "region">, name: string): string =>
  shelfOf(place, `message/${name}`);

/** Where a FIFO queue remembers what it has seen. */
export const seenOf = (place: Pick<AwsCall, "account" | "region">, name: string): string =>
  shelfOf(place, `dedup/${name}`);

/** Puts a message into a queue, inside a change. @returns its id; `undefined` when there is no such queue. */
export function sendToQueue(
  { store }: Cloud,
  place: Pick<AwsCall, "account" | "region">,
  name: string,
  sent: Pick<Message, "body" | "attributes" | "groupId">,
): string | undefined {
  if (!store.get(shelfOf(place, "queue"), name)) return undefined;
  const now = Date.now();
  const id = randomUUID();
  if (name.endsWith(".fifo")) {
    const digest = createHash("sha256").update(sent.body).digest("hex");
    const seen = store.get(seenOf(place, name), digest);
    if (seen && Number(seen["sentAt"]) > now - DEDUPLICATION_MS) return String(seen["id"]);
    store.put(seenOf(place, name), digest, { id, sentAt: now });
  }
  store.add(messagesOf(place, name), id, { ...sent, id, sentAt: now, visibleAt: now, receives: 0 } satisfies Message);
  return id;
}
