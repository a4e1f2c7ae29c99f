import { randomUUID } from "node:crypto";
import type { Cloud } from "../aws/cloud.ts";
import { putEvents, sourcesOf, stateOf } from "../aws/eventbridge/index.ts";
import type { TargetArrival } from "../aws/eventbridge/index.ts";

/** What Auth0 hands to a partner event source. */
export interface PartnerEvent {
  type: string;
  time: string;
  detail: object;
}

/** A partner event source, by name, and where it is. */
export interface SourceName {
  name: string;
  account: string;
  region: string;
}

/** What became of events: why they were dropped, or what each one reached, in order. */
export type HandedOver = { dropped: string } | { reached: TargetArrival[][] };

/** Hands events to AWS, which drops them unless a bus is associated with the source: Auth0 never learns of that. */
export async function handToSource(
  aws: Cloud,
  { name, ...place }: SourceName,
  given: readonly PartnerEvent[],
): Promise<HandedOver> {
  const source = sourcesOf(place, aws).find((each) => each.name === name);
  const state = source ? stateOf(source, place, aws) : "not there yet";
  if (state !== "ACTIVE") {
    const why = state === "PENDING" ? "PENDING: no bus is associated with it" : state;
    return { dropped: `the partner event source is ${why}` };
  }
  const events = given.map(({ type, time, detail }) => ({
    version: "0" as const,
    id: randomUUID(),
    "detail-type": type,
    source: name,
    ...place,
    time: time.replace(/\.\d+Z$/, "Z"),
    resources: [],
    detail,
  }));
  const byEvent = Map.groupBy(await putEvents(aws, place, name, events), ({ eventId }) => eventId);
  return { reached: events.map(({ id }) => byEvent.get(id) ?? []) };
}

/** `targets: 2 delivered, 1 dead-letter`. */
export function summaryOf(reached: readonly TargetArrival[]): string {
  const counts = Map.groupBy(reached, ({ outcome }) => outcome);
  const summary = [...counts].map(([outcome, list]) => `${list.length} ${outcome}`).join(", ");
  return summary === "" ? "no rule matches" : `targets: ${summary}`;
}
