import type { Event, Malformed } from "../event.ts";

type Json = Record<string, unknown>;

/**
 * Reads one record in any form that Auth0 uses: a CloudEvent of an event stream, a log record bare or as
 * `{log_id, data}`, or either of them in EventBridge's envelope. The text itself is kept.
 * @param body one JSON value on one line: see {@link onOneLine}.
 */
export function readEvent(body: string): Event | Malformed {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { reason: "not JSON", body };
  }
  if (!isObject(value)) return { reason: "not a JSON object", body };
  const record = inside(value);
  return isObject(record) && "specversion" in record ? cloudEvent(record, body) : logRecord(record, body);
}

/** JSON without line breaks. In valid JSON a raw one can only stand between tokens, where it means nothing. */
export function onOneLine(json: string): string {
  return json.replaceAll(/[\r\n]+/g, "");
}

/** The record of an event without the wrappers it came in: the CloudEvent, or the log record's own fields. */
export function recordOf({ body }: Pick<Event, "body">): Json {
  const record = inside(JSON.parse(body) as Json);
  if (!isObject(record)) return {};
  return "specversion" in record || !isObject(record["data"]) ? record : record["data"];
}

/** What EventBridge's envelope holds, or the value itself. */
function inside(value: Json): unknown {
  return "detail-type" in value && "detail" in value ? value["detail"] : value;
}

function cloudEvent(record: Json, body: string): Event | Malformed {
  const { id, type, time, a0tenant, a0stream } = record;
  if (!isId(id)) return { reason: "a CloudEvent without a usable id", body };
  if (!isType(type)) return { reason: "a CloudEvent without a usable type", body };
  return { id, surface: "event", type, time: text(time), tenant: text(a0tenant), stream: text(a0stream), body };
}

function logRecord(wrapped: unknown, body: string): Event | Malformed {
  if (!isObject(wrapped)) return { reason: "an envelope without a record", body };
  const record = isObject(wrapped["data"]) ? wrapped["data"] : wrapped;
  const id = [wrapped["log_id"], record["log_id"], record["_id"]].find(isId);
  if (id === undefined) return { reason: "neither a CloudEvent nor a log record with a log_id", body };
  const { type, date, tenant_name } = record;
  if (!isType(type)) return { reason: "a log record without a usable type", body };
  return { id, surface: "log", type, time: text(date), tenant: text(tenant_name), stream: null, body };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Ids become keys, file names and header values: printable ASCII only. */
function isId(value: unknown): value is string {
  return typeof value === "string" && /^[\x21-\x7e]{1,256}$/.test(value);
}

function isType(value: unknown): value is string {
  return typeof value === "string" && /^[\x20-\x7e]{1,128}$/.test(value);
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
