// What the real Management API answered for event streams, read from recorded exchanges and written down with values of
// our own: status codes, error codes, the members of each body and their order, and what a sequence of requests changes.

/** One request and its answer. */
export interface Exchange {
  /** Method and path below /api/v2/event-streams. `ID` stands for the id that the first create gave. */
  send: string;
  body?: object;
  status: number;
  /**
   * The answer, members in order; left out where the body is empty. `ID`, `T1`, `T2`, … and `SOURCE` stand for values that
   * differ from run to run: the id, points of time in order of appearance, the name of the partner event source.
   */
  answer?: object;
}

const EVENTS = [{ event_type: "user.created" }, { event_type: "user.updated" }];
const FEWER = [{ event_type: "user.updated" }];

const AWS = { aws_account_id: "123456789012", aws_region: "us-east-1" };
/** The region comes first in answers, and the source is known at once. */
const AWS_ANSWERED = {
  aws_region: "us-east-1",
  aws_account_id: "123456789012",
  aws_partner_event_source: "SOURCE",
};

const MISSING = { statusCode: 404, error: "Not Found", message: "The requested stream does not exist." };

/** A stream as every answer shows it. */
function stream(
  name: string,
  type: string,
  configuration: object,
  { status = "enabled", subscriptions = EVENTS, created = "T1", updated = "T1" } = {},
): object {
  return {
    id: "ID",
    status,
    name,
    subscriptions,
    created_at: created,
    updated_at: updated,
    destination: { type, configuration },
  };
}

const create = (name: string, type: string, configuration: object): object => ({
  name,
  subscriptions: EVENTS,
  destination: { type, configuration },
});

const webhook = (webhook_authorization: object, webhook_endpoint = "https://hooks.example.com/a"): object => ({
  webhook_authorization,
  webhook_endpoint,
});
/** Answers have the endpoint first. */
const webhookAnswered = (webhook_authorization: object, webhook_endpoint = "https://hooks.example.com/a"): object => ({
  webhook_endpoint,
  webhook_authorization,
});

const BEARER = { method: "bearer", token: "a-token" };
const BASIC = { method: "basic", password: "a-password", username: "admin" };
const header = (header_value: string): object => ({ header_key: "x-secret", header_value, method: "custom_header" });

const updateWebhook = (name: string, configuration: object): object => ({
  name,
  subscriptions: EVENTS,
  destination: { type: "webhook", configuration },
});

/** Lives of streams, request by request. */
export const LIVES: Readonly<Record<string, readonly Exchange[]>> = {
  "a stream to EventBridge: made, read, changed without its destination, deleted twice, gone": [
    {
      send: "POST",
      body: create("e", "eventbridge", AWS),
      status: 201,
      answer: stream("e", "eventbridge", AWS_ANSWERED),
    },
    { send: "GET /ID", status: 200, answer: stream("e", "eventbridge", AWS_ANSWERED) },
    {
      send: "PATCH /ID",
      body: { name: "e-2", subscriptions: FEWER },
      status: 200,
      answer: stream("e-2", "eventbridge", AWS_ANSWERED, { subscriptions: FEWER, updated: "T2" }),
    },
    {
      send: "GET",
      status: 200,
      answer: { eventStreams: [stream("e-2", "eventbridge", AWS_ANSWERED, { subscriptions: FEWER, updated: "T2" })] },
    },
    { send: "DELETE /ID", status: 204 },
    { send: "GET /ID", status: 404, answer: MISSING },
    { send: "DELETE /ID", status: 204 },
  ],
  "a webhook: its method of authorization and its endpoint change, its secrets never come back": [
    {
      send: "POST",
      body: create("w", "webhook", webhook(BEARER)),
      status: 201,
      answer: stream("w", "webhook", webhookAnswered({ method: "bearer" })),
    },
    {
      send: "PATCH /ID",
      body: updateWebhook("w-2", webhook(BASIC, "https://hooks.example.com/b")),
      status: 200,
      answer: stream(
        "w-2",
        "webhook",
        webhookAnswered({ method: "basic", username: "admin" }, "https://hooks.example.com/b"),
        {
          updated: "T2",
        },
      ),
    },
    {
      send: "PATCH /ID",
      body: updateWebhook("w", webhook(BEARER)),
      status: 200,
      answer: stream("w", "webhook", webhookAnswered({ method: "bearer" }), { updated: "T3" }),
    },
    { send: "DELETE /ID", status: 204 },
  ],
  "a webhook with a header of its own: the header's name comes back, its value does not": [
    {
      send: "POST",
      body: create("h", "webhook", webhook(header("first"))),
      status: 201,
      answer: stream("h", "webhook", webhookAnswered({ method: "custom_header", header_key: "x-secret" })),
    },
    {
      send: "PATCH /ID",
      body: updateWebhook("h", webhook(header("second"))),
      status: 200,
      answer: stream("h", "webhook", webhookAnswered({ method: "custom_header", header_key: "x-secret" }), {
        updated: "T2",
      }),
    },
  ],
  "a stream made disabled, then enabled; a change of nothing is a change all the same": [
    {
      send: "POST",
      body: { status: "disabled", ...create("s", "webhook", webhook(BEARER)) },
      status: 201,
      answer: stream("s", "webhook", webhookAnswered({ method: "bearer" }), { status: "disabled" }),
    },
    {
      send: "PATCH /ID",
      body: { status: "enabled", ...updateWebhook("s", webhook(BEARER)) },
      status: 200,
      answer: stream("s", "webhook", webhookAnswered({ method: "bearer" }), { updated: "T2" }),
    },
    {
      send: "PATCH /ID",
      body: { status: "enabled" },
      status: 200,
      answer: stream("s", "webhook", webhookAnswered({ method: "bearer" }), { updated: "T3" }),
    },
  ],
  "a stream to an action": [
    {
      send: "POST",
      body: create("a", "action", { action_id: "0b6a4b9e-3f6a-4f0e-9c5e-2f1f0a3a7d11" }),
      status: 201,
      answer: stream("a", "action", { action_id: "0b6a4b9e-3f6a-4f0e-9c5e-2f1f0a3a7d11" }),
    },
    {
      send: "PATCH /ID",
      body: { name: "a", subscriptions: FEWER },
      status: 200,
      answer: stream(
        "a",
        "action",
        { action_id: "0b6a4b9e-3f6a-4f0e-9c5e-2f1f0a3a7d11" },
        { subscriptions: FEWER, updated: "T2" },
      ),
    },
  ],
  "ids: one that cannot be is a bad request with an error code, one that is not there has none": [
    {
      send: "GET /est_too_short",
      status: 400,
      answer: {
        statusCode: 400,
        error: "Bad Request",
        message:
          "Path validation error: 'Object didn't pass validation for format event-stream-id: est_too_short' on property id (Unique identifier for the event stream).",
        errorCode: "invalid_uri",
      },
    },
    { send: "GET /est_0000000000000000000000", status: 404, answer: MISSING },
    { send: "DELETE /est_0000000000000000000000", status: 204 },
    { send: "GET", status: 200, answer: { eventStreams: [] } },
  ],
};
