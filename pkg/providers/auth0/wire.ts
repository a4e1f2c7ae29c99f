// The JSON of Auth0's Management API v2 for event streams. What is sent is typed; what is answered is parsed, because a
// proxy, a login page or a new version of the API may answer anything.
import * as z from "zod/mini";
import { catch as orElse } from "zod/mini";

/** How Auth0 authenticates to a webhook. Secrets are only ever sent, never answered. */
export interface WireWebhookAuthorization {
  method: string;
  username?: string;
  password?: string;
  token?: string;
  header_key?: string;
  header_value?: string;
}

/** Where a stream delivers, as it is sent. */
export type WireDestination =
  | { type: "eventbridge"; configuration: { aws_account_id: string; aws_region: string } }
  | { type: "webhook"; configuration: { webhook_endpoint: string; webhook_authorization: WireWebhookAuthorization } }
  | { type: "action"; configuration: { action_id: string } };

/** What a create or an update sends. */
export interface WireEventStreamBody {
  name?: string;
  subscriptions?: { event_type: string }[];
  destination?: WireDestination;
  status?: string;
}

const absentOr = <T extends z.core.SomeType>(type: T) => z.optional(z.nullable(type));

const eventbridge = z.looseObject({
  type: z.literal("eventbridge"),
  configuration: z.looseObject({
    aws_account_id: z.string(),
    aws_region: z.string(),
    aws_partner_event_source: absentOr(z.string()),
  }),
});

const webhook = z.looseObject({
  type: z.literal("webhook"),
  configuration: z.looseObject({
    webhook_endpoint: z.string(),
    webhook_authorization: z.looseObject({
      method: z.string(),
      username: absentOr(z.string()),
      header_key: absentOr(z.string()),
    }),
  }),
});

const action = z.looseObject({
  type: z.literal("action"),
  configuration: z.looseObject({ action_id: z.string() }),
});

/** A destination that Auth0 has added since: such a stream may stand in a list beside ours. */
const other = z.pipe(
  z.looseObject({ type: z.string().check(z.refine((type) => !["eventbridge", "webhook", "action"].includes(type))) }),
  z.transform(({ type }) => ({ type: "other" as const, called: type })),
);

/** A stream as Auth0 answers it. Times are ISO 8601. */
export const wireEventStream = z.looseObject({
  id: z.string().check(z.minLength(1)),
  status: z.string(),
  name: z.string(),
  subscriptions: z.array(z.looseObject({ event_type: z.string() })),
  created_at: z.string(),
  updated_at: z.string(),
  destination: z.union([eventbridge, webhook, action, other]),
});

/** See {@link wireEventStream}. */
export type WireEventStream = z.infer<typeof wireEventStream>;

/** A page of streams; `next` is the cursor of the page after it. */
export const wireEventStreamPage = z.looseObject({
  eventStreams: z.array(wireEventStream),
  next: absentOr(z.string()),
});

/** A token. RFC 6750 allows these characters; a line break in it would break the header that it goes into. */
export const wireGrant = z.looseObject({
  access_token: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
  expires_in: absentOr(z.number().check(z.nonnegative())),
  scope: absentOr(z.string()),
});

/** An error of the Management API, or of `/oauth/token` (`error`, `error_description`); any part may be something else. */
export const wireError = z.looseObject({
  statusCode: orElse(z.optional(z.number()), undefined),
  error: orElse(z.optional(z.string()), undefined),
  message: orElse(z.optional(z.string()), undefined),
  errorCode: orElse(z.optional(z.string()), undefined),
  error_description: orElse(z.optional(z.string()), undefined),
});

/** See {@link wireError}. */
export type WireError = z.infer<typeof wireError>;
