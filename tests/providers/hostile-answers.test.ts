import { describe, expect, test } from "vitest";
import { RemoteFailure } from "../../pkg/diagnostics/index.ts";
import { Auth0Client } from "../../pkg/providers/index.ts";
import { MAX_ANSWER_BYTES } from "../../pkg/providers/auth0/transport.ts";
import { listening } from "../support/http.ts";
import { TestClock } from "../support/test-clock.ts";

// What a captive portal, a login page, a proxy or a new version of the API may answer. The answer is never ours to
// blame on ourselves: each operation gives a failure of the remote side that names the request, or what was asked.

const { signal } = new AbortController();

const stream = {
  id: "est_1",
  status: "enabled",
  name: "n",
  subscriptions: [{ event_type: "user.created" }],
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
  destination: {
    type: "webhook",
    configuration: { webhook_endpoint: "https://x.example.com/", webhook_authorization: { method: "bearer" } },
  },
};
const without = (field: keyof typeof stream): object => {
  const { [field]: _, ...rest } = stream;
  return rest;
};
const withDestination = (destination: unknown): object => ({ ...stream, destination });

interface Hostile {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}
const json = (status: number, body: unknown): Hostile => ({ status, body: JSON.stringify(body) });

/** No operation may take one of these for what it asked for. */
const NEVER: Record<string, Hostile> = {
  ...Object.fromEntries(
    [null, {}, [], "x", 5, true, 1e300].map((body) => [`200 ${JSON.stringify(body)}`, json(200, body)]),
  ),
  "200 without a body": { status: 200 },
  "200 cut off JSON": { status: 200, body: '{"id":"est_' },
  "200 a page": { status: 200, body: "<html>Log in</html>", headers: { "content-type": "text/html" } },
  "200 NUL bytes": { status: 200, body: "\0\0\0" },
  "200 deep JSON": { status: 200, body: "[".repeat(100_000) },
  "302 to a login": { status: 302, headers: { location: "https://login.example.com/" } },
  "304": { status: 304 },
  "307 to another host": { status: 307, headers: { location: "https://evil.example/" } },
  "400 a page": { status: 400, body: "<html>" },
  "403 whose message is a list": json(403, { statusCode: 403, message: ["a", "b"], errorCode: {} }),
  "403 null": json(403, null),
  "403 with a message of a million characters": json(403, { message: "x".repeat(1_000_000) }),
  "418 a number": json(418, 7),
  "451 an empty list": json(451, []),
};

/** The operation that asks for a stream may not take one of these for it. */
const NO_STREAM: Record<string, Hostile> = {
  "204": { status: 204 },
  ...Object.fromEntries(
    (Object.keys(stream) as (keyof typeof stream)[]).map((field) => [
      `a stream without ${field}`,
      json(200, without(field)),
    ]),
  ),
  "an id that is a number": json(200, { ...stream, id: 7 }),
  "an empty id": json(200, { ...stream, id: "" }),
  "subscriptions: null": json(200, { ...stream, subscriptions: null }),
  "subscriptions of texts": json(200, { ...stream, subscriptions: ["user.created"] }),
  "destination: null": json(200, withDestination(null)),
  "a destination without type": json(200, withDestination({ configuration: {} })),
  "a destination without configuration": json(200, withDestination({ type: "webhook" })),
  "an authorization that is a text": json(
    200,
    withDestination({ type: "webhook", configuration: { webhook_endpoint: "", webhook_authorization: "x" } }),
  ),
};
const NO_PAGE: Record<string, Hostile> = {
  "204": { status: 204 },
  "eventStreams: null": json(200, { eventStreams: null }),
  "eventStreams of null": json(200, { eventStreams: [null] }),
  "a cursor that is a number": json(200, { eventStreams: [], next: 7 }),
  "a stream without a name": json(200, { eventStreams: [without("name")] }),
};
const NO_TOKEN: Record<string, Hostile> = {
  "204": { status: 204 },
  "no access_token": json(200, { expires_in: 5 }),
  "a token with a line break": json(200, { access_token: "a\r\nx-evil: 1" }),
  "an empty token": json(200, { access_token: "" }),
  "a scope that is a number": json(200, { access_token: "t", scope: 5 }),
  "a negative lifetime": json(200, { access_token: "t", expires_in: -1 }),
  "a lifetime that is a text": json(200, { access_token: "t", expires_in: "soon" }),
};

