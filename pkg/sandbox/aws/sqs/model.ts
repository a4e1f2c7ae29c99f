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

/** Attributes of a queue that nobody has set. */
export const QUEUE_DEFAULTS: Readonly<Record<string, string>> = {
  VisibilityTimeout: "30",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  DelaySeconds: "0",
  ReceiveMessageWaitTimeSeconds: "0",
  SqsManagedSseEnabled: "true",
};
/** The attributes of a queue as they are kept. */
export const attributesOf = (queue: Item): Record<string, string> => queue["attributes"] as Record<string, string>;
