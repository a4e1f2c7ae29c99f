import { invalidBody } from "./errors.ts";
import type { Stream } from "./model.ts";
import { allowOnly, object, oneOf, text } from "./schema.ts";
import type { Json } from "./schema.ts";

/** What a create or an update may carry, after validation. */
export interface StreamBody {
  name?: string;
  subscriptions?: Stream["subscriptions"];
  destination?: Stream["destination"];
  status?: Stream["status"];
}

/** Validates the body of a create or an update, by Auth0's OpenAPI. @throws ApiFault 400. */
export function readStreamBody(input: unknown, isCreate: boolean): StreamBody {
  const body = object(input, "body");
  allowOnly(body, ["name", "subscriptions", "destination", "status"], "");
  if (isCreate)
    for (const key of ["subscriptions", "destination"])
      if (body[key] === undefined) throw invalidBody(`Missing required property: ${key}`, key);
  const result: StreamBody = {};
  if (body["name"] !== undefined) result.name = text(body["name"], "name", { min: 1, max: 128 });
  if (body["status"] !== undefined)
    result.status = oneOf(body["status"], "status", ["enabled", "disabled"]) as Stream["status"];
  if (body["subscriptions"] !== undefined) result.subscriptions = subscriptions(body["subscriptions"]);
  if (body["destination"] !== undefined) result.destination = destination(body["destination"]);
  return result;
}

function subscriptions(input: unknown): Stream["subscriptions"] {
  if (!Array.isArray(input)) throw invalidBody(`Expected type array but found type ${typeof input}`, "subscriptions");
  if (input.length === 0) throw invalidBody("Array is too short (0), minimum 1", "subscriptions");
  return input.map((item, index) => {
    const path = `subscriptions[${index}]`;
    const entry = object(item, path);
    allowOnly(entry, ["event_type"], path);
    return { event_type: text(entry["event_type"], `${path}.event_type`, { min: 1 }) };
  });
}

function destination(input: unknown): Stream["destination"] {
  const given = object(input, "destination");
  const type = oneOf(given["type"], "destination.type", ["webhook", "eventbridge", "action"]);
  const path = "destination.configuration";
  const configuration = object(given["configuration"], path);
  if (type === "eventbridge") {
    allowOnly(configuration, ["aws_account_id", "aws_region"], path);
    const aws_account_id = text(configuration["aws_account_id"], `${path}.aws_account_id`, { pattern: /^\d{12}$/ });
    return {
      type,
      configuration: {
        aws_region: text(configuration["aws_region"], `${path}.aws_region`, { pattern: /^[a-z]{2}(-[a-z]+)+-\d$/ }),
        aws_account_id,
      },
    };
  }
  if (type === "action") {
    allowOnly(configuration, ["action_id"], path);
    return { type, configuration: { action_id: text(configuration["action_id"], `${path}.action_id`, { min: 1 }) } };
  }
  allowOnly(configuration, ["webhook_endpoint", "webhook_authorization"], path);
  const webhook_endpoint = text(configuration["webhook_endpoint"], `${path}.webhook_endpoint`, {
    pattern: /^https:\/\/.*/,
  });
  return {
    type,
    configuration: {
      webhook_endpoint,
      webhook_authorization: authorization(configuration["webhook_authorization"], `${path}.webhook_authorization`),
    },
  };
}

const FIELDS = {
  basic: ["username", "password"],
  bearer: ["token"],
  custom_header: ["header_key", "header_value"],
} as const;

function authorization(input: unknown, path: string): Json {
  const given = object(input, path);
  const method = oneOf(given["method"], `${path}.method`, Object.keys(FIELDS)) as keyof typeof FIELDS;
  allowOnly(given, ["method", ...FIELDS[method]], path);
  const result: Json = { method };
  for (const field of FIELDS[method]) {
    if (given[field] === undefined) continue;
    const limits =
      field === "username"
        ? { max: 128, pattern: /^[^:]+$/ }
        : field === "header_key"
          ? { pattern: /^[a-zA-Z0-9!#$%&'*+.^_`|~-]+$/ }
          : { min: 1 };
    result[field] = text(given[field], `${path}.${field}`, limits);
  }
  return result;
}

/** Secrets that a create must carry; an update without them keeps the old ones. */
export function requireSecrets({ type, configuration }: Stream["destination"]): void {
  if (type !== "webhook") return;
  const given = configuration["webhook_authorization"] as Json;
  for (const field of FIELDS[given["method"] as keyof typeof FIELDS]) {
    if (given[field] === undefined)
      throw invalidBody(
        `Missing required property: ${field}`,
        `destination.configuration.webhook_authorization.${field}`,
      );
  }
}

/** An update that leaves a secret out keeps it, as long as the method stays. */
export function keepSecrets(now: Stream["destination"], old: Stream["destination"]): Stream["destination"] {
  const before = old.configuration["webhook_authorization"] as Record<string, unknown>;
  const after = now.configuration["webhook_authorization"] as Record<string, unknown>;
  if (before["method"] !== after["method"]) {
    requireSecrets(now);
    return now;
  }
  return { ...now, configuration: { ...now.configuration, webhook_authorization: { ...before, ...after } } };
}
