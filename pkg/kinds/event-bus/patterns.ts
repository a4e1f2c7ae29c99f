import type { Partially } from "../kind.ts";
import type { RuleSpec } from "./schema.ts";

/** What every event of Auth0 comes from: `aws.partner/auth0.com/<tenant>-<uuid>/auth0.events` or `…/auth0.logs`. */
const FROM_AUTH0 = { source: [{ prefix: "aws.partner/auth0.com/" }] };

/**
 * The event pattern that a rule stands for, shorthands written out. `eventTypes` asks for the type in the envelope or in
 * the event inside it: Auth0's events carry it in either.
 */
export function patternOfRule({
  eventPattern,
  eventTypes,
  logTypes,
}: Partially<Pick<RuleSpec, "eventPattern" | "eventTypes" | "logTypes">>): Record<string, unknown> {
  if (eventPattern) return eventPattern;
  if (logTypes) return { detail: { data: { type: logTypes } } };
  if (eventTypes) return { $or: [{ "detail-type": eventTypes }, { detail: { type: eventTypes } }] };
  return FROM_AUTH0;
}
