import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";

/** A message in a queue. */
export interface Message extends Item {
  id: string;
  body: string;
  attributes?: Record<string, { DataType: string; StringValue: string }>;
  groupId?: string;
  sentAt: number;
  /** Not given out before then (milliseconds since the epoch). */
  visibleAt: number;
  receives: number;
}

/** The attributes of a queue that were set. */
export const attributesOf = (queue: Item): Record<string, string> => queue["attributes"] as Record<string, string>;

/** As the client knows the sandbox, so that tools that send to the URL itself find it. */
export function queueUrl({ origin, account }: Pick<AwsCall, "origin" | "account">, name: string): string {
  return `${origin}/${account}/${name}`;
}
