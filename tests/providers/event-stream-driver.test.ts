import { describe, expect, test } from "vitest";
import { Auth0Client, auth0CredentialsFrom, auth0Plugin } from "../../pkg/providers/index.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { PropertyMap } from "../../pkg/values/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { pulumiFixtureLines } from "../support/fixtures.ts";

const { signal } = new AbortController();
const offline = auth0Plugin({ env: {} }).configure({}).driver("auth0:index/eventStream:EventStream");
if (!offline) throw new Error("no driver");

const webhook = (change: PropertyMap = {}, auth: PropertyMap = { method: "bearer", token: "t" }): PropertyMap => ({
  name: "n",
  destinationType: "webhook",
  subscriptions: ["user.created", "user.updated"],
  webhookConfiguration: { webhookEndpoint: "https://x.example.com", webhookAuthorization: auth },
  ...change,
});
const paths = (old: PropertyMap, now: PropertyMap, outputs: PropertyMap = old): string[] =>
  offline.diff({ oldInputs: old, oldOutputs: outputs, inputs: now }).changes.map(({ path }) => path);

describe("diff", () => {
  test("subscriptions are a set; status left out is enabled", () => {
    expect(paths(webhook(), webhook({ subscriptions: ["user.updated", "user.created"] }))).toEqual([]);
    expect(paths(webhook(), webhook({ subscriptions: ["user.updated", "group.created"] }))).toEqual([
      "subscriptions[0]",
      "subscriptions[1]",
    ]);
    expect(paths(webhook({ status: "disabled" }), webhook())).toEqual(["status"]);
    expect(paths(webhook(), webhook({ status: "enabled" }))).toEqual([]);
    expect(paths(webhook(), webhook(), webhook({ status: "disabled" }))).toEqual(["status"]);
  });

  test("outputs in the official provider's form are the same", () => {
    const official = webhook(
      { actionConfiguration: null, eventbridgeConfiguration: null, status: "enabled" },
      { method: "bearer", token: "t", username: "", headerKey: "", password: "", tokenWo: null, tokenWoVersion: 0 },
    );
    expect(paths(webhook(), webhook(), official)).toEqual([]);
  });

  test("account, region, action and destination replace; the endpoint does not", () => {
    const aws = (region: string): PropertyMap => ({
      name: "n",
      destinationType: "eventbridge",
      subscriptions: ["user.created"],
      eventbridgeConfiguration: { awsAccountId: "123456789012", awsRegion: region },
    });
    const replaces = (old: PropertyMap, now: PropertyMap): string[] =>
      offline.diff({ oldInputs: old, oldOutputs: old, inputs: now }).replaces;
    expect(replaces(aws("us-east-1"), aws("eu-west-1"))).toEqual(["eventbridgeConfiguration.awsRegion"]);
    expect(replaces(webhook(), aws("us-east-1"))).toContain("destinationType");
    expect(
      replaces(
        webhook(),
        webhook({
          webhookConfiguration: {
            webhookEndpoint: "https://y.example.com",
            webhookAuthorization: { method: "bearer", token: "t" },
          },
        }),
      ),
    ).toEqual([]);
  });

  test("a secret that cannot be read back is taken from the inputs", () => {
    const imported = webhook({}, { method: "bearer" });
    expect(paths(webhook(), webhook(), imported)).toEqual([]);
    expect(paths(imported, webhook(), imported)).toEqual(["webhookConfiguration.webhookAuthorization.token"]);
  });
});

describe("check", () => {
  const failures = (inputs: PropertyMap): string[] =>
    offline.check({ inputs, autoName: "auto-1234567" }).failures.map(({ path, reason }) => `${path}: ${reason}`);
  test("the official provider's rules", () => {
    expect(failures(webhook())).toEqual([]);
    expect(failures(webhook({ destinationType: "foo" }))).not.toEqual([]);
    expect(failures(webhook({ actionConfiguration: { actionId: "x" } }))).toEqual([
      expect.stringContaining("exactly one of"),
    ]);
    expect(failures(webhook({}, { method: "basic", username: "u" }))).toEqual([
      expect.stringContaining("password: is needed with username"),
    ]);
    expect(failures(webhook({}, { method: "basic", username: "u", token: "t" }))).toEqual([
      expect.stringContaining("exactly one of username"),
    ]);
    expect(failures(webhook({ subscriptions: [] }))).toEqual(["subscriptions: needs at least one event type"]);
  });

  test("a name of its own, or the one it has had", () => {
    const { name: _, ...nameless } = webhook();
    expect(offline.check({ inputs: nameless, autoName: "auto-1234567" }).inputs["name"]).toBe("auto-1234567");
    expect(offline.check({ inputs: nameless, oldInputs: { name: "old" }, autoName: "x" }).inputs["name"]).toBe("old");
  });
});

test("credentials: config before environment, schemes taken off, what is missing named", () => {
  const env = { AUTH0_DOMAIN: "https://acme.auth0.com/", AUTH0_CLIENT_ID: "i", AUTH0_CLIENT_SECRET: "s" };
  expect(auth0CredentialsFrom({}, env)).toEqual({ domain: "acme.auth0.com", clientId: "i", clientSecret: "s" });
  expect(auth0CredentialsFrom({ domain: "other", apiToken: "t" }, env)).toEqual({ domain: "other", apiToken: "t" });
  expect(() => auth0CredentialsFrom({}, { AUTH0_DOMAIN: "x" })).toThrow("AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET");
});

