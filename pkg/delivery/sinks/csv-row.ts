import Papa from "papaparse";
import type { Event } from "../event.ts";
import { recordOf } from "../readers/read-event.ts";

type Json = Record<string, unknown>;

/**
 * The columns of a row. The first eleven are those of AWS's sample archive (aws-samples/amazon-eventbridge-integration-
 * with-auth0), in its order, so that reports made for it work; ours follow.
 */
export const CSV_COLUMNS = [
  "date",
  "type",
  "connection",
  "connection_id",
  "client_id",
  "client_name",
  "user_agent",
  "hostname",
  "user_id",
  "user_name",
  "log_id",
  "ip",
  "description",
  "strategy",
  "strategy_type",
  "organization_id",
  "organization_name",
  "audience",
  "scope",
  "country_code",
  "city_name",
  "is_mobile",
  "tenant",
  "stream",
  "surface",
  "details",
] as const;

/** The line of column names, ended. */
export const CSV_HEADER = `${CSV_COLUMNS.join(",")}\r\n`;

/**
 * Rows of CSV (RFC 4180), ended, one for each event. A value that a spreadsheet would take for a formula gets an
 * apostrophe before it. What a record does not have is empty; lists and objects are JSON.
 */
export function csvRows(events: readonly Event[]): string {
  const rows = events.map((event) => {
    const values = valuesOf(event);
    return CSV_COLUMNS.map((column) => cell(values[column]));
  });
  return `${Papa.unparse(rows, { escapeFormulae: true, newline: "\r\n" })}\r\n`;
}

function valuesOf(event: Event): Json {
  const { id: log_id, type, time: date, tenant, stream, surface } = event;
  const own = { date, type, log_id, tenant, stream, surface };
  const record = recordOf(event);
  return surface === "log" ? { ...record, ...ofLog(record), ...own } : { ...ofCloudEvent(record), ...own };
}

function ofLog(record: Json): Json {
  const place = object(record["location_info"]);
  return {
    country_code: place["country_code"],
    city_name: place["city_name"],
    is_mobile: record["isMobile"] ?? record["is_mobile"],
  };
}

/** What an event of a stream has under the same meaning: who it is about, and the request that caused it. */
function ofCloudEvent(record: Json): Json {
  const data = object(record["data"]);
  const subject = object(data["object"]);
  const context = object(data["context"]);
  const request = object(context["request"]);
  const geo = object(request["geo"]);
  return {
    connection: object(context["connection"])["name"],
    connection_id: object(context["connection"])["id"],
    client_id: object(context["client"])["id"],
    client_name: object(context["client"])["name"],
    user_agent: request["user_agent"],
    hostname: request["hostname"],
    ip: request["ip"],
    country_code: geo["country_code"],
    city_name: geo["city_name"],
    user_id: subject["user_id"] ?? object(subject["user"])["user_id"],
    user_name: subject["username"] ?? subject["email"] ?? subject["name"],
    organization_id: object(subject["organization"])["id"],
    organization_name: object(subject["organization"])["name"],
    details: record["data"],
  };
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
