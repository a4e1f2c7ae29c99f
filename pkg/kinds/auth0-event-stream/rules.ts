import { UNKNOWN } from "../../values/index.ts";
import {
  busPlaceOf,
  destinationFindings,
  endpointFindings,
  eventBusFindings,
  listedFindings,
} from "../destination-checks.ts";
import { eventBusClaims, eventBusRules } from "../event-bus/index.ts";
import { EVENT_TYPES, nearestEventType } from "../event-types.ts";
import type { Claim, Finding, Partially } from "../kind.ts";
import { receiverClaims, receiverFindings } from "../receiver/index.ts";
import { AWS_REGIONS } from "./regions.ts";
import type { Auth0EventStreamSpec } from "./schema.ts";

const BLOCKS = {
  eventbridge: "eventbridgeConfiguration",
  webhook: "webhookConfiguration",
  action: "actionConfiguration",
} as const;

const FIELDS_OF_METHOD = {
  basic: ["username", "password"],
  bearer: ["token"],
  custom_header: ["headerKey", "headerValue"],
} as const;

const KNOWN_TYPES: ReadonlySet<string> = new Set(EVENT_TYPES);

/** A spec while it is being written. */
type Draft = Partially<Auth0EventStreamSpec>;

/** Everything about an Auth0EventStream that its schema cannot say. */
export function auth0EventStreamRules(spec: Draft): Finding[] {
  return [
    ...destinationFindings(spec, BLOCKS),
    ...subscriptions(spec),
    ...region(spec),
    ...endpoint(spec),
    ...authorization(spec),
    ...eventBus(spec),
    ...receiverFindings(spec, "webhook"),
  ];
}

/** What no other manifest of a command may claim. */
export function auth0EventStreamClaims(spec: Auth0EventStreamSpec, name: string): Claim[] {
  const { eventBus: bus, receiver, eventbridgeConfiguration } = spec;
  return [
    ...(bus ? eventBusClaims(bus, ["spec", "eventBus"], name, busPlaceOf(eventbridgeConfiguration)) : []),
    ...(receiver ? receiverClaims(receiver, ["spec", "receiver"], name) : []),
  ];
}

function eventBus(spec: Draft): Finding[] {
  const { eventBus: bus, destinationType, eventbridgeConfiguration } = spec;
  if (!bus) return [];
  const misplaced = eventBusFindings(destinationType);
  if (misplaced.length > 0) return misplaced;
  const path = ["spec", "eventBus"];
  return [...eventBusRules(bus, path, busPlaceOf(eventbridgeConfiguration)), ...neverMatching(spec, path)];
}

/** Shorthands that ask for what this stream does not send. */
function neverMatching(spec: Draft, path: string[]): Finding[] {
  const { subscriptions: sent, eventBus: bus } = spec;
  return (bus?.rules ?? []).flatMap((rule, index): Finding[] => {
    const at = [...path, "rules", index];
    if (rule?.logTypes)
      return [
        {
          code: "never-matches",
          severity: "warning",
          path: [...at, "logTypes"],
          atKey: true,
          message: "an event stream carries no tenant logs: this rule never matches",
          hint: "use eventTypes; tenant logs come through a log stream",
        },
      ];
    return (rule?.eventTypes ?? []).flatMap((type, entry): Finding[] =>
      typeof type !== "string" || !sent || sent.includes(type)
        ? []
        : [
            {
              code: "never-matches",
              severity: "warning",
              path: [...at, "eventTypes", entry],
              message: `the stream does not subscribe to "${type}": it never matches`,
              hint: "add it to spec.subscriptions",
            },
          ],
    );
  });
}

function subscriptions(spec: Draft): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const [index, type] of (spec.subscriptions ?? []).entries()) {
    // An empty entry is no text; the schema says so.
    if (typeof type !== "string") continue;
    const path = ["spec", "subscriptions", index];
    if (seen.has(type)) findings.push({ code: "duplicate-subscription", path, message: `"${type}" is listed twice` });
    else if (type !== "" && type !== UNKNOWN && !KNOWN_TYPES.has(type)) findings.push(unknownEventType(type, path));
    seen.add(type);
  }
  return findings;
}

function unknownEventType(type: string, path: Finding["path"]): Finding {
  const hint = nearestEventType(type);
  return { code: "unknown-event-type", severity: "warning", path, message: `Auth0 has no event type "${type}"`, hint };
}

function region({ eventbridgeConfiguration }: Draft): Finding[] {
  const value = eventbridgeConfiguration?.awsRegion;
  return listedFindings(value, AWS_REGIONS, {
    code: "unknown-region",
    path: ["spec", "eventbridgeConfiguration", "awsRegion"],
    message: `"${value}" is not a region that Auth0 lists for EventBridge`,
  });
}

function endpoint({ webhookConfiguration }: Draft): Finding[] {
  const path = ["spec", "webhookConfiguration", "webhookEndpoint"];
  return endpointFindings(webhookConfiguration?.webhookEndpoint, path, "webhookAuthorization");
}

function authorization(spec: Draft): Finding[] {
  const given = spec.webhookConfiguration?.webhookAuthorization;
  if (!given?.method) return [];
  const needed: readonly (keyof typeof given)[] = FIELDS_OF_METHOD[given.method];
  const base = ["spec", "webhookConfiguration", "webhookAuthorization"];
  const missing = needed
    .filter((field) => given[field] === undefined)
    .map((field): Finding => ({
      code: "missing-field",
      path: [...base, "method"],
      message: `${field} is missing, which method ${given.method} needs`,
      hint: `add ${field} under webhookAuthorization`,
      missing: [[...base, field]],
    }));
  // Fields of no method at all are the schema's to refuse.
  const stray = Object.values(FIELDS_OF_METHOD)
    .flat()
    .filter((field) => !needed.includes(field) && given[field] !== undefined)
    .map((field): Finding => ({
      code: "stray-field",
      severity: "warning",
      path: [...base, field],
      atKey: true,
      message: `${field} is ignored by method ${given.method}`,
      hint: `remove ${field}, or change method`,
    }));
  return [...missing, ...stray];
}
