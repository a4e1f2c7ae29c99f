import { LOG_FILTERS, UNLISTED_LOG_FILTERS, logTypes } from "../../auth0/index.ts";
import { closest } from "../../diagnostics/index.ts";
import { UNKNOWN } from "../../values/index.ts";
import { AWS_REGIONS } from "../auth0-event-stream/regions.ts";
import {
  busPlaceOf,
  destinationFindings,
  endpointFindings,
  eventBusFindings,
  listedFindings,
} from "../destination-checks.ts";
import { eventBusClaims, eventBusRules } from "../event-bus/index.ts";
import type { Claim, Finding, Partially } from "../kind.ts";
import { receiverClaims, receiverFindings } from "../receiver/index.ts";
import { AZURE_REGIONS, DESTINATION_TYPES } from "./destinations.ts";
import type { Auth0LogStreamSpec } from "./schema.ts";

/** A spec while it is being written. */
type Draft = Partially<Auth0LogStreamSpec>;

const BLOCKS = Object.fromEntries(DESTINATION_TYPES.map((type) => [type, `${type}Configuration`]));

/** Everything about an Auth0LogStream that its schema cannot say. */
export function auth0LogStreamRules(spec: Draft): Finding[] {
  return [
    ...destinationFindings(spec, BLOCKS),
    ...regions(spec),
    ...endpoints(spec),
    ...filters(spec),
    ...personalData(spec),
    ...eventBus(spec),
    ...receiverFindings(spec, "http"),
  ];
}

/** What no other manifest of a command may claim. */
export function auth0LogStreamClaims(spec: Auth0LogStreamSpec, name: string): Claim[] {
  const { eventBus: bus, receiver, eventbridgeConfiguration } = spec;
  return [
    ...(bus ? eventBusClaims(bus, ["spec", "eventBus"], name, busPlaceOf(eventbridgeConfiguration)) : []),
    ...(receiver ? receiverClaims(receiver, ["spec", "receiver"], name) : []),
  ];
}

function regions({ eventbridgeConfiguration, eventgridConfiguration }: Draft): Finding[] {
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

function endpoints({ httpConfiguration }: Draft): Finding[] {
  const path = ["spec", "httpConfiguration", "httpEndpoint"];
  return endpointFindings(httpConfiguration?.httpEndpoint, path, "httpAuthorization");
}

function filters({ filters: names = [], isPriority }: Draft): Finding[] {
  const findings: Finding[] = [];
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
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

function personalData({ piiConfig }: Draft): Finding[] {
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

function eventBus(spec: Draft): Finding[] {
  const { eventBus: bus, destinationType, eventbridgeConfiguration } = spec;
  if (!bus) return [];
  const misplaced = eventBusFindings(destinationType);
  if (misplaced.length > 0) return misplaced;
  const path = ["spec", "eventBus"];
  return [...eventBusRules(bus, path, busPlaceOf(eventbridgeConfiguration)), ...shorthands(spec, path)];
}

/** Shorthands of rules that ask for what this stream does not send. */
function shorthands({ eventBus: bus, filters: sent }: Draft, path: string[]): Finding[] {
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

function logTypeFindings(code: unknown, path: Finding["path"], sent: Draft["filters"]): Finding[] {
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
  if (!sent || sent.length === 0 || type.filter === "" || sent.includes(type.filter)) return [];
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
