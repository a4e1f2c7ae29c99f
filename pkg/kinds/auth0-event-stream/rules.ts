import { closest } from "../../diagnostics/index.ts";
import { UNKNOWN } from "../../values/index.ts";
import { eventBusClaims, eventBusRules } from "../event-bus/index.ts";
import type { Claim, Finding } from "../kind.ts";
import { receiverClaims, receiverFindings } from "../receiver/index.ts";
import { EVENT_TYPES, NEAREST_REAL } from "./event-types.ts";
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

/** Everything about an Auth0EventStream that its schema cannot say. */
export function auth0EventStreamRules(spec: Auth0EventStreamSpec): Finding[] {
  return [
    ...destination(spec),
    ...subscriptions(spec),
    ...region(spec),
    ...endpoint(spec),
    ...authorization(spec),
    ...eventBus(spec),
    ...receiver(spec),
  ];
}

/** What no other manifest of a command may claim. */
export function auth0EventStreamClaims(spec: Auth0EventStreamSpec, name: string): Claim[] {
  return [
    ...(spec.eventBus ? eventBusClaims(spec.eventBus, ["spec", "eventBus"], name, placeOf(spec)) : []),
    ...(spec.receiver ? receiverClaims(spec.receiver, ["spec", "receiver"], name) : []),
  ];
}

function eventBus(spec: Auth0EventStreamSpec): Finding[] {
  const path = ["spec", "eventBus"];
  if (!spec.eventBus) return [];
  if (spec.destinationType !== "eventbridge")
    return [
      {
        code: "event-bus-without-source",
        path,
        atKey: true,
        message: `eventBus is given, but destinationType is ${spec.destinationType}`,
        hint: "only an eventbridge destination has a partner event source to associate; remove eventBus",
      },
    ];
  return [...eventBusRules(spec.eventBus, path, placeOf(spec)), ...neverMatching(spec, path)];
}

function placeOf({ eventbridgeConfiguration }: Auth0EventStreamSpec): { region?: string; account?: string } {
  const { awsRegion, awsAccountId } = eventbridgeConfiguration ?? {};
  const isKnown = (value: unknown): value is string => typeof value === "string" && value !== UNKNOWN;
  return {
    ...(isKnown(awsRegion) ? { region: awsRegion } : {}),
    ...(isKnown(awsAccountId) ? { account: awsAccountId } : {}),
  };
}

/** Shorthands that ask for what this stream does not send. */
function neverMatching(spec: Partial<Auth0EventStreamSpec>, path: string[]): Finding[] {
  const { subscriptions: sent = [], eventBus: bus } = spec;
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
      sent.includes(type)
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

function destination(spec: Auth0EventStreamSpec): Finding[] {
  const wanted = BLOCKS[spec.destinationType];
  const findings: Finding[] = [];
  if (!wanted) return findings;
  if (spec[wanted] === undefined) {
    findings.push({
      code: "missing-destination-block",
      path: ["spec", "destinationType"],
      message: `destinationType is ${spec.destinationType}, but ${wanted} is missing`,
      hint: `add a ${wanted} block under spec`,
    });
  }
  for (const block of Object.values(BLOCKS)) {
    if (block !== wanted && spec[block] !== undefined) {
      findings.push({
        code: "extra-destination-block",
        path: ["spec", block],
        atKey: true,
        message: `${block} is given, but destinationType is ${spec.destinationType}`,
        hint: `remove ${block}, or change destinationType`,
      });
    }
  }
  return findings;
}

function subscriptions(spec: Auth0EventStreamSpec): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const [index, type] of spec.subscriptions.entries()) {
    // An empty entry is no text; the schema says so.
    if (typeof type !== "string") continue;
    const path = ["spec", "subscriptions", index];
    if (seen.has(type)) findings.push({ code: "duplicate-subscription", path, message: `"${type}" is listed twice` });
    else if (type !== "" && type !== UNKNOWN && !EVENT_TYPES.includes(type))
      findings.push(unknownEventType(type, path));
    seen.add(type);
  }
  return findings;
}

function unknownEventType(type: string, path: Finding["path"]): Finding {
  const near = NEAREST_REAL[type];
  const typo = closest(type, EVENT_TYPES);
  const hint = near
    ? `nearest real one: ${near}`
    : typo
      ? `did you mean "${typo}"?`
      : "openmcf explain spec.subscriptions lists them";
  return { code: "unknown-event-type", severity: "warning", path, message: `Auth0 has no event type "${type}"`, hint };
}

function region(spec: Auth0EventStreamSpec): Finding[] {
  const value = spec.eventbridgeConfiguration?.awsRegion;
  if (!value || value === UNKNOWN || AWS_REGIONS.includes(value)) return [];
  const near = closest(value, AWS_REGIONS);
  return [
    {
      code: "unknown-region",
      severity: "warning",
      path: ["spec", "eventbridgeConfiguration", "awsRegion"],
      message: `"${value}" is not a region that Auth0 lists for EventBridge`,
      ...(near ? { hint: `did you mean "${near}"?` } : {}),
    },
  ];
}

function endpoint(spec: Auth0EventStreamSpec): Finding[] {
  const value = spec.webhookConfiguration?.webhookEndpoint;
  if (!value?.startsWith("https://")) return [];
  const path = ["spec", "webhookConfiguration", "webhookEndpoint"];
  const url = URL.parse(value);
  if (!url || /\s/.test(value)) return [{ code: "invalid-value", path, message: "webhookEndpoint is not a URL" }];
  if (url.username || url.password) {
    return [
      {
        code: "invalid-value",
        path,
        message: "webhookEndpoint carries credentials",
        hint: "put them into webhookAuthorization, where they are kept secret",
      },
    ];
  }
  return [];
}

function authorization(spec: Auth0EventStreamSpec): Finding[] {
  const given = spec.webhookConfiguration?.webhookAuthorization;
  const needed: readonly string[] | undefined = given && FIELDS_OF_METHOD[given.method];
  if (!given || !needed) return [];
  const base = ["spec", "webhookConfiguration", "webhookAuthorization"];
  const missing = needed
    .filter((field) => given[field as keyof typeof given] === undefined)
    .map((field): Finding => ({
      code: "missing-field",
      path: [...base, "method"],
      message: `${field} is missing, which method ${given.method} needs`,
      hint: `add ${field} under webhookAuthorization`,
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

function receiver(spec: Auth0EventStreamSpec): Finding[] {
  return receiverFindings(spec, "webhook");
}
