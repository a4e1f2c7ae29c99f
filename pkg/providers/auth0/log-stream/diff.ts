import type { DriverDiff } from "../../../provider-contract/index.ts";
import { UNKNOWN, diffValues } from "../../../values/index.ts";
import type { PropertyDiff, PropertyMap, PropertyValue } from "../../../values/index.ts";
import { text } from "../event-stream-mapping.ts";
import { filterNames, sinkOf } from "./mapping.ts";

/** What Auth0 cannot change in place (the official provider's ForceNew). */
const REPLACING: ReadonlySet<string> = new Set([
  "type",
  "sink.awsAccountId",
  "sink.awsRegion",
  "sink.azureSubscriptionId",
  "sink.azureRegion",
  "sink.azureResourceGroup",
]);

/** What Auth0 does where nothing was sent, whether it answers it or not. */
const SINK_DEFAULTS: Readonly<Record<string, PropertyMap>> = { http: { httpContentFormat: "JSONLINES" } };

/**
 * What differs between a stream's state and what is wanted. Live values come from the outputs, so that drift that a
 * refresh found counts. Filters and fields of personal data are sets. `startFrom` is never compared: Auth0 takes it
 * once and never answers it.
 */
export function diffLogStream(oldOutputs: PropertyMap, inputs: PropertyMap): DriverDiff {
  const wanted = { ...inputs, status: wantedStatus(oldOutputs, inputs) };
  const changes = diffValues(comparable(oldOutputs, inputs), comparable(wanted, inputs));
  changes.push(...diffSet("filters", filtersIn(oldOutputs, inputs), filtersIn(inputs, inputs), inputs["filters"]));
  changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  const replaces = changes.map(({ path }) => path).filter((path) => REPLACING.has(path));
  return { changes, replaces, deleteBeforeReplace: true };
}

/**
 * The status that a stream should have. Where the program names none it is active, save for a stream that Auth0 has
 * suspended for its failures: only the word `active` in a program makes it active again.
 */
export function wantedStatus(live: PropertyMap, inputs: PropertyMap): PropertyValue {
  return inputs["status"] ?? (live["status"] === "suspended" ? "suspended" : "active");
}

/**
 * The part of a stream that is compared as it stands, in one form for inputs and outputs.
 * @param wanted what the program says: what it leaves to Auth0 is not compared.
 */
function comparable(properties: PropertyMap, wanted: PropertyMap): PropertyMap {
  const type = text(properties["type"]) ?? "";
  return {
    name: properties["name"],
    type: properties["type"],
    status: properties["status"],
    isPriority: properties["isPriority"] ?? false,
    piiConfig: comparablePii(properties["piiConfig"]),
    sink: comparableSink(type, sinkOf(properties), sinkOf(wanted)),
  };
}

function comparableSink(type: string, sink: PropertyMap, wanted: PropertyMap): PropertyMap {
  const result: PropertyMap = { ...SINK_DEFAULTS[type] };
  for (const [field, value] of Object.entries(sink)) {
    if (field === "awsPartnerEventSource" || field === "azurePartnerTopic") continue;
    if (value === undefined || value === null || value === "") continue;
    result[field] = value;
  }
  // A text and a number of the same digits are the same port.
  if (typeof result["splunkPort"] === "number") result["splunkPort"] = String(result["splunkPort"]);
  const headers = result["httpCustomHeaders"];
  if (Array.isArray(headers) && headers.length === 0) delete result["httpCustomHeaders"];
  // The default of the content type is not documented, so only one that was asked for is compared.
  if (wanted["httpContentType"] === undefined) delete result["httpContentType"];
  return result;
}

function comparablePii(value: PropertyValue | undefined): PropertyValue {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value ?? null;
  const { logFields, method, algorithm } = value;
  const how = text(method) ?? "hash";
  return {
    logFields: Array.isArray(logFields) ? logFields.map(String).toSorted() : (logFields ?? null),
    method: how,
    algorithm: how === "hash" ? (text(algorithm) ?? "xxhash") : null,
  };
}

/** The filters to compare: those of a prioritized stream are Auth0's own. */
function filtersIn(properties: PropertyMap, wanted: PropertyMap): string[] {
  return wanted["isPriority"] === true ? [] : filterNames(properties);
}

function diffSet(name: string, before: string[], after: string[], raw: PropertyValue | undefined): PropertyDiff[] {
  if (raw === UNKNOWN) return [{ path: name, kind: "update" }];
  const missing = (of: string[], from: string[], kind: "add" | "delete"): PropertyDiff[] =>
    of.flatMap((entry, index): PropertyDiff[] =>
      from.includes(entry) && entry !== UNKNOWN ? [] : [{ path: `${name}[${index}]`, kind }],
    );
  return [...missing(before, after, "delete"), ...missing(after, before, "add")];
}
