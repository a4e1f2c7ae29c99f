import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { CommandSink, HttpSink } from "../../pkg/delivery/index.ts";
import { retryAfter } from "../../pkg/delivery/sinks/http.ts";
import { StoredEvent } from "../../pkg/delivery/stored-event.ts";
import { logRecord } from "./support/load.ts";
import { scratch } from "./support/spool.ts";

const never = new AbortController().signal;
const stored = (position: number): StoredEvent =>
  new StoredEvent(position, Buffer.from(JSON.stringify(logRecord(position))));
const several = (from: number, to: number): StoredEvent[] =>
  Array.from({ length: to - from + 1 }, (_, offset) => stored(from + offset));

interface Seen {
  headers: IncomingHttpHeaders;
  body: string;
}

/** An endpoint that answers what it is told for each body. */
async function endpoint(answer: (body: string, count: number) => number | { status: number; headers: object }) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      seen.push({ headers: request.headers, body });
      const given = answer(body, seen.length);
      const { status, headers } = typeof given === "number" ? { status: given, headers: {} } : given;
      response.writeHead(status, headers as Record<string, string>).end("whatever");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/in` };
}

const sinkFor = (url: string, more: object = {}): HttpSink =>
  new HttpSink({ url, headers: { authorization: "Bearer t" }, format: "lines", timeoutMs: 5000, ...more });

describe("the http sink", () => {
  test.each([
    ["lines", "application/x-ndjson", `${stored(1).body}\n${stored(2).body}`],
    ["array", "application/json", `[${stored(1).body},${stored(2).body}]`],
  ] as const)("posts %s with its headers and a key that a repeat has too", async (format, type, body) => {
    const { seen, url } = await endpoint(() => 204);
    const sink = sinkFor(url, { format });
    expect(await sink.deliver(several(1, 2), never)).toEqual({ settled: 2 });
    await sink.deliver(several(1, 2), never);
    await sink.deliver(several(2, 2), never);
    const keys = seen.map(({ headers }) => headers["idempotency-key"]);
    expect(seen[0]).toMatchObject({ headers: { "content-type": type, authorization: "Bearer t" }, body });
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).toBe(stored(2).id);
  });

  test("one event a request, where that is asked for", async () => {
    const { seen, url } = await endpoint((_, count) => (count === 3 ? 500 : 200));
    const sink = sinkFor(url, { format: "single" });
    expect(await sink.deliver(several(1, 4), never)).toMatchObject({ settled: 2, again: { reason: "answered 500" } });
    expect(seen.map(({ headers }) => headers["idempotency-key"])).toEqual(several(1, 3).map(({ id }) => id));
  });

  test.each([500, 502, 503, 429, 408, 401, 403, 404, 302])("%i is tried again", async (status) => {
    const { url } = await endpoint(() => ({
      status,
      headers: { "retry-after": "7", location: "http://127.0.0.1:9/" },
    }));
    expect(await sinkFor(url).deliver(several(1, 3), never)).toEqual({
      settled: 0,
      again: { reason: `answered ${status}`, afterMs: 7000 },
    });
  });

  test.each([400, 413, 422])("what is refused with %i is halved until the one event is found", async (status) => {
    const { url } = await endpoint((body) => (body.includes(stored(5).id) ? status : 200));
    expect(await sinkFor(url).deliver(several(1, 8), never)).toEqual({
      settled: 8,
      refused: [{ index: 4, reason: `answered ${status}` }],
    });
  });

  test("a failure in the middle of halving settles what came before it", async () => {
    const { url } = await endpoint((body) =>
      body.includes(stored(1).id) && body.includes(stored(4).id) ? 413 : body.includes(stored(3).id) ? 503 : 200,
    );
    expect(await sinkFor(url).deliver(several(1, 4), never)).toMatchObject({
      settled: 2,
      again: { reason: "answered 503" },
    });
  });

  test("nobody there, and no answer in time, are tried again", async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const { port: free } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const sink = new HttpSink({ url: `http://127.0.0.1:${free}/`, headers: {}, format: "lines", timeoutMs: 1000 });
    expect(await sink.deliver(several(1, 1), never)).toMatchObject({ settled: 0, again: { reason: "ECONNREFUSED" } });
    const mute = createServer(() => {});
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      mute.closeAllConnections();
      mute.close();
    });
    const { port } = mute.address() as AddressInfo;
    const waiting = new HttpSink({ url: `http://127.0.0.1:${port}/`, headers: {}, format: "lines", timeoutMs: 100 });
    expect(await waiting.deliver(several(1, 1), never)).toMatchObject({ again: { reason: "no answer in time" } });
  });

  test.each([
    ["120", 120_000],
    ["0", 0],
    ["-5", 0],
    ["Thu, 01 Jan 2026 00:01:00 GMT", 60_000],
    ["soon", undefined],
    ["", undefined],
    [null, undefined],
  ])("Retry-After %j is %s ms", (value, expected) => {
    expect(retryAfter(value, Date.parse("2026-01-01T00:00:00Z"))).toBe(expected);
  });
});

describe("the command sink", () => {
  const program = (code: string, acknowledges: boolean, directory = scratch()) => {
    const output: string[] = [];
    const sink = new CommandSink({
      command: [process.execPath, "-e", code],
      directory,
      acknowledges,
      onOutput: (text) => output.push(text),
    });
    onTestFinished(() => sink.close());
    return { sink, output, directory };
  };
  const COPY = `process.stdin.on("data", (chunk) => require("node:fs").appendFileSync("got", chunk))`;
  const ANSWER = `require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    require("node:fs").appendFileSync("got", line + "\\n"); console.log("ok"); LATER })`;

  test("writes lines to a program that keeps running, and lets it read to the end", async () => {
    const { sink, directory } = program(COPY, false);
    expect(await sink.deliver(several(1, 2), never)).toEqual({ settled: 2 });
    expect(await sink.deliver(several(3, 3), never)).toEqual({ settled: 1 });
    await sink.close();
    const expected = several(1, 3).map(({ body }) => `${body}\n`);
    expect(readFileSync(join(directory, "got"), "utf8")).toBe(expected.join(""));
  });

  test("waits for a line an event where the program acknowledges", async () => {
    const { sink } = program(ANSWER.replace("LATER", ""), true);
    expect(await sink.deliver(several(1, 3), never)).toEqual({ settled: 3 });
  });

  test("a program that dies settles what it acknowledged, and is started again", async () => {
    const { sink } = program(ANSWER.replace("LATER", `if (line.includes("${stored(2).id}")) process.exit(1)`), true);
    const first = await sink.deliver(several(1, 4), never);
    expect(first).toMatchObject({ settled: 2, again: { reason: "the program has ended" } });
    expect(await sink.deliver(several(3, 4), never)).toEqual({ settled: 2 });
  });

  test("a program that is not there is tried again", async () => {
    const sink = new CommandSink({
      command: ["no-such-program"],
      directory: scratch(),
      acknowledges: false,
      onOutput: () => {},
    });
    expect(await sink.deliver(several(1, 1), never)).toMatchObject({ settled: 0, again: {} });
    await sink.close();
  });
});
