import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { emitLogs, openSandbox } from "../../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../../pkg/sandbox/index.ts";
import { registerReceiver } from "../../../pkg/sandbox/host/receivers.ts";
import { temporaryFolder } from "../../support/cli.ts";
import { managementApi } from "../../support/management-api.ts";

interface LogRecord {
  log_id: string;
  data: Record<string, unknown>;
}

const TYPES = [
  { code: "s", title: "Success Login", filter: "auth.login.success", isPrioritized: false },
  { code: "fp", title: "Failed Login (Incorrect Password)", filter: "auth.login.fail", isPrioritized: false },
  { code: "limit_wc", title: "Blocked Account", filter: "other", isPrioritized: true },
];

let sandbox: Sandbox;
let receiver: ReturnType<typeof createServer>;
let received: { headers: IncomingHttpHeaders; url: string; body: string }[];
let answers: (number: number) => number;
let make: (type: string, sink: object, more?: object) => Promise<{ id: string }>;
beforeEach(async () => {
  sandbox = openSandbox(temporaryFolder());
  received = [];
  answers = () => 204;
  receiver = createServer((request, response) => {
    void text(request).then((body) => {
      received.push({ headers: request.headers, url: request.url ?? "", body });
      response.writeHead(answers(received.length)).end();
    });
  });
  await new Promise<void>((done) => receiver.listen(0, "127.0.0.1", done));
  registerReceiver(sandbox.folder, "logs", `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`);
  const send = await managementApi(sandbox);
  make = async (type, sink, more = {}) => {
    const answer = await send("POST", "/api/v2/log-streams", JSON.stringify({ name: "logs", type, sink, ...more }));
    expect(answer.status).toBe(200);
    return JSON.parse(answer.text) as { id: string };
  };
});
afterEach(async () => {
  receiver.close();
  await sandbox.close();
});

const emit = (count: number) => emitLogs(sandbox.folder, TYPES, count, { wait: 1 });
const http = (more: object = {}): object => ({ httpEndpoint: "https://example.com/in?a=1", ...more });

describe("log records", () => {
  test.each<[string, object, (body: string) => LogRecord[]]>([
    [
      "lines",
      {},
      (body) =>
        body
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as LogRecord),
    ],
    ["an array", { httpContentFormat: "JSONARRAY" }, (body) => JSON.parse(body) as LogRecord[]],
    ["an object", { httpContentFormat: "JSONOBJECT" }, (body) => (JSON.parse(body) as { logs: LogRecord[] }).logs],
  ])("come to an http sink as %s, 100 a post, with its headers", async (_, format, read) => {
    const httpCustomHeaders = [{ header: "X-Team", value: "id" }];
    await make("http", http({ ...format, httpAuthorization: "Basic x", httpCustomHeaders }));
    const { counts } = await emit(250);
    expect(counts).toMatchObject([{ outcome: "delivered", count: 250, detail: "204" }]);
    expect(received).toHaveLength(3);
    expect(received[0]).toMatchObject({ url: "/in?a=1", headers: { authorization: "Basic x", "x-team": "id" } });
    const records = received.flatMap(({ body }) => read(body));
    expect(new Set(records.map(({ log_id }) => log_id)).size).toBe(250);
    expect(records[1]).toMatchObject({
      data: {
        type: "fp",
        description: "Failed Login (Incorrect Password)",
        user_name: expect.stringContaining("@") as string,
      },
    });
    expect(records.every(({ log_id, data }) => data["log_id"] === log_id)).toBe(true);
  });

  test("are tried three times, then they have failed", async () => {
    await make("http", http());
    answers = (number) => (number < 3 ? 503 : 200);
    expect((await emit(10)).counts).toMatchObject([{ outcome: "delivered", count: 10 }]);
    answers = () => 500;
    expect((await emit(10)).counts).toMatchObject([{ outcome: "failed", count: 10 }]);
    expect(received).toHaveLength(6);
  });

  test.each<[string, object, string[]]>([
    ["no filters", {}, ["s", "fp", "limit_wc"]],
    ["a filter", { filters: [{ type: "category", name: "auth.login.fail" }] }, ["fp"]],
    ["priority", { isPriority: true }, ["limit_wc"]],
  ])("with %s come those that it lets through", async (_, more, codes) => {
    await make("http", http({ httpContentFormat: "JSONARRAY" }), more);
    await emit(30);
    const records = received.flatMap(({ body }) => JSON.parse(body) as LogRecord[]);
    expect(new Set(records.map(({ data }) => data["type"]))).toEqual(new Set(codes));
  });

  test("of one seed are of the same people, who always come the same way", async () => {
    await make("http", http({ httpContentFormat: "JSONARRAY" }));
    await emit(100);
    await emit(100);
    const [first = [], second = []] = received.map(({ body }) => JSON.parse(body) as LogRecord[]);
    const people = (records: LogRecord[]) =>
      records.map(({ data }) => [data["user_id"], data["ip"], data["client_name"]]);
    expect(people(first)).toEqual(people(second));
    const ways = new Map<unknown, unknown>();
    for (const { data } of first) {
      expect(ways.get(data["user_id"]) ?? data["connection"]).toBe(data["connection"]);
      ways.set(data["user_id"], data["connection"]);
    }
    expect(ways.size).toBeGreaterThan(10);
  });

  test("for EventBridge are dropped while no bus is there; the inbox stands in for sinks elsewhere", async () => {
    await make("eventbridge", { awsAccountId: "123456789012", awsRegion: "us-east-1" });
    await make("datadog", { datadogApiKey: "k", datadogRegion: "us" });
    const { counts } = await emit(5);
    expect(counts.map(({ outcome, count }) => [outcome, count])).toEqual([
      ["dropped", 5],
      ["delivered", 5],
    ]);
    expect(received).toEqual([]);
    expect(sandbox.status().counts).toHaveLength(2);
    expect(sandbox.status().logStreams).toMatchObject([
      { name: "logs", type: "eventbridge", status: "active" },
      { name: "logs", type: "datadog", status: "active" },
    ]);
    expect(JSON.stringify(sandbox.status())).not.toContain("datadogApiKey");
  });
});
