import { LOG_FILTERS, UNLISTED_LOG_FILTERS, logTypes } from "../../auth0/index.ts";
import { closest } from "../../diagnostics/index.ts";
import { UNKNOWN } from "../../values/index.ts";
import { AWS_REGIONS } from "../auth0-event-stream/regions.ts";
import { destinationFindings, endpointFindings, listedFindings } from "../destination-checks.ts";
import { eventBusClaims, eventBusRules } from "../event-bus/index.ts";
import type { Claim, Finding } from "../kind.ts";
import { receiverClaims, receiverFindings } from "../receiver/index.ts";
import { AZURE_REGIONS, DESTINATION_TYPES } from "./destinations.ts";
import type { Auth0LogStreamSpec } from "./schema.ts";

const BLOCKS = Object.fromEntries(DESTINATION_TYPES.map((type) => [type, `${type}Configuration`]));

/** Everything about an Auth0LogStream that its schema cannot say. */
export function auth0LogStreamRules(spec: Auth0LogStreamSpec): Finding[] {
  return [
    ...destinationFindings(spec, BLOCKS),
    ...regions(spec),
    ...endpoints(spec),
    ...filters(spec),
    ...personalData(spec),
    ...eventBus(spec),
    ...receiver(spec),
  ];
}

/** What no other manifest of a command may claim. */
export function auth0LogStreamClaims(spec: Auth0LogStreamSpec, name: string): Claim[] {
  return [
    ...(spec.eventBus ? eventBusClaims(spec.eventBus, ["spec", "eventBus"], name, placeOf(spec)) : []),
    ...(spec.receiver ? receiverClaims(spec.receiver, ["spec", "receiver"], name) : []),
  ];
}

function regions({ eventbridgeConfiguration, eventgridConfiguration }: Auth0LogStreamSpec): Finding[] {
  const aws = eventbridgeConfiguration?.awsRegion;
  const azure = eventgridConfiguration?.azureRegion;
  return [
    ...listedFindings(aws, AWS_REGIONS, {
      code: "unknown-region",
      path: ["spec", "eventbridgeConfiguration", "awsRegion"],
      message: `"${aws}" is not a region that Auth0 lists for EventBridge`,
    }),
    ...listedFindings(azure, AZURE_REGIONS, {
      code: "unknown-region",
      path: ["spec", "eventgridConfiguration", "azureRegion"],
      message: `"${azure}" is not a region that Auth0 lists for Event Grid`,
    }),
  ];
}

function endpoints({ httpConfiguration }: Auth0LogStreamSpec): Finding[] {
  const path = ["spec", "httpConfiguration", "httpEndpoint"];
  return endpointFindings(httpConfiguration?.httpEndpoint, path, "httpAuthorization");
}

function filters({ filters: names = [], isPriority }: Auth0LogStreamSpec): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const [index, name] of (names ?? []).entries()) {
    if (typeof name !== "string" || name === "" || name === UNKNOWN) continue;
    const path = ["spec", "filters", index];
    if (seen.has(name)) findings.push({ code: "duplicate-filter", path, message: `"${name}" is listed twice` });
    else findings.push(...unknownFilter(name, path));
    seen.add(name);
  }
  if (isPriority === true && seen.size > 0)
    findings.push({
      code: "stray-field",
      severity: "warning",
      path: ["spec", "filters"],
      atKey: true,
      message: "a prioritized stream sends security logs only; Auth0 ignores its filters",
      hint: "remove filters, or isPriority",
    });
  return findings;
}

function unknownFilter(name: string, path: Finding["path"]): Finding[] {
  if (LOG_FILTERS.includes(name) || UNLISTED_LOG_FILTERS.includes(name)) return [];
  const category = logTypes().get(name)?.filter;
  const near = closest(name, LOG_FILTERS);
  const hint = category
    ? `${name} is a type of log; the filter that sends it is ${category}`
    : near
      ? `did you mean "${near}"?`
      : `filters are ${LOG_FILTERS.join(", ")}`;
  const message = `Auth0 has no log filter "${name}"`;
  return [{ code: "unknown-log-filter", severity: "warning", path, message, hint }];
}

function personalData({ piiConfig }: Auth0LogStreamSpec): Finding[] {
  if (piiConfig?.method !== "mask" || piiConfig.algorithm === undefined) return [];
  return [
    {
      code: "stray-field",
      severity: "warning",
      path: ["spec", "piiConfig", "algorithm"],
      atKey: true,
      message: "algorithm is ignored by method mask",
      hint: "remove algorithm, or use method hash",
    },
  ];
}

function eventBus(spec: Auth0LogStreamSpec): Finding[] {
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
  return [...eventBusRules(spec.eventBus, path, placeOf(spec)), ...shorthands(spec, path)];
}

/** Shorthands of rules that ask for what this stream does not send. */
function shorthands({ eventBus: bus, filters: sent = [] }: Auth0LogStreamSpec, path: string[]): Finding[] {
  return (bus?.rules ?? []).flatMap((rule, index): Finding[] => {
    const at = [...path, "rules", index];
    const eventTypes: Finding[] = rule?.eventTypes
      ? [
          {
            code: "never-matches",
            severity: "warning",
            path: [...at, "eventTypes"],
            atKey: true,
            message: "a log stream carries no events of event streams: this rule never matches",
            hint: "use logTypes; openmcf explain log-types lists them",
          },
        ]
      : [];
    const codes = (rule?.logTypes ?? []).flatMap((code, entry) =>
      logTypeFindings(code, [...at, "logTypes", entry], sent),
    );
    return [...eventTypes, ...codes];
  });
}

function logTypeFindings(code: unknown, path: Finding["path"], sent: readonly string[]): Finding[] {
  if (typeof code !== "string" || code === UNKNOWN) return [];
  const type = logTypes().get(code);
  if (!type) {
    const near = closest(code, logTypes().keys());
    const hint = near
      ? `did you mean "${near}" (${logTypes().get(near)?.title})?`
      : "openmcf explain log-types lists them";
    const message = `Auth0 has no log type "${code}"`;
    return [{ code: "unknown-log-type", severity: "warning", path, message, hint }];
  }
  if (sent.length === 0 || type.filter === "" || sent.includes(type.filter)) return [];
  return [
    {
      code: "never-matches",
      severity: "warning",
      path,
      message: `the stream does not send "${code}": it never matches`,
      hint: `add ${type.filter} to spec.filters`,
    },
  ];
}

function placeOf({ eventbridgeConfiguration }: Auth0LogStreamSpec): { region?: string; account?: string } {
  const { awsRegion, awsAccountId } = eventbridgeConfiguration ?? {};
  const isKnown = (value: unknown): value is string => typeof value === "string" && value !== UNKNOWN;
  return {
    ...(isKnown(awsRegion) ? { region: awsRegion } : {}),
    ...(isKnown(awsAccountId) ? { account: awsAccountId } : {}),
  };
}

function receiver(spec: Auth0LogStreamSpec): Finding[] {
  return receiverFindings(spec, "http");
}
