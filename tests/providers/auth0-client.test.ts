import { describe, expect, test } from "vitest";
import { Auth0Client } from "../../pkg/providers/index.ts";
import { listening } from "../support/http.ts";
import { TestClock } from "../support/test-clock.ts";

const { signal } = new AbortController();
const PAGE = { eventStreams: [] };

interface Scripted {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** A tenant that gives these answers to the API's requests, in order; after that an empty page. */
async function tenant(answers: Scripted[] = [], grant: object = { expires_in: 3600 }) {
  const seen = { grants: 0, requests: 0, forms: [] as string[] };
  const baseUrl = await listening((request, response) => {
    if (request.url === "/oauth/token") {
      const access_token = `token-${(seen.grants += 1)}`;
      return void response.end(JSON.stringify({ access_token, ...grant }));
    }
    seen.requests += 1;
    const { status = 200, headers = {}, body = PAGE } = answers.shift() ?? {};
    return void response.writeHead(status, headers).end(JSON.stringify(body));
  });
  const clock = new TestClock();
  const credentials = { domain: "acme.auth0.com", clientId: "i", clientSecret: "hush-secret", baseUrl };
  return { clock, seen, client: new Auth0Client(credentials, clock) };
}

async function list(client: Auth0Client): Promise<void> {
  for await (const _ of client.listEventStreams(signal));
}

describe("access tokens", () => {
  test.each([
    [3600, 3539, 1],
    [3600, 3541, 2],
    [86_400, 86_339, 1],
    [86_400, 86_341, 2],
    [30, 14, 1],
    [30, 16, 2],
  ])("one that lives %i s is used for the requests of %i s: %i tokens", async (expires_in, seconds, grants) => {
    const { client, clock, seen } = await tenant([], { expires_in });
    await list(client);
    clock.time += seconds * 1000;
    await list(client);
    expect(seen.grants).toBe(grants);
  });

  test("many requests at once fetch one", async () => {
    const { client, seen } = await tenant();
    await Promise.all(Array.from({ length: 10 }, () => list(client)));
    expect(seen).toMatchObject({ grants: 1, requests: 10 });
  });

  test("one that is refused is replaced, once", async () => {
    const refused = { status: 401, body: { statusCode: 401, message: "Invalid token" } };
    const once = await tenant([refused]);
    await list(once.client);
    expect(once.seen).toMatchObject({ grants: 2, requests: 2 });
    const twice = await tenant([refused, refused]);
    await expect(list(twice.client)).rejects.toThrow("Auth0 answered 401: Invalid token");
    expect(twice.seen).toMatchObject({ grants: 2, requests: 2 });
  });
});

describe("refusals for the rate", () => {
  test.each([
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "0" }, 200],
    [{ "retry-after": "-5" }, 200],
    [{ "retry-after": "1e9" }, 60_000],
    [{ "retry-after": "Infinity" }, 1000],
    [{ "x-ratelimit-reset": String(Date.parse("2026-01-01T00:00:05Z") / 1000) }, 5000],
    [{}, 1000],
  ])("%j is waited out for %i ms", async (headers, ms) => {
    const { client, clock, seen } = await tenant([{ status: 429, headers: { ...headers } }]);
    const before = clock.time;
    await list(client);
    expect(seen.requests).toBe(2);
    // Up to 250 ms more, so that those who wait do not come at once.
    expect(clock.time - before).toBeGreaterThanOrEqual(ms);
    expect(clock.time - before).toBeLessThanOrEqual(ms + 251);
  });

  test("are waited out for three minutes at most", async () => {
    const slow = Array.from({ length: 10 }, () => ({ status: 429, headers: { "retry-after": "59" } }));
    const { client, clock } = await tenant(slow);
    const before = clock.time;
    await expect(list(client)).rejects.toThrow("still refused after");
    expect(clock.time - before).toBeLessThanOrEqual(180_000);
  });
});

describe("a message that repeats a secret", () => {
  test.each(["hush-secret", "token-1"])("of the API: %s", async (secret) => {
    const { client } = await tenant([{ status: 400, body: { statusCode: 400, message: `bad ${secret}!` } }]);
    await expect(list(client)).rejects.toThrow("Auth0 answered 400: bad [secret]! (GET");
  });

  test("of the token endpoint", async () => {
    const baseUrl = await listening((_, response) => {
      response.writeHead(403).end(JSON.stringify({ error: "denied", error_description: "client_secret hush%20me" }));
    });
    const credentials = { domain: "d", clientId: "i", clientSecret: "hush me", baseUrl };
    await expect(list(new Auth0Client(credentials, new TestClock()))).rejects.toThrow("client_secret [secret]");
  });
});
