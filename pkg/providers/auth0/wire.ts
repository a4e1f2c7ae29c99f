// The JSON of Auth0's Management API v2 for event streams, as it is on the wire.

/** How Auth0 authenticates to a webhook. Secrets are only ever sent, never answered. */
export interface WireWebhookAuthorization {
  method: string;
  username?: string;
  password?: string;
  token?: string;
  header_key?: string;
  header_value?: string;
}

/** Where a stream delivers. */
export type WireDestination =
  | {
      type: "eventbridge";
      configuration: { aws_account_id: string; aws_region: string; aws_partner_event_source?: string };
    }
  | { type: "webhook"; configuration: { webhook_endpoint: string; webhook_authorization: WireWebhookAuthorization } }
  | { type: "action"; configuration: { action_id: string } };

/** What a create or an update sends. */
export interface WireEventStreamBody {
  name?: string;
  subscriptions?: { event_type: string }[];
  destination?: WireDestination;
  status?: string;
}

/** A stream as Auth0 answers it. Times are ISO 8601. */
export interface WireEventStream {
  id: string;
  status: string;
  name: string;
  subscriptions: { event_type: string }[];
  created_at: string;
  updated_at: string;
  destination: WireDestination;
}

/** Error body of the Management API; `/oauth/token` answers `error` and `error_description` instead. */
export interface WireError {
  statusCode?: number;
  error?: string;
  message?: string;
  errorCode?: string;
  error_description?: string;
}
