import { UNKNOWN, diffValues } from "../../values/index.ts";
import type { PropertyDiff, PropertyMap, PropertyValue } from "../../values/index.ts";
import type { DriverDiff } from "../../provider-contract/index.ts";
import { SECRET_FIELDS, subscriptionsOf, text, versionOf } from "./event-stream-mapping.ts";

/** What Auth0 cannot change in place (measured on the official provider: ForceNew). */
const REPLACING = [
  "destinationType",
  "eventbridgeConfiguration.awsAccountId",
  "eventbridgeConfiguration.awsRegion",
  "actionConfiguration.actionId",
];

/** Status of a stream whose manifest says nothing of it. */
export const DEFAULT_STATUS = "enabled";

/**
 * What differs between a stream's state and what is wanted: live values from the outputs (so that drift found by a
 * refresh counts), secrets from the inputs when the outputs lack them. Subscriptions are a set.
 */
export function diffEventStream(oldInputs: PropertyMap, oldOutputs: PropertyMap, inputs: PropertyMap): DriverDiff {
  const before = comparable(oldOutputs, oldInputs);
  const after = comparable(inputs, inputs);
  const changes = diffValues(before, after);
  changes.push(...diffSubscriptions(oldOutputs["subscriptions"] ? oldOutputs : oldInputs, inputs));
  changes.sort((a, b) => (a.path < b.path ? -1 : 1));
  const replaces = changes.map(({ path }) => path).filter((path) => REPLACING.includes(path));
  return { changes, replaces, deleteBeforeReplace: true };
}

/** The part of a stream that is compared value by value, in one form for inputs and outputs of either provider. */
function comparable(properties: PropertyMap, secrets: PropertyMap): PropertyMap {
  const eventbridge = block(properties, "eventbridgeConfiguration");
  const action = block(properties, "actionConfiguration");
  const webhook = block(properties, "webhookConfiguration");
  return {
    destinationType: properties["destinationType"],
    name: properties["name"],
    status: text(properties["status"]) ?? DEFAULT_STATUS,
    ...(eventbridge
      ? { eventbridgeConfiguration: { awsAccountId: eventbridge["awsAccountId"], awsRegion: eventbridge["awsRegion"] } }
      : {}),
    ...(action ? { actionConfiguration: { actionId: action["actionId"] } } : {}),
    ...(webhook ? { webhookConfiguration: comparableWebhook(webhook, block(secrets, "webhookConfiguration")) } : {}),
  };
}

function comparableWebhook(webhook: PropertyMap, secrets: PropertyMap | undefined): PropertyMap {
  const auth = block(webhook, "webhookAuthorization") ?? {};
  const known = (secrets && block(secrets, "webhookAuthorization")) ?? {};
  const result: PropertyMap = { method: auth["method"] };
  for (const field of ["username", "headerKey"]) if (text(auth[field])) result[field] = auth[field];
  for (const field of SECRET_FIELDS) {
    const value = text(auth[field]) ?? text(known[field]);
    if (value !== undefined) result[field] = value;
    // A write-only secret is sent when its version changes, whatever its value.
    const version = auth[`${field}WoVersion`] === UNKNOWN ? UNKNOWN : versionOf(auth, field) || versionOf(known, field);
    if (version !== 0) result[`${field}WoVersion`] = version;
  }
  return { webhookAuthorization: result, webhookEndpoint: webhook["webhookEndpoint"] };
}

function diffSubscriptions(old: PropertyMap, inputs: PropertyMap): PropertyDiff[] {
  if (inputs["subscriptions"] === UNKNOWN) return [{ path: "subscriptions", kind: "update" }];
  const before = subscriptionsOf(old);
  const after = subscriptionsOf(inputs);
  const removed = before.flatMap((type, index): PropertyDiff[] =>
    after.includes(type) ? [] : [{ path: `subscriptions[${index}]`, kind: "delete" }],
  );
  const added = after.flatMap((type, index): PropertyDiff[] =>
    before.includes(type) && type !== UNKNOWN ? [] : [{ path: `subscriptions[${index}]`, kind: "add" }],
  );
  return [...removed, ...added];
}

function block(properties: PropertyMap, name: string): PropertyMap | undefined {
  const value: PropertyValue | undefined = properties[name];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}
