import type { PropertyMap, PropertyValue } from "../../../values/index.ts";
import { text } from "../event-stream-mapping.ts";
import type { WireHeader, WireLogStream, WireLogStreamBody, WirePiiConfig, WireSink } from "./wire.ts";

// Between the Pulumi provider's property names (`@pulumi/auth0` LogStream) and Auth0's JSON. Pure.

/** What Auth0 answers instead of Mixpanel's password. */
const MASKED = "********";
/** The sink fields that Auth0 sets itself. */
const COMPUTED: ReadonlySet<string> = new Set(["awsPartnerEventSource", "azurePartnerTopic"]);
/** Auth0 refuses the sink of these in a PATCH: they cannot be changed. */
const FIXED_SINKS: ReadonlySet<string> = new Set(["eventbridge", "eventgrid"]);

/** What a create sends. Auth0 takes no status here. */
export function createBody(inputs: PropertyMap): WireLogStreamBody {
  const startFrom = text(inputs["startFrom"]);
  const filters = filterNames(inputs);
  return {
    name: text(inputs["name"]) ?? "",
    type: text(inputs["type"]) ?? "",
    ...(filters.length > 0 ? { filters: wireFilters(filters) } : {}),
    ...priority(inputs),
    ...personalData(inputs),
    ...(startFrom === undefined ? {} : { startFrom }),
    sink: wireSink(sinkOf(inputs)),
  };
}

/**
 * What an update sends: everything that can be changed, so that it also repairs drift that was not seen.
 * @param status what to set the status to; `undefined` leaves it.
 */
export function updateBody(inputs: PropertyMap, status: string | undefined): WireLogStreamBody {
  const type = text(inputs["type"]) ?? "";
  return {
    name: text(inputs["name"]) ?? "",
    ...(status === undefined ? {} : { status }),
    // Auth0 sets the filters of a prioritized stream itself.
    ...(inputs["isPriority"] === true ? {} : { filters: wireFilters(filterNames(inputs)) }),
    ...priority(inputs),
    ...personalData(inputs),
    ...(FIXED_SINKS.has(type) ? {} : { sink: wireSink(sinkOf(inputs)) }),
  };
}

/**
 * Outputs for a live stream.
 * @param sent the inputs that were sent, or what the state knows: Mixpanel's password cannot be read back, and
 * `startFrom` is never answered.
 */
export function outputsOf(stream: WireLogStream, sent: PropertyMap): PropertyMap {
  const { name, type, status, sink, filters, isPriority, pii_config: pii } = stream;
  const known = sinkOf(sent);
  const live = Object.entries(sink).flatMap(([field, value]): [string, PropertyValue][] => {
    if (value === MASKED) return known[field] === undefined ? [] : [[field, known[field]]];
    return [[field, typeof value === "object" ? value.map(headerOf) : value]];
  });
  return {
    id: stream.id,
    name,
    type,
    status,
    sink: Object.fromEntries(live),
    filters: (filters ?? []).map((filter) => ({ type: filter.type, name: filter.name })),
    isPriority: isPriority ?? false,
    ...(pii
      ? { piiConfig: { logFields: pii.log_fields, method: pii.method ?? null, algorithm: pii.algorithm ?? null } }
      : {}),
    ...(sent["startFrom"] === undefined ? {} : { startFrom: sent["startFrom"] }),
  };
}

/** Inputs that would make this live stream. */
export function inputsOf(outputs: PropertyMap): PropertyMap {
  const { id: _, filters, isPriority, ...inputs } = outputs;
  const sink = Object.fromEntries(Object.entries(sinkOf(outputs)).filter(([field]) => !COMPUTED.has(field)));
  return {
    ...inputs,
    sink,
    ...(Array.isArray(filters) && filters.length > 0 && isPriority !== true ? { filters } : {}),
    ...(isPriority === true ? { isPriority } : {}),
  };
}

/** The names of the filters among inputs or outputs. */
export function filterNames(properties: PropertyMap): string[] {
  const list = properties["filters"];
  return Array.isArray(list) ? list.map((filter) => text((filter as PropertyMap)?.["name"]) ?? "") : [];
}

/** The sink among inputs or outputs. */
export function sinkOf(properties: PropertyMap): PropertyMap {
  const sink = properties["sink"];
  return typeof sink === "object" && sink !== null && !Array.isArray(sink) ? sink : {};
}

function headerOf({ header, value }: WireHeader): PropertyMap {
  return { header, value };
}

function wireFilters(names: string[]): { type: string; name: string }[] {
  return names.map((name) => ({ type: "category", name }));
}

function wireSink(sink: PropertyMap): WireSink {
  const fields = Object.entries(sink).filter(
    ([field, value]) => !COMPUTED.has(field) && value !== undefined && value !== null && value !== "",
  );
  return Object.fromEntries(fields.map(([field, value]) => [field, value as string | boolean | WireHeader[]]));
}

function priority(inputs: PropertyMap): Pick<WireLogStreamBody, "isPriority"> {
  return typeof inputs["isPriority"] === "boolean" ? { isPriority: inputs["isPriority"] } : {};
}

function personalData(inputs: PropertyMap): Pick<WireLogStreamBody, "pii_config"> {
  const pii = inputs["piiConfig"];
  if (typeof pii !== "object" || pii === null || Array.isArray(pii)) return {};
  const method = text(pii["method"]);
  const algorithm = text(pii["algorithm"]);
  const config: WirePiiConfig = {
    log_fields: Array.isArray(pii["logFields"]) ? pii["logFields"].map(String) : [],
    ...(method === undefined ? {} : { method }),
    ...(algorithm === undefined ? {} : { algorithm }),
  };
  return { pii_config: config };
}
