import { once } from "node:events";
import { connect } from "node:net";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { Authorization, DEFAULT_LIMITS, basicCredentials } from "../../pkg/delivery/index.ts";
import { HttpReceiver } from "../../pkg/delivery/receiver/http-receiver.ts";
import type { ReceiverOptions, Store } from "../../pkg/delivery/receiver/http-receiver.ts";
import { SpoolError } from "../../pkg/delivery/spool/spool-error.ts";
import { cloudEvent, logRecord, post } from "./support/load.ts";
import { bodiesIn, openSpool, scratch } from "./support/spool.ts";

const line = (number: number): string => JSON.stringify(logRecord(number));
const RIGHT = { authorization: "Bearer secret" };

/** A receiver on a spool of its own, or on another store. */
async function receiver(options: Partial<ReceiverOptions> = {}, store?: Store) {
  const spool = store ? undefined : await openSpool(scratch());
  const made = new HttpReceiver(store ?? (spool as unknown as Store), {
    host: "127.0.0.1",
    port: 0,
    path: "/events",
    authorization: new Authorization(RIGHT),
    limits: DEFAULT_LIMITS,
    ...options,
  });
  const { port } = await made.listen();
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await made.stop();
    await spool?.close();
  };
  onTestFinished(stop);
  return { port, counts: made.counts, bodies: async () => (spool ? bodiesIn(spool) : []), stop, made };
}

