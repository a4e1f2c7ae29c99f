import type { Rule, Target } from "./rules.ts";

/** An event as EventBridge hands it on. */
export interface BusEvent {
  version: "0";
  id: string;
  "detail-type": string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: object;
}

/** What became of an event at one target: a line of `.sandbox/aws-inbox.jsonl`. */
export interface TargetArrival {
  at: string;
  bus: string;
  rule: string;
  target: string;
  arn: string;
  eventId: string;
  /** `kept`: the sandbox has no such service, the payload is in the inbox. */
  outcome: "delivered" | "kept" | "dead-letter" | "dropped";
  attempts: number;
  /** Why it was not delivered. */
  detail: string;
  payload?: string;
}

/** An account and a region. */
export interface Place {
  account: string;
  region: string;
}

/** What one attempt came to. A `final` failure is not tried again. */
export interface Failure {
  code: string;
  message: string;
  isFinal: boolean;
}

/** An event on its way to one target. */
export interface Job extends Place {
  bus: string;
  rule: Rule;
  target: Target;
  event: BusEvent;
  /** How many buses it has passed. */
  hops: number;
}

/** The principal that EventBridge acts as. */
export const EVENTS = "events.amazonaws.com";

/** A failure that no further attempt can mend. */
export const final = (code: string, message: string): Failure => ({ code, message, isFinal: true });
