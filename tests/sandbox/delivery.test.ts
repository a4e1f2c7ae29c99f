import { createServer } from "node:https";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { emitEvents, openSandbox } from "../../pkg/sandbox/index.ts";
import { serveSandbox } from "../../pkg/sandbox/index.ts";
import type { ServedSandbox } from "../../pkg/sandbox/index.ts";
import { temporaryFolder } from "../support/cli.ts";

/** A receiver of webhooks on this machine, with a certificate of the sandbox's CA. */
let receiver: ReturnType<typeof createServer>;
let received: { headers: IncomingMessage["headers"]; body: Record<string, unknown> }[];
let answers: (number: number) => number;
let folder: string;
let served: ServedSandbox;
let api: (method: string, path: string, body?: object) => Promise<{ status: number; body: Record<string, unknown> }>;

beforeEach(async () => {
  folder = temporaryFolder();
  served = await serveSandbox(folder, 0, []);
  received = [];
  answers = () => 204;
  const tls = { cert: readFileSync(join(folder, "tls/server.pem")), key: readFileSync(join(folder, "tls/server.key")) };
  receiver = createServer(tls, (request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, body: JSON.parse(body) as Record<string, unknown> });
      response.writeHead(answers(received.length)).end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  const { baseUrl, clientId, clientSecret } = await openSandbox(folder).access();
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
  });
  const { access_token } = (await (await fetch(`${baseUrl}/oauth/token`, { method: "POST", body: form })).json()) as {
    access_token: string;
  };
  api = async (method, path, body) => {
    const answer = await fetch(`${baseUrl}/api/v2/event-streams${path}`, {
      method,
      headers: { authorization: `Bearer ${access_token}` },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const content = await answer.text();
    return { status: answer.status, body: (content ? JSON.parse(content) : {}) as Record<string, unknown> };
  };
});

afterEach(async () => {
  receiver.close();
  await served.close();
});

const endpoint = (): string => `https://localhost:${(receiver.address() as AddressInfo).port}/hook`;

async function makeStream(authorization: object, types = ["user.created"]): Promise<string> {
  const { body, status } = await api("POST", "", {
    name: `s${Math.random()}`,
    subscriptions: types.map((event_type) => ({ event_type })),
    destination: {
      type: "webhook",
      configuration: { webhook_endpoint: endpoint(), webhook_authorization: authorization },
    },
  });
  expect(status).toBe(201);
  return String(body["id"]);
}

const emit = (type: string, count = 1) => emitEvents(openSandbox(folder).folder, type, count, { waits: [1, 1, 1] });
const deliveries = async (id: string, query = "") =>
  (await api("GET", `/${id}/deliveries${query}`)).body["deliveries"] as {
    status: string;
    attempts: { status: string }[];
  }[];

describe("delivery", () => {
  test.each([
    [{ method: "bearer", token: "t0k" }, { authorization: "Bearer t0k" }],
    [
      { method: "basic", username: "u", password: "p:w" },
      { authorization: `Basic ${Buffer.from("u:p:w").toString("base64")}` },
    ],
    [{ method: "custom_header", header_key: "X-Secret", header_value: "v" }, { "x-secret": "v" }],
  ])("posts CloudEvents with the stream's authorization (%o)", async (authorization, headers) => {
    const id = await makeStream(authorization);
    await emit("user.created", 3);
    await emit("user.deleted");
    expect(received).toHaveLength(3);
    expect(received[0]?.headers).toMatchObject(headers);
    expect(received[0]?.body).toMatchObject({
      specversion: "1.0",
      type: "user.created",
      source: "urn:auth0:sandbox.localhost",
      id: expect.stringMatching(/^evt_\w{22}$/),
      a0stream: id,
      data: { object: { user_id: expect.any(String) } },
    });
    expect((await deliveries(id)).map(({ status }) => status)).toEqual(["success", "success", "success"]);
  });

  test("5xx is tried four times, 4xx once; failures can be listed and redelivered", async () => {
    const id = await makeStream({ method: "bearer", token: "t" });
    answers = () => 503;
    await emit("user.created");
    expect(received).toHaveLength(4);
    answers = () => 400;
    await emit("user.created");
    expect(received).toHaveLength(5);
    const failed = await deliveries(id, "?statuses=failed");
    expect(failed.map(({ attempts }) => attempts.length).toSorted((a, b) => a - b)).toEqual([1, 4]);
    answers = () => 200;
    expect(await api("POST", `/${id}/redeliver`, {})).toEqual({ status: 202, body: {} });
    await expect.poll(async () => (await deliveries(id, "?statuses=success")).length).toBe(2);
    expect((await deliveries(id))[0]?.attempts.map(({ status }) => status)).toContain("retrying");
    const { body } = await api("GET", `/${id}/stats`);
    expect(body).toMatchObject({
      id,
      metrics: [{ name: "auth0.event_streams.successful_deliveries", window_total: 2 }, { window_total: 0 }],
    });
  });

  test("a test event; only streams that are enabled get events", async () => {
    const id = await makeStream({ method: "bearer", token: "t" });
    const { status, body } = await api("POST", `/${id}/test`, { event_type: "user.updated" });
    expect([status, body]).toMatchObject([202, { status: "pending", attempts: [], event: { a0purpose: "test" } }]);
    await expect.poll(() => received.length).toBe(1);
    await api("PATCH", `/${id}`, { status: "disabled" });
    expect((await emit("user.created")).streams).toEqual([]);
  });

  test("500 failures in a row disable the stream", async () => {
    const id = await makeStream({ method: "bearer", token: "t" });
    answers = () => 401;
    const { arrivals } = await emit("user.created", 540);
    expect((await api("GET", `/${id}`)).body["status"]).toBe("disabled");
    expect(arrivals.length).toBeGreaterThanOrEqual(500);
    expect(arrivals.length).toBeLessThan(540);
  });
});