/** A tenant that answers this to everything but the request for a token; or to that alone. */
async function tenant(answer: Hostile, at: "api" | "token"): Promise<Auth0Client> {
  const baseUrl = await listening((request, response) => {
    const isToken = request.url === "/oauth/token";
    if (isToken === (at === "token")) response.writeHead(answer.status, answer.headers ?? {}).end(answer.body ?? "");
    else response.end(JSON.stringify(isToken ? { access_token: "t" } : { eventStreams: [] }));
  });
  return new Auth0Client({ domain: "acme.auth0.com", clientId: "i", clientSecret: "s", baseUrl }, new TestClock());
}

const body = { name: "n" };
async function everyPage(client: Auth0Client): Promise<void> {
  for await (const _ of client.listEventStreams(signal));
}
const OPERATIONS: Record<string, [(client: Auth0Client) => Promise<unknown>, Record<string, Hostile>]> = {
  "POST /api/v2/event-streams": [(client) => client.createEventStream(body, signal), NO_STREAM],
  "PATCH /api/v2/event-streams/est_1": [(client) => client.updateEventStream("est_1", body, signal), NO_STREAM],
  "GET /api/v2/event-streams/est_1": [(client) => client.getEventStream("est_1", signal), NO_STREAM],
  "DELETE /api/v2/event-streams/est_1": [(client) => client.deleteEventStream("est_1", signal), {}],
  "GET /api/v2/event-streams": [everyPage, NO_PAGE],
  "POST /oauth/token": [everyPage, NO_TOKEN],
};

describe.each(Object.entries(OPERATIONS))("%s", (what, [operation, own]) => {
  const at = what === "POST /oauth/token" ? "token" : "api";
  test.each(Object.entries({ ...NEVER, ...own }))("answered by %s", async (_, answer) => {
    const failure: unknown = await operation(await tenant(answer, at)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(RemoteFailure);
    const { message } = failure as RemoteFailure;
    expect(message).toContain(what);
    expect(message.length).toBeLessThan(1500);
    expect(message).not.toContain("<html>");
  });
});

describe("what has no end", () => {
  test.each([
    ["the same cursor", () => "same", 2],
    ["two cursors in turn", (page: number) => String(page % 2), 3],
    ["a new cursor each time", String, 1001],
  ])("pages with %s", async (_, cursor, requests) => {
    let pages = 0;
    const baseUrl = await listening((request, response) => {
      const isToken = request.url === "/oauth/token";
      const page = { eventStreams: [], next: cursor((pages += isToken ? 0 : 1)) };
      response.end(JSON.stringify(isToken ? { access_token: "t" } : page));
    });
    const client = new Auth0Client({ domain: "d", clientId: "i", clientSecret: "s", baseUrl }, new TestClock());
    await expect(everyPage(client)).rejects.toThrow(/its pages (go in circles|do not end)/);
    expect(pages).toBe(requests);
  });

  test("an answer of more than 16 MiB is not read to its end, and not asked for again", async () => {
    let sent = 0;
    let requests = 0;
    const chunk = "x".repeat(1024 * 1024);
    const baseUrl = await listening((request, response) => {
      if (request.url === "/oauth/token") return void response.end('{"access_token":"t"}');
      requests += 1;
      const write = (): void => {
        while (!response.destroyed && sent < 10 * MAX_ANSWER_BYTES && response.write(chunk)) sent += chunk.length;
        if (!response.destroyed && sent < 10 * MAX_ANSWER_BYTES) response.once("drain", write);
      };
      return write();
    });
    const client = new Auth0Client({ domain: "d", clientId: "i", clientSecret: "s", baseUrl }, new TestClock());
    await expect(client.getEventStream("est_1", signal)).rejects.toThrow("larger than 16 MiB");
    expect(requests).toBe(1);
    expect(sent).toBeLessThan(4 * MAX_ANSWER_BYTES);
  });
});
