import { need } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import type { Item } from "../store.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";

/** There is no such queue. */
export const noQueue = (): AwsFault => new AwsFault("QueueDoesNotExist", "The specified queue does not exist.");

/** The queue that a call's URL names. @throws AwsFault QueueDoesNotExist. */
export function findQueue<Input extends { QueueUrl?: unknown }>(
  call: AwsCall<Input>,
  { store }: Cloud,
): { shelf: string; name: string; queue: Item } {
  const name = need(call, "QueueUrl").split("/").at(-1) ?? "";
  const shelf = shelfOf(call, "queue");
  const queue = store.get(shelf, name);
  if (!queue) throw noQueue();
  return { shelf, name, queue };
}
