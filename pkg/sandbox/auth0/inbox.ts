import { EventLog } from "../host/event-log.ts";
import type { SandboxFolder } from "../host/folder.ts";

/** What arrived where: a line of `.sandbox/inbox.jsonl`. */
export interface Arrival {
  at: string;
  streamId: string;
  streamName: string;
  /** URL, partner event source, or action. */
  destination: string;
  eventId: string;
  eventType: string;
  outcome: "delivered" | "failed" | "dropped";
  /** Status code of the receiver, or why nothing came. */
  detail: string;
}

/** How many events of a stream came to one end. */
export interface ArrivalCount extends Pick<Arrival, "streamId" | "streamName" | "destination" | "outcome" | "detail"> {
  count: number;
}

/** By stream, destination and outcome; `detail` is the latest. */
export type ArrivalCounts = Record<string, ArrivalCount>;

/** What arrived where: `.sandbox/inbox.jsonl`, with counts that need no reading. */
export type Inbox = EventLog<Arrival, ArrivalCounts>;

/** Opens the inbox of a sandbox. */
export function inboxOf(folder: SandboxFolder): Inbox {
  return new EventLog<Arrival, ArrivalCounts>(folder, "inbox", { start: () => ({}), add: countArrival });
}

/** Counts an arrival, in `counts` itself. */
export function countArrival(
  counts: ArrivalCounts,
  { streamId, streamName, destination, outcome, detail }: Arrival,
): ArrivalCounts {
  const key = [streamId, destination, outcome].join("\n");
  const known = Object.hasOwn(counts, key) ? counts[key] : undefined;
  if (known) Object.assign(known, { streamName, detail, count: known.count + 1 });
  else counts[key] = { streamId, streamName, destination, outcome, detail, count: 1 };
  return counts;
}