/** What a raw client gets back until the connection ends. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString()));
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return answer;
}

describe("what is answered", () => {
  test.each([
    ["one CloudEvent", JSON.stringify(cloudEvent(1)), {}, 200, { accepted: 1, duplicates: 0, malformed: 0 }],
    ["a printed CloudEvent", JSON.stringify(cloudEvent(1), null, 2), {}, 200, { accepted: 1 }],
    ["lines", `${line(1)}\n${line(2)}\n`, {}, 200, { accepted: 2 }],
    ["a list", `[${line(1)},${line(2)}]`, {}, 200, { accepted: 2 }],
    ["the same twice", `${line(1)}\n${line(1)}`, {}, 200, { accepted: 1, duplicates: 1 }],
    ["a bad line among good ones", `${line(1)}\n{"half\n${line(2)}`, {}, 200, { accepted: 2, malformed: 1 }],
    ["an empty list", "[]", {}, 200, { accepted: 0 }],
    ["gzip", gzipSync(line(1)), { "content-encoding": "gzip" }, 200, { accepted: 1 }],
    ["deflate", deflateSync(line(1)), { "content-encoding": "deflate" }, 200, { accepted: 1 }],
    ["no content type that says JSON", line(1), { "content-type": "text/plain" }, 200, { accepted: 1 }],
    ["nothing", "", {}, 400, { error: "malformed" }],
    ["no JSON", "hello", {}, 400, { error: "malformed" }],
    ["JSON that is no event", '{"type":"s"}', {}, 400, { error: "malformed" }],
    ["bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0x22]), {}, 400, { error: "malformed" }],
    ["gzip that is none", "hello", { "content-encoding": "gzip" }, 400, { error: "malformed" }],
    ["half of a gzip", gzipSync(line(1)).subarray(0, 40), { "content-encoding": "gzip" }, 400, { error: "malformed" }],
    ["an unknown encoding", line(1), { "content-encoding": "zstd" }, 415, { error: "unsupported-encoding" }],
    ["an image", line(1), { "content-type": "image/png" }, 415, { error: "unsupported-type" }],
    ["a wrong secret", line(1), { authorization: "Bearer wrong" }, 401, { error: "unauthorized" }],
    ["no secret", line(1), { authorization: "" }, 401, { error: "unauthorized" }],
  ])("%s", async (_, body, headers, status, answer) => {
    const { port } = await receiver();
    const posted = await post(port, body, { ...RIGHT, ...headers });
    expect(posted.status).toBe(status);
    expect(JSON.parse(posted.body)).toMatchObject(answer);
  });

  test("another path is 404, another method 405", async () => {
    const { port } = await receiver();
    expect((await post(port, line(1), RIGHT, "/other")).status).toBe(404);
    expect((await post(port, line(1), RIGHT, "/events?from=auth0")).status).toBe(200);
    const response = await fetch(`http://127.0.0.1:${port}/events`, { headers: RIGHT });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });

  test("a body beyond the limit is 413: announced, sent in pieces, or unpacked", async () => {
    const { port, bodies } = await receiver({
      limits: { ...DEFAULT_LIMITS, maxBodyBytes: 5000, maxUnpackedBytes: 20_000 },
    });
    const long = JSON.stringify(logRecord(1, { pad: "x".repeat(100_000) }));
    expect((await post(port, long)).status).toBe(413);
    expect((await post(port, long, { ...RIGHT, "transfer-encoding": "chunked" })).status).toBe(413);
    const bomb = gzipSync(Buffer.alloc(4_000_000, 32));
    expect(bomb.length).toBeLessThan(5000);
    expect((await post(port, bomb, { ...RIGHT, "content-encoding": "gzip" })).status).toBe(413);
    expect(await bodies()).toEqual([]);
  });

  test("2xx comes after the store has it, and not before", async () => {
    let stored: () => void = () => {};
    const gate = new Promise<void>((resolve) => (stored = resolve));
    const store: Store = {
      append: async (events) => {
        await gate;
        return { accepted: events.length, duplicates: 0, malformed: 0 };
      },
    };
    const { port } = await receiver({}, store);
    let isAnswered = false;
    const posting = post(port, line(1)).then((answer) => {
      isAnswered = true;
      return answer;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isAnswered).toBe(false);
    stored();
    expect((await posting).status).toBe(200);
  });

  test.each(["busy", "full", "io", "closed"] as const)("a spool that is %s is 503 with Retry-After", async (code) => {
    const store: Store = { append: () => Promise.reject(new SpoolError(code, "no")) };
    const { port, counts } = await receiver({}, store);
    expect(await post(port, line(1))).toMatchObject({ status: 503 });
    expect(counts.refusals.get(`spool-${code}`)).toBe(1);
  });

  test("a flush that takes longer than Auth0 waits is 503; the repeat is a duplicate", async () => {
    const spool = await openSpool(scratch());
    let slow = 300;
    const store: Store = {
      append: async (events, malformed) => {
        const wait = slow;
        slow = 0;
        await new Promise((resolve) => setTimeout(resolve, wait));
        return spool.append(events, malformed);
      },
    };
    const { port } = await receiver({ limits: { ...DEFAULT_LIMITS, answerMs: 50 } }, store);
    expect((await post(port, line(1))).status).toBe(503);
    await expect.poll(() => spool.size.next).toBe(2);
    expect(JSON.parse((await post(port, line(1))).body)).toMatchObject({ accepted: 0, duplicates: 1 });
    await spool.close();
  });

  test("more requests at once than the limit are 503, and the next ones are taken again", async () => {
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const store: Store = {
      append: async (events) => {
        await gate;
        return { accepted: events.length, duplicates: 0, malformed: 0 };
      },
    };
    const { port, counts } = await receiver({ limits: { ...DEFAULT_LIMITS, maxRequests: 2 } }, store);
    const first = [post(port, line(1)), post(port, line(2))];
    await expect.poll(() => counts.active).toBe(2);
    expect((await post(port, line(3))).status).toBe(503);
    open();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await post(port, line(3))).status).toBe(200);
  });

  test("while it stops, what is under way is answered 200", async () => {
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const store: Store = {
      append: async (events) => {
        await gate;
        return { accepted: events.length, duplicates: 0, malformed: 0 };
      },
    };
    const { port, counts, stop } = await receiver({}, store);
    const posting = post(port, line(1));
    await expect.poll(() => counts.active).toBe(1);
    const stopping = stop();
    open();
    expect((await posting).status).toBe(200);
    await stopping;
    await expect(post(port, line(2))).rejects.toThrow(/ECONNREFUSED|ECONNRESET|hang up/);
  });
});

describe("who may post", () => {
  const NOW = Date.parse("2026-01-01T00:00:00Z");
  const HOUR = 3_600_000;

  test.each([
    ["bearer", { authorization: "Bearer a" }, { authorization: "Bearer a" }, "right"],
    ["bearer, in another case", { authorization: "Bearer a" }, { authorization: "bearer a" }, "wrong"],
    ["basic", basicCredentials("u", "p"), { authorization: "Basic dTpw" }, "right"],
    ["a header of its own", { "X-Api-Key": "k" }, { "x-api-key": "k" }, "right"],
    ["a header that is missing", { "X-Api-Key": "k" }, { authorization: "k" }, "wrong"],
    ["both of two", { authorization: "raw", "x-key": "k" }, { authorization: "raw", "x-key": "k" }, "right"],
    ["one of two", { authorization: "raw", "x-key": "k" }, { authorization: "raw" }, "wrong"],
    ["an empty authorization that is asked for, but not given", { authorization: "" }, {}, "wrong"],
    ["nothing is asked for", {}, {}, "right"],
  ] as const)("%s", (_, wanted, given, verdict) => {
    expect(new Authorization(wanted).check(given, NOW)).toBe(verdict);
  });

  test("during a rotation both secrets are right, then the earlier one is 503 for a day, then 401", () => {
    const authorization = new Authorization({ authorization: "Bearer new" }, [
      { credentials: { authorization: "Bearer old" }, until: NOW },
    ]);
    const check = (secret: string, at: number): string =>
      authorization.check({ authorization: `Bearer ${secret}` }, NOW + at);
    expect([-HOUR, 0, 23 * HOUR, 24 * HOUR].map((at) => check("old", at))).toEqual([
      "right",
      "lately",
      "lately",
      "wrong",
    ]);
    expect([-HOUR, 0, 24 * HOUR].map((at) => check("new", at))).toEqual(["right", "right", "right"]);
    expect(check("other", -HOUR)).toBe("wrong");
  });

  test("a secret that was rotated away lately is 503, which Auth0 tries again", async () => {
    const authorization = new Authorization({ authorization: "Bearer new" }, [
      { credentials: RIGHT, until: Date.now() - 1000 },
    ]);
    const { port, counts } = await receiver({ authorization });
    expect((await post(port, line(1))).status).toBe(503);
    expect(counts.refusals.get("secret-out-of-date")).toBe(1);
  });
});

describe("clients that are slow, or no clients of HTTP", () => {
  test("a request that does not arrive in time is cut with 503: a 408 would end the event for Auth0", async () => {
    const { port } = await receiver({ limits: { ...DEFAULT_LIMITS, requestMs: 300 } });
    const answer = await raw(
      port,
      "POST /events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer secret\r\ncontent-length: 100\r\n\r\n{",
    );
    expect(answer).toMatch(/^HTTP\/1.1 503 /);
  });

  test.each([
    ["no HTTP", "hello\r\n\r\n", /^HTTP\/1.1 400 /],
    [
      "two lengths",
      "POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
      /^HTTP\/1.1 400 /,
    ],
    [
      "length and chunks",
      "POST /events HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      /^HTTP\/1.1 400 /,
    ],
    ["endless headers", `POST /events HTTP/1.1\r\nhost: a\r\nx: ${"y".repeat(40_000)}\r\n\r\n`, /^HTTP\/1.1 431 /],
  ])("%s is refused", async (_, text, expected) => {
    const { port } = await receiver();
    expect(await raw(port, text)).toMatch(expected);
    expect((await post(port, line(1))).status).toBe(200);
  });

  test("a client that goes away in the middle leaves nothing behind", async () => {
    const { port, bodies, counts } = await receiver();
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `POST /events HTTP/1.1\r\nhost: a\r\nauthorization: Bearer secret\r\ncontent-length: 5000\r\n\r\n${line(1)}`,
    );
    await expect.poll(() => counts.active).toBe(1);
    socket.destroy();
    await expect.poll(() => counts.active).toBe(0);
    expect(await bodies()).toEqual([]);
  });

  test("whatever bodies and headers come, it answers, and keeps what it answered 200 for", async () => {
    const { port, bodies } = await receiver();
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.constant("[".repeat(100_000)), fc.constant(line(1))),
        fc.constantFrom("application/json", "", "application/x-ndjson", "text/html", 'a/b;c="d'),
        fc.constantFrom("gzip", "deflate", "br", "identity", "", "gzip, gzip"),
        fc.boolean(),
        async (text, type, encoding, packs) => {
          const body = packs ? gzipSync(text) : Buffer.from(text);
          const { status, body: answer } = await post(port, body, {
            ...RIGHT,
            "content-type": type,
            "content-encoding": encoding,
          });
          expect([200, 400, 413, 415]).toContain(status);
          if (status === 200) kept += (JSON.parse(answer) as { accepted: number }).accepted;
        },
      ),
      { numRuns: 200 },
    );
    expect(await bodies()).toHaveLength(kept);
  });
});
