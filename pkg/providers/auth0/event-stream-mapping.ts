import type { PropertyMap, PropertyValue } from "../../values/index.ts";
import type { WireDestination, WireEventStream, WireEventStreamBody, WireWebhookAuthorization } from "./wire.ts";

// Between the Pulumi provider's property names (`@pulumi/auth0` EventStream) and Auth0's JSON. Pure.

/** What a create sends. */
export function createBody(inputs: PropertyMap): WireEventStreamBody {
  return { ...commonBody(inputs), destination: destinationOf(inputs) };
}

/**
 * What an update sends: everything that can be changed, so that it also corrects drift that was not noticed. Auth0 refuses the
 * destination of an EventBridge or action stream in a PATCH.
 * @param status what to set the status to; `undefined` leaves it.
 */
export function updateBody(inputs: PropertyMap, status: string | undefined): WireEventStreamBody {
  const body = commonBody(inputs);
  if (status !== undefined) body.status = status;
  return inputs["destinationType"] === "webhook" ? { ...body, destination: destinationOf(inputs) } : body;
}

function commonBody(inputs: PropertyMap): WireEventStreamBody {
  const status = text(inputs["status"]);
  return {
    ...(status === undefined ? {} : { status }),
    name: text(inputs["name"]) ?? "",
    subscriptions: subscriptionsOf(inputs).map((type) => ({ event_type: type })),
  };
}

/** The subscriptions among inputs or outputs. */
export function subscriptionsOf(properties: PropertyMap): string[] {
  const list = properties["subscriptions"];
  return Array.isArray(list) ? list.map(String) : [];
}

function destinationOf(inputs: PropertyMap): WireDestination {
  const type = text(inputs["destinationType"]) ?? "";
  const block = (name: string): PropertyMap => (inputs[name] ?? {}) as PropertyMap;
  if (type === "eventbridge") {
    const { awsAccountId, awsRegion } = block("eventbridgeConfiguration");
    return { type, configuration: { aws_account_id: text(awsAccountId) ?? "", aws_region: text(awsRegion) ?? "" } };
  }
  if (type === "action")
    return { type, configuration: { action_id: text(block("actionConfiguration")["actionId"]) ?? "" } };
  const webhook = block("webhookConfiguration");
  return {
    type: "webhook",
    configuration: {
      webhook_endpoint: text(webhook["webhookEndpoint"]) ?? "",
      webhook_authorization: authorizationOf((webhook["webhookAuthorization"] ?? {}) as PropertyMap),
    },
  };
}

function authorizationOf(auth: PropertyMap): WireWebhookAuthorization {
  const method = text(auth["method"]) ?? "";
  const pick = (plain: string): string | undefined => text(auth[plain]) ?? text(auth[`${plain}Wo`]);
  if (method === "basic") return compact({ method, username: text(auth["username"]), password: pick("password") });
  if (method === "custom_header")
    return compact({ method, header_key: text(auth["headerKey"]), header_value: pick("headerValue") });
  return compact({ method, token: pick("token") });
}

/**
 * Outputs for a live stream. Auth0 never answers secrets, so these are taken from what was sent.
 * @param sent the inputs that were sent, or what the state knows.
 */