describe("the API", () => {
  const body = (change: object = {}) => ({
    name: "n",
    subscriptions: [{ event_type: "user.created" }],
    destination: { type: "eventbridge", configuration: { aws_account_id: "123456789012", aws_region: "us-east-1" } },
    ...change,
  });

  test.each([
    ["no subscriptions", { subscriptions: [] }, "subscriptions"],
    [
      "an account id of letters",
      { destination: { type: "eventbridge", configuration: { aws_account_id: "x", aws_region: "us-east-1" } } },
      "aws_account_id",
    ],
    [
      "a partner source that is sent",
      {
        destination: {
          type: "eventbridge",
          configuration: { aws_account_id: "123456789012", aws_region: "us-east-1", aws_partner_event_source: "x" },
        },
      },
      "aws_partner_event_source",
    ],
    [
      "plain http",
      {
        destination: {
          type: "webhook",
          configuration: { webhook_endpoint: "http://x", webhook_authorization: { method: "bearer", token: "t" } },
        },
      },
      "webhook_endpoint",
    ],
    [
      "a bearer without token",
      {
        destination: {
          type: "webhook",
          configuration: { webhook_endpoint: "https://x", webhook_authorization: { method: "bearer" } },
        },
      },
      "token",
    ],
    ["an unknown field", { nonsense: 1 }, "nonsense"],
  ])("refuses %s", async (_, change, property) => {
    expect(await api("POST", "", body(change))).toMatchObject({
      status: 400,
      body: {
        errorCode: "invalid_body",
        message: expect.stringMatching(new RegExp(`^Payload validation error: '.+' on property .*${property}`)),
      },
    });
  });

  test("pages, taken names, immutable destinations, secrets kept by a PATCH without them", async () => {
    for (let number = 0; number < 5; number += 1)
      expect((await api("POST", "", body({ name: `n${number}` }))).status).toBe(201);
    const first = await api("GET", "?take=3");
    const next = await api("GET", `?take=3&from=${String(first.body["next"])}`);
    const names = [first, next].flatMap(({ body: { eventStreams } }) =>
      (eventStreams as { name: string }[]).map(({ name }) => name),
    );
    expect([names, next.body["next"]]).toEqual([["n0", "n1", "n2", "n3", "n4"], undefined]);
    expect((await api("POST", "", body({ name: "n0" }))).status).toBe(409);
    expect((await api("GET", "?take=101")).status).toBe(400);
    const id = (first.body["eventStreams"] as { id: string }[])[0]?.id;
    expect((await api("PATCH", `/${id}`, { destination: body().destination })).status).toBe(400);
    const webhook = await makeStream({ method: "bearer", token: "kept" });
    await api("PATCH", `/${webhook}`, {
      destination: {
        type: "webhook",
        configuration: { webhook_endpoint: endpoint(), webhook_authorization: { method: "bearer" } },
      },
    });
    await emit("user.created");
    expect(received[0]?.headers.authorization).toBe("Bearer kept");
  });
});
