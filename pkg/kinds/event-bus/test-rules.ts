import { compileEventPattern } from "../../aws/event-pattern/index.ts";
import type { Mismatch } from "../../aws/event-pattern/index.ts";
import { patternOfRule } from "./patterns.ts";
import type { EventBusSpec } from "./schema.ts";

/** What a rule does with an event. */
export interface RuleVerdict {
  rule: string;
  /** A disabled rule matches nothing; `matches` says what its pattern does. */
  isDisabled: boolean;
  matches: boolean;
  /** Why not; empty when it matches. */
  mismatches: Mismatch[];
}

/**
 * Tries the rules of an event bus on an event, in the manifest's order. Nothing is sent anywhere.
 * @param event as it arrives on the bus, envelope and all.
 */
export function testRules(bus: EventBusSpec, event: object): RuleVerdict[] {
  return (bus.rules ?? []).map((rule) => {
    const pattern = compileEventPattern(patternOfRule(rule));
    return {
      rule: rule.name,
      isDisabled: rule.state === "DISABLED",
      matches: pattern.matches(event),
      mismatches: pattern.explain(event),
    };
  });
}

/**
 * An event as the bus gets it. What is an envelope already is taken as it is; an event of an Auth0 stream or a tenant
 * log is put into one, as Auth0's partner event source does it.
 * @param place account and region of the bus.
 */
export function busEventOf(event: Record<string, unknown>, place: { account: string; region: string }): object {
  if ("detail" in event && "detail-type" in event) return event;
  const isLog = "log_id" in event;
  const envelope = {
    version: "0",
    id: "00000000-0000-0000-0000-000000000000",
    "detail-type": isLog ? "Auth0 log" : typeof event["type"] === "string" ? event["type"] : "",
    source: `aws.partner/auth0.com/tenant-00000000-0000-0000-0000-000000000000/auth0.${isLog ? "logs" : "events"}`,
    account: place.account,
    time: new Date().toISOString().replace(/\.\d+Z$/, "Z"),
    region: place.region,
    resources: [],
  };
  const isWrapped = "data" in event || !isLog;
  return { ...envelope, detail: isWrapped ? event : { log_id: event["log_id"], data: event } };
}
