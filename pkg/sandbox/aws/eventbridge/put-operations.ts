import { randomUUID } from "node:crypto";
import type { Cloud } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import { busName } from "./buses.ts";
import { putEvents } from "./deliver.ts";
import type { BusEvent } from "./model.ts";
import { sourcesOf, stateOf } from "./sources.ts";

interface Entry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Time?: number;
  Resources?: string[];
}

/** `PutEvents`. */
export async function putCustomEvents(call: AwsCall, cloud: Cloud): Promise<unknown> {
  const results = [];
  for (const entry of (call.params["Entries"] ?? []) as Entry[]) {
    const event = eventOf(entry, call);
    if (!event) {
      results.push({ ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." });
      continue;
    }
    await putEvents(cloud, call, busName(entry.EventBusName), [event]).catch((error: unknown) => {
      if (!(error instanceof AwsFault)) throw error;
      results.push({ ErrorCode: error.code, ErrorMessage: error.message });
    });
    results.push({ EventId: event.id });
  }
  return { FailedEntryCount: results.filter((each) => "ErrorCode" in each).length, Entries: results };
}

/** `PutPartnerEvents`. */
export async function putPartnerEvents(call: AwsCall, cloud: Cloud): Promise<unknown> {
  const results = [];
  for (const entry of (call.params["Entries"] ?? []) as Entry[]) {
    const source = sourcesOf(call, cloud).find(({ name }) => name === entry.Source);
    const event = eventOf(entry, call);
    if (!source || !event) {
      results.push({ ErrorCode: "InvalidArgument", ErrorMessage: `Event source ${entry.Source} does not exist.` });
      continue;
    }
    // While the source is not ACTIVE, AWS takes events and drops them.
    if (stateOf(source, call, cloud) === "ACTIVE") await putEvents(cloud, call, source.name, [event]);
    results.push({ EventId: event.id });
  }
  return { FailedEntryCount: results.filter((each) => "ErrorCode" in each).length, Entries: results };
}

function eventOf(
  { Source = "", DetailType = "", Detail = "", Time, Resources = [] }: Entry,
  { account, region }: AwsCall,
): BusEvent | undefined {
  let detail: unknown;
  try {
    detail = JSON.parse(Detail);
  } catch {
    return undefined;
  }
  if (typeof detail !== "object" || detail === null || Source === "" || DetailType === "") return undefined;
  const time = new Date(Time === undefined ? Date.now() : Time * 1000).toISOString().replace(/\.\d+Z$/, "Z");
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": DetailType,
    source: Source,
    account,
    time,
    region,
    resources: Resources,
    detail,
  };
}