test("an expired or revoked token is fetched again, once", async () => {
  const sandbox = openSandbox(temporaryFolder());
  const access = await sandbox.access();
  const client = new Auth0Client({ ...access, domain: "sandbox" });
  expect(await client.getEventStream("est_0000000000000000000000", signal)).toBeUndefined();
  // The sandbox forgets its signing key: tokens given out so far are worth nothing.
  const { writeFileSync, readFileSync } = await import("node:fs");
  const file = sandbox.folder.file("credentials.json");
  writeFileSync(file, readFileSync(file, "utf8").replace(/"signingKey":"[^"]+"/, '"signingKey":"another"'));
  const restarted = openSandbox(sandbox.folder.path);
  const moved = new Auth0Client({ ...access, baseUrl: (await restarted.access()).baseUrl, domain: "sandbox" });
  expect(await moved.getEventStream("est_0000000000000000000000", signal)).toBeUndefined();
  await sandbox.close();
  await restarted.close();
});

test("a token that lives only seconds is used, not fetched for ever", async () => {
  const { createServer } = await import("node:http");
  let grants = 0;
  const server = createServer((request, response) => {
    if (request.url === "/oauth/token")
      response.end(JSON.stringify({ access_token: String((grants += 1)), expires_in: 30 }));
    else response.end(JSON.stringify({ eventStreams: [] }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const client = new Auth0Client({
    domain: "d",
    clientId: "i",
    clientSecret: "s",
    baseUrl: `http://127.0.0.1:${port}`,
  });
  for await (const page of client.listEventStreams(signal)) expect(page).toEqual([]);
  expect(grants).toBe(1);
  server.closeAllConnections();
  server.close();
});

interface Exchange {
  phase: string;
  method: string;
  url: string;
  body: Record<string, unknown>;
}

describe("what is sent, beside what the official provider sends", () => {
  const transcript = pulumiFixtureLines<Exchange>("http-transcript.main.jsonl");

  test.each(["POST", "PATCH"])("the bodies of every %s are the same", async (method) => {
    const bodies = transcript
      .filter((each) => each.method === method && each.url.startsWith("/api/v2/event-streams"))
      .map(({ body }) => body);
    expect(bodies.length).toBeGreaterThan(1);
    for (const body of bodies) {
      const sent = await sentFor(method, inputsFrom(body));
      expect(sent).toEqual(body);
    }
  });
});

/** The inputs of a program that would make the provider send this body. */
function inputsFrom(body: Record<string, unknown>): PropertyMap {
  const { name, subscriptions, status, destination } = body as {
    name: string;
    status?: string;
    subscriptions: { event_type: string }[];
    destination?: { type: string; configuration: Record<string, unknown> };
  };
  const common = {
    name,
    subscriptions: subscriptions.map(({ event_type }) => event_type),
    ...(status ? { status } : {}),
  };
  if (destination?.type === "webhook") {
    const { webhook_endpoint, webhook_authorization: auth } = destination.configuration as {
      webhook_endpoint: string;
      webhook_authorization: Record<string, string>;
    };
    const { method = "", username, password, token } = auth;
    const webhookAuthorization = Object.fromEntries(
      Object.entries({ method, username, password, token }).filter(([, value]) => value !== undefined),
    ) as PropertyMap;
    return {
      ...common,
      destinationType: "webhook",
      webhookConfiguration: { webhookEndpoint: webhook_endpoint, webhookAuthorization },
    };
  }
  const { aws_account_id = "123456789012", aws_region = "us-east-1" } = (destination?.configuration ?? {}) as Record<
    string,
    string
  >;
  return {
    ...common,
    destinationType: "eventbridge",
    eventbridgeConfiguration: { awsAccountId: aws_account_id, awsRegion: aws_region },
  };
}

async function sentFor(method: string, inputs: PropertyMap): Promise<unknown> {
  const { createServer } = await import("node:http");
  const { text } = await import("node:stream/consumers");
  let body: unknown;
  const server = createServer((request, response) => {
    void text(request).then((content) => {
      if (request.url === "/oauth/token")
        return response.end(JSON.stringify({ access_token: "x", expires_in: 86_400 }));
      body = JSON.parse(content);
      const stream = {
        id: "est_1",
        name: "n",
        status: "enabled",
        subscriptions: [],
        created_at: "",
        updated_at: "",
        destination: { type: "action", configuration: { action_id: "" } },
      };
      response.statusCode = 201;
      return response.end(JSON.stringify(stream));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  const plugin = auth0Plugin({
    env: {},
    override: async () => ({ domain: "d", clientId: "i", clientSecret: "s", baseUrl: `http://127.0.0.1:${port}` }),
  });
  const driver = plugin.configure({}).driver("auth0:index/eventStream:EventStream");
  if (method === "POST") await driver?.create({ inputs, signal });
  else await driver?.update({ id: "est_1", inputs, oldOutputs: { status: "enabled" }, signal });
  server.closeAllConnections();
  server.close();
  return body;
}
