import { EventLog } from "../../host/event-log.ts";
import type { SandboxFolder } from "../../host/folder.ts";
import type { TargetArrival } from "./model.ts";

/** How many events came to one end at one target. */
export interface TargetCount extends Pick<TargetArrival, "bus" | "rule" | "target" | "arn" | "outcome" | "detail"> {
  count: number;
}

/** By rule, target, outcome and why. */
export type TargetCounts = Record<string, TargetCount>;

/** What became of events at targets: `.sandbox/aws-inbox.jsonl`, with counts that need no reading. */
export type TargetInbox = EventLog<TargetArrival, TargetCounts>;

/** Different reasons that are told apart; the rest is counted together. */
const MAX_KEYS = 500;

/** Opens the inbox of a sandbox. */
export function targetInbox(folder: SandboxFolder): TargetInbox {
  return new EventLog<TargetArrival, TargetCounts>(folder, "aws-inbox", { start: () => ({}), add: countTargetArrival });
}

/** Counts an arrival, in `counts` itself. */
export function countTargetArrival(
  counts: TargetCounts,
  { bus, rule, target, arn, outcome, detail: why }: TargetArrival,
): TargetCounts {
  const key = [bus, rule, target, outcome, why].join("\n");
  const known = Object.hasOwn(counts, key) ? counts[key] : undefined;
  if (known) known.count += 1;
  else if (Object.keys(counts).length < MAX_KEYS)
    counts[key] = { bus, rule, target, arn, outcome, detail: why, count: 1 };
  else {
    const rest = [bus, rule, target, outcome].join("\n");
    const count = (counts[rest]?.count ?? 0) + 1;
    counts[rest] = { bus, rule, target, arn, outcome, detail: "for other reasons", count };
  }
  return counts;
}
