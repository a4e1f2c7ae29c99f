import { closest } from "../diagnostics/index.ts";

/** The event types of Auth0 Event Streams (npm `auth0` 7.1.0, `EventStreamEventTypeEnum`). Newer ones only warn. */
export const EVENT_TYPES = [
  "connection.created",
  "connection.deleted",
  "connection.updated",
  "group.created",
  "group.deleted",
  "group.member.added",
  "group.member.deleted",
  "group.role.assigned",
  "group.role.deleted",
  "group.updated",
  "organization.connection.added",
  "organization.connection.removed",
  "organization.connection.updated",
  "organization.created",
  "organization.deleted",
  "organization.group.role.assigned",
  "organization.group.role.deleted",
  "organization.member.added",
  "organization.member.deleted",
  "organization.member.role.assigned",
  "organization.member.role.deleted",
  "organization.updated",
  "user.created",
  "user.deleted",
  "user.updated",
] as const;

/** An event type of Auth0 Event Streams. */
export type EventType = (typeof EVENT_TYPES)[number];

/** Types that documents name and Auth0 does not have, with the nearest thing that exists. */
const NEAREST_REAL: Readonly<Record<string, string>> = {
  "authentication.success": "log stream: filter auth.login.success (log type s)",
  "authentication.failure": "log stream: filter auth.login.fail (log types f, fp, fu, ...)",
  "api.authorization.success": "log stream: filter auth.token_exchange.success (log types seacft, seccft, ...)",
  "api.authorization.failure": "log stream: filter auth.token_exchange.fail (log types feacft, feccft, ...)",
  "management.client.created": 'log stream: filter management.success (log type sapi, description "Create a client")',
  "management.client.updated": "log stream: filter management.success (sapi)",
  "management.client.deleted": "log stream: filter management.success (sapi)",
  "management.connection.created": "event type connection.created",
  "management.connection.updated": "event type connection.updated",
  "management.connection.deleted": "event type connection.deleted",
  "user.blocked": "event type user.updated with data.object.blocked=true",
  "user.unblocked": "event type user.updated with data.object.blocked=false",
  "api.authorization.*": "no wildcard in the API: subscriptions are exact event types",
};

/** Words of other tools for what event types end in. */
const ENDINGS = new Map([
  ["signup", "created"],
  ["signed_up", "created"],
  ["registered", "created"],
  ["created", "added"],
  ["joined", "added"],
  ["changed", "updated"],
  ["modified", "updated"],
  ["edited", "updated"],
  ["removed", "deleted"],
  ["deleted", "removed"],
  ["granted", "assigned"],
  ["revoked", "deleted"],
]);

/** What to use instead of a type that Auth0 does not have. */
export function nearestEventType(type: string): string {
  if (Object.hasOwn(NEAREST_REAL, type)) return `nearest real one: ${NEAREST_REAL[type]}`;
  // By letters alone, "user.removed" is nearer to "user.created" than to "user.deleted".
  const near = sameWithOtherEnding(type) ?? closest(type, EVENT_TYPES);
  if (near) return `did you mean "${near}"?`;
  const [subject = ""] = type.split(".");
  const related = EVENT_TYPES.filter((each) => each.startsWith(`${subject}.`));
  return related.length > 0
    ? `types of ${subject} are ${related.join(", ")}`
    : "openmcf explain spec.subscriptions lists them";
}

function sameWithOtherEnding(type: string): string | undefined {
  const dot = type.lastIndexOf(".");
  const other = `${type.slice(0, dot + 1)}${ENDINGS.get(type.slice(dot + 1))}`;
  return EVENT_TYPES.find((each) => each === other);
}