export function outputsOf(stream: WireEventStream, sent: PropertyMap): PropertyMap {
  const outputs: PropertyMap = {
    id: stream.id,
    name: stream.name,
    status: stream.status,
    destinationType: stream.destination.type === "other" ? stream.destination.called : stream.destination.type,
    subscriptions: stream.subscriptions.map(({ event_type }) => event_type),
    createdAt: stream.created_at,
    updatedAt: stream.updated_at,
    ...ABSENT_BLOCKS,
  };
  const { destination } = stream;
  if (destination.type === "eventbridge") {
    const { aws_account_id, aws_region, aws_partner_event_source } = destination.configuration;
    outputs["eventbridgeConfiguration"] = {
      awsAccountId: aws_account_id,
      awsPartnerEventSource: aws_partner_event_source ?? null,
      awsRegion: aws_region,
    };
  } else if (destination.type === "action") {
    outputs["actionConfiguration"] = { actionId: destination.configuration.action_id };
  } else if (destination.type === "webhook") {
    const { webhook_endpoint, webhook_authorization: live } = destination.configuration;
    const known = (((sent["webhookConfiguration"] ?? {}) as PropertyMap)["webhookAuthorization"] ?? {}) as PropertyMap;
    outputs["webhookConfiguration"] = {
      webhookAuthorization: compact({
        method: live.method,
        username: live.username ?? undefined,
        headerKey: live.header_key ?? undefined,
        ...(known["method"] === live.method ? keptOf(known) : {}),
      }),
      webhookEndpoint: webhook_endpoint,
    };
  }
  return outputs;
}

/** The blocks a stream does not have are null, as the official provider has them: known, and not there. */
export const ABSENT_BLOCKS: PropertyMap = {
  actionConfiguration: null,
  eventbridgeConfiguration: null,
  webhookConfiguration: null,
};

/** Inputs that would make this live stream; secrets are those the state knows. */
export function inputsOf(outputs: PropertyMap): PropertyMap {
  const { id: _, createdAt: _c, updatedAt: _u, eventbridgeConfiguration, ...inputs } = outputs;
  if (
    typeof eventbridgeConfiguration === "object" &&
    eventbridgeConfiguration !== null &&
    !Array.isArray(eventbridgeConfiguration)
  ) {
    const { awsPartnerEventSource: _s, ...given } = eventbridgeConfiguration;
    inputs["eventbridgeConfiguration"] = given;
  }
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== null));
}

/** Secrets of a webhook. Each has a write-only form, `<name>Wo`, that is sent again when `<name>WoVersion` changes. */
export const SECRET_FIELDS = ["password", "token", "headerValue"] as const;

/** What outputs keep of the authorization that was sent. A write-only value is not kept, only its version. */
function keptOf(auth: PropertyMap): PropertyMap {
  const kept = SECRET_FIELDS.flatMap((field) => [
    [field, text(auth[field])],
    [`${field}WoVersion`, versionOf(auth, field) || undefined],
  ]);
  return compact(Object.fromEntries(kept) as PropertyMap);
}

/** The version of a write-only secret; 0 where there is none, as the official provider has it. */
export function versionOf(auth: PropertyMap, field: (typeof SECRET_FIELDS)[number]): number {
  return Number(auth[`${field}WoVersion`] ?? 0);
}

/** A stream as the data source `getEventStream` gives it: blocks are lists, and what is not there is empty. */
export function dataSourceOf(stream: WireEventStream): PropertyMap {
  const { eventbridgeConfiguration, webhookConfiguration, actionConfiguration, ...rest } = outputsOf(stream, {});
  const listOf = (block: PropertyValue | undefined): PropertyMap[] => (block ? [block as PropertyMap] : []);
  return {
    ...rest,
    actionConfigurations: listOf(actionConfiguration),
    eventbridgeConfigurations: listOf(eventbridgeConfiguration),
    webhookConfigurations: listOf(webhookConfiguration).map(({ webhookAuthorization, webhookEndpoint }) => ({
      webhookAuthorizations: listOf(webhookAuthorization).map((auth) => ({ ...EMPTY_AUTHORIZATION, ...auth })),
      webhookEndpoint,
    })),
  };
}

const EMPTY_AUTHORIZATION: PropertyMap = {
  headerKey: "",
  method: "",
  username: "",
  ...Object.fromEntries(
    SECRET_FIELDS.flatMap((field) => [
      [field, ""],
      [`${field}Wo`, ""],
      [`${field}WoVersion`, 0],
    ]),
  ),
};

/** A non-empty string; the official provider writes "" and null for what is absent. */
export function text(value: PropertyValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function compact<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
