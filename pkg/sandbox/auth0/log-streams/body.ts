import { invalidBody } from "../errors.ts";
import { allowOnly, object, oneOf, text } from "../schema.ts";
import type { Json } from "../schema.ts";
import type { Filter, LogStream, PiiConfig } from "./model.ts";
import { SINKS } from "./sinks.ts";
import type { SinkField } from "./sinks.ts";

/** What a create or an update may carry, after validation. */
export interface LogStreamBody extends Partial<
  Pick<LogStream, "name" | "status" | "sink" | "filters" | "isPriority" | "pii_config">
> {
  type?: string;
}

/** Categories of logs that a filter may name (Auth0's OpenAPI; two more by the provider's documentation). */
const FILTER_NAMES = [
  ...["auth.login", "auth.logout", "auth.signup", "auth.silent_auth", "auth.token_exchange", "auth.ancillary"].flatMap(
    (name) => [`${name}.fail`, `${name}.success`],
  ),
  ...["management", "user"].flatMap((name) => [`${name}.fail`, `${name}.success`]),
  "auth.login.notification",
  "system.notification",
  "user.notification",
  "scim.event",
  "actions",
  "other",
  "security",
];
const PII_FIELDS = ["first_name", "last_name", "username", "email", "phone", "address"];

/** Validates the body of a create. `status` is not taken (recorded: clients set it by an update). @throws ApiFault 400. */
export function readCreate(input: unknown): LogStreamBody & { type: string; sink: Json } {
  const body = object(input, "body");
  allowOnly(body, ["name", "type", "sink", "filters", "isPriority", "pii_config", "startFrom"], "");
  for (const key of ["type", "sink"])
    if (body[key] === undefined) throw invalidBody(`Missing required property: ${key}`, key);
  const type = oneOf(body["type"], "type", Object.keys(SINKS));
  if (body["startFrom"] !== undefined && Number.isNaN(Date.parse(text(body["startFrom"], "startFrom", { min: 1 }))))
    throw invalidBody("Object didn't pass validation for format date-time", "startFrom");
  return { ...readCommon(body), type, sink: readSink(type, body["sink"]) };
}

/** Validates the body of an update of a stream. @throws ApiFault 400. */
export function readUpdate(input: unknown, type: string): LogStreamBody {
  const body = object(input, "body");
  allowOnly(body, ["name", "status", "sink", "filters", "isPriority", "pii_config"], "");
  const result = readCommon(body);
  if (body["status"] !== undefined)
    result.status = oneOf(body["status"], "status", ["active", "paused"]) as LogStream["status"];
  if (body["sink"] !== undefined) result.sink = readSink(type, body["sink"]);
  return result;
}

function readCommon(body: Json): LogStreamBody {
  const result: LogStreamBody = {};
  if (body["name"] !== undefined) result.name = text(body["name"], "name", { min: 1 });
  if (body["filters"] !== undefined) result.filters = readFilters(body["filters"]);
  if (body["isPriority"] !== undefined) {
    if (typeof body["isPriority"] !== "boolean")
      throw invalidBody(`Expected type boolean but found type ${typeof body["isPriority"]}`, "isPriority");
    result.isPriority = body["isPriority"];
  }
  if (body["pii_config"] !== undefined) result.pii_config = readPii(body["pii_config"]);
  return result;
}

function list(input: unknown, path: string): unknown[] {
  if (Array.isArray(input)) return input;
  throw invalidBody(`Expected type array but found type ${typeof input}`, path);
}

function readFilters(input: unknown): Filter[] {
  return list(input, "filters").map((item, index) => {
    const path = `filters[${index}]`;
    const filter = object(item, path);
    allowOnly(filter, ["type", "name"], path);
    oneOf(filter["type"], `${path}.type`, ["category"]);
    oneOf(filter["name"], `${path}.name`, FILTER_NAMES);
    // In the client's order of keys, which is what comes back.
    return filter as unknown as Filter;
  });
}

function readPii(input: unknown): PiiConfig {
  const given = object(input, "pii_config");
  allowOnly(given, ["log_fields", "method", "algorithm"], "pii_config");
  const fields = list(given["log_fields"], "pii_config.log_fields");
  if (fields.length === 0) throw invalidBody("Array is too short (0), minimum 1", "pii_config.log_fields");
  return {
    log_fields: fields.map((field, index) => oneOf(field, `pii_config.log_fields[${index}]`, PII_FIELDS)),
    method: oneOf(given["method"] ?? "hash", "pii_config.method", ["mask", "hash"]) as PiiConfig["method"],
    algorithm: oneOf(given["algorithm"] ?? "xxhash", "pii_config.algorithm", ["xxhash"]) as PiiConfig["algorithm"],
  };
}

function readSink(type: string, input: unknown): Json {
  const given = object(input, "sink");
  const fields = SINKS[type] ?? {};
  allowOnly(given, Object.keys(fields), "sink");
  const sink: Json = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = given[name];
    if (value === undefined && field.isOptional) continue;
    sink[name] = readField(value, `sink.${name}`, field);
  }
  return sink;
}

function readField(value: unknown, path: string, { type, pattern, values }: SinkField): unknown {
  if (values) return oneOf(value, path, values);
  if (type === "string") return text(value, path, pattern ? { pattern } : {});
  if (type === "boolean") {
    if (typeof value === "boolean") return value;
    throw invalidBody(
      value === undefined
        ? `Missing required property: ${path.split(".").at(-1)}`
        : `Expected type boolean but found type ${typeof value}`,
      path,
    );
  }
  return list(value, path).map((item, index) => {
    const header = object(item, `${path}[${index}]`);
    allowOnly(header, ["header", "value"], `${path}[${index}]`);
    for (const key of ["header", "value"]) text(header[key], `${path}[${index}].${key}`, { min: 1 });
    return header;
  });
}
