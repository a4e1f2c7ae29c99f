import { randomUUID } from "node:crypto";
import type { PutEventsCommandInput, PutPartnerEventsCommandInput } from "@aws-sdk/client-eventbridge";
import { parseJsonText } from "../../../aws/event-pattern/index.ts";
import { listOf, violates } from "../call-input.ts";
import type { Cloud } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import { busName } from "./buses.ts";
import { putEvents } from "./deliver.ts";
import { MAX_ENTRIES } from "./limits.ts";
import type { BusEvent } from "./model.ts";
import { sourcesOf, stateOf } from "./sources.ts";

/** An event as PutEvents takes it. */
interface Entry {
  Source?: string;
  DetailType?: string;
  Detail?: string;
  EventBusName?: string;
  Time?: number;
  Resources?: string[];
}

/** What became of one entry: clients pair results with entries by their position. */
type Result = { EventId: string } | { ErrorCode: string; ErrorMessage: string };

/** `PutEvents`. */
export async function putCustomEvents(call: AwsCall<PutEventsCommandInput>, cloud: Cloud): Promise<unknown> {
  return resultsOf(call, async (entry) => {
    const event = eventOf(entry, call);
    if ("ErrorCode" in event) return event;
    try {
      await putEvents(cloud, call, busName(entry.EventBusName), [event]);
      return { EventId: event.id };
    } catch (error) {
      if (error instanceof AwsFault) return { ErrorCode: error.code, ErrorMessage: error.message };
      throw error;
    }
  });
}

/** `PutPartnerEvents`. */
export async function putPartnerEvents(call: AwsCall<PutPartnerEventsCommandInput>, cloud: Cloud): Promise<unknown> {
  return resultsOf(call, async (entry) => {
    const source = sourcesOf(call, cloud).find(({ name }) => name === entry.Source);
    if (!source) return { ErrorCode: "InvalidArgument", ErrorMessage: `Event source ${entry.Source} does not exist.` };
    const event = eventOf(entry, call);
    if ("ErrorCode" in event) return event;
    // While the source is not ACTIVE, AWS takes events and drops them.
    if (stateOf(source, call, cloud) === "ACTIVE") await putEvents(cloud, call, source.name, [event]);
    return { EventId: event.id };
  });
}

/** One result for each entry, in order. */
async function resultsOf(
  call: AwsCall<{ Entries: unknown }>,
  put: (entry: Entry) => Promise<Result>,
): Promise<{ FailedEntryCount: number; Entries: Result[] }> {
  const entries = listOf<Entry, { Entries: unknown }>(call, "Entries");
  if (entries.length === 0) throw violates("[]", "entries", "have length greater than or equal to 1");
  if (entries.length > MAX_ENTRIES)
    throw violates("[…]", "entries", `have length less than or equal to ${MAX_ENTRIES}`);
  const results: Result[] = [];
  for (const entry of entries) results.push(await put(entry));
  return { FailedEntryCount: results.filter((each) => "ErrorCode" in each).length, Entries: results };
}

const invalid = (what: string): Result & { ErrorCode: string } => ({
  ErrorCode: "InvalidArgument",
  ErrorMessage: `Parameter ${what} is not valid. Reason: ${what} is a required argument.`,
});

function eventOf(
  { Source = "", DetailType = "", Detail = "", Time, Resources = [] }: Entry,
  { account, region }: AwsCall,
): BusEvent | (Result & { ErrorCode: string }) {
  if (Source === "") return invalid("Source");
  if (DetailType === "") return invalid("DetailType");
  if (Detail === "") return invalid("Detail");
  const detail = detailIn(Detail);
  if (!detail) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
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

/** An event's detail, its numbers as they are written. */
function detailIn(text: string): object | undefined {
  try {
    const detail = parseJsonText(text);
    return typeof detail === "object" && detail !== null && !Array.isArray(detail) ? detail : undefined;
  } catch {
    return undefined;
  }
}
