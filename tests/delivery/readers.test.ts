import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isMalformed } from "../../pkg/delivery/event.ts";
import { readBody } from "../../pkg/delivery/readers/read-body.ts";
import { onOneLine, readEvent, recordOf } from "../../pkg/delivery/readers/read-event.ts";
import { cloudEvent, logRecord } from "./support/load.ts";

const FOLDER = "tests/fixtures/events";
const fixture = (name: string): string => readFileSync(join(FOLDER, name), "utf8");

const LOG_ID = "90020240115103004123000000000000000001223372045029303662";

describe("the forms that Auth0 uses", () => {
  test.each(readdirSync(FOLDER))("%s is read, and nothing of it is lost", (name) => {
    const { events, malformed } = readBody(fixture(name));
    expect(malformed).toEqual([]);
    expect(events.length).toBeGreaterThan(0);
    for (const { body } of events) expect(onOneLine(fixture(name))).toContain(body.trim());
  });

  test("a CloudEvent of an event stream", () => {
    expect(readBody(fixture("cloud-event.user.created.json")).events).toMatchObject([
      {
        id: expect.stringMatching(/^evt_/),
        surface: "event",
        type: "user.created",
        time: "2025-02-01T12:34:56Z",
        tenant: "my-tenant",
        stream: "est_vjFVP5pVdfvsfRKatshkVV",
      },
    ]);
  });

  test("a bare log record", () => {
    expect(readBody(fixture("log-record.s.json")).events).toMatchObject([
      { id: LOG_ID, surface: "log", type: "s", time: "2024-01-15T10:30:00.000Z", tenant: "acme", stream: null },
    ]);
  });

  test.each([
    ["JSONLINES", "log-stream.jsonlines.txt", ["s", "fp", "ss", "slo", "fs", "sapi"]],
    ["JSONARRAY", "log-stream.jsonarray.json", ["s", "fp", "ss", "slo", "fs", "sapi"]],
    ["JSONOBJECT, several", "log-stream.jsonobject-logs.json", ["s", "fp"]],
    ["JSONOBJECT, one", "log-stream.jsonobject-one.json", ["s"]],
  ])("a log stream's %s", (_, name, types) => {
    const { events } = readBody(fixture(name));
    expect(events.map(({ type }) => type)).toEqual(types);
    expect(events.every(({ id, surface }) => /^900\d{53}$/.test(id) && surface === "log")).toBe(true);
  });

  test("EventBridge's envelope around a log record: its id is Auth0's, not EventBridge's", () => {
    expect(readBody(fixture("event-bridge.log.s.json")).events).toMatchObject([
      { id: LOG_ID, surface: "log", type: "s" },
    ]);
  });

  test("EventBridge's envelope around a CloudEvent", () => {
    const { events } = readBody(fixture("event-bridge.event.user.created.json"));
    expect(events).toMatchObject([{ id: expect.stringMatching(/^evt_/), surface: "event", type: "user.created" }]);
  });

  test("a page of the Logs API", () => {
    const { events } = readBody(fixture("logs-api.page.json"));
    expect(events.map(({ type }) => type)).toEqual(["fn", "sapi"]);
  });

  test.each([
    ["cloud-event.user.created.json", "user.created"],
    ["event-bridge.log.s.json", "s"],
    ["log-stream.jsonobject-one.json", "s"],
  ])("the record itself, whatever is around it: %s", (name, type) => {
    const [event] = readBody(fixture(name)).events;
    expect(recordOf({ body: event?.body ?? "" })["type"]).toBe(type);
  });
});

describe("what is not an event", () => {
  test.each([
    ["nothing", ""],
    ["no JSON", "hello"],
    ["half an object", '{"log_id": "1", "type'],
    ["a number", "42"],
    ["an object without an id", '{"type":"s"}'],
    ["an id that is no text", '{"log_id":7,"type":"s"}'],
    ["an id with a line break", '{"log_id":"a\\nb","type":"s"}'],
    ["an id that is too long", JSON.stringify(logRecord(1, { log_id: "9".repeat(257) }))],
    ["no type", '{"log_id":"1"}'],
    ["a CloudEvent without an id", JSON.stringify(cloudEvent(1, { id: undefined }))],
    ["an envelope around nothing", '{"detail-type":"Auth0 log","detail":null}'],
    ["a list that does not end", `[${JSON.stringify(logRecord(1))},`],
    ["a list with something behind it", `[${JSON.stringify(logRecord(1))}]]`],
    ["brackets that do not match", '[{"log_id":"1","type":"s"]}'],
  ])("%s", (_, text) => {
    const { events, malformed } = readBody(text);
    expect(events).toEqual([]);
    expect(malformed).toHaveLength(1);
  });

  test("good lines are kept beside bad ones", () => {
    const text = ['{"torn', JSON.stringify(logRecord(1)), "", JSON.stringify(logRecord(2)), '{"type":"s"}'].join(
      "\r\n",
    );
    const { events, malformed } = readBody(text);
    expect(events).toHaveLength(2);
    expect(malformed.map(({ reason }) => reason)).toEqual([
      "not JSON",
      "neither a CloudEvent nor a log record with a log_id",
    ]);
  });

  test("good entries of a list are kept beside bad ones", () => {
    const { events, malformed } = readBody(`[${JSON.stringify(logRecord(1))}, 7, {"type":"s"}]`);
    expect([events.length, malformed.length]).toEqual([1, 2]);
  });
});

/** Text of a JSON value, printed as nobody else would: numbers, escapes and spaces that parsing would lose. */
const oddJson = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("1e400", "0.10", "-0", "12345678901234567890", "true", "null"),
    fc.string().map((text) => JSON.stringify(text)),
    fc.constantFrom('"\\u0041"', '"\\/"', '"a\\\\"', '"\\"]"', '"}\\\\\\""', '"[,]"'),
    fc.array(tie("value"), { maxLength: 3 }).map((list) => `[ ${list.join(" ,")}]`),
    fc
      .array(fc.tuple(fc.string(), tie("value")), { maxLength: 3 })
      .map((members) => `{${members.map(([key, value]) => `${JSON.stringify(key)} :${value}`).join(",\t")} }`),
  ),
})).value;

const oddRecord = fc
  .tuple(fc.integer({ min: 1, max: 1e9 }), oddJson, oddJson)
  .map(([number, first, last]) => `{ "extra":${first}, "log_id":"${number}","type" : "s","zz":${last}}`);

describe("texts survive byte for byte", () => {
  const bodies = (text: string): string[] => readBody(text).events.map(({ body }) => body);

  test("in lines", () => {
    fc.assert(
      fc.property(fc.array(oddRecord, { minLength: 1, maxLength: 5 }), (records) => {
        expect(bodies(records.join("\n"))).toEqual(records);
      }),
    );
  });

  test("in a list", () => {
    fc.assert(
      fc.property(fc.array(oddRecord, { maxLength: 5 }), (records) => {
        expect(bodies(`[${records.join(" ,\n")}\n]`)).toEqual(records);
      }),
    );
  });

  test("in {logs: […]}, whatever stands around it", () => {
    fc.assert(
      fc.property(fc.array(oddRecord, { minLength: 1, maxLength: 5 }), oddJson, (records, other) => {
        expect(bodies(`{"note":"logs", "x":${other}, "logs" :\n[${records.join(",")}], "y":${other}}`)).toEqual(
          records,
        );
      }),
    );
  });

  test("what was read is read again, to the same event", () => {
    fc.assert(
      fc.property(oddRecord, (record) => {
        const read = readEvent(record);
        expect(isMalformed(read)).toBe(false);
        expect(readEvent(read.body)).toEqual(read);
      }),
    );
  });

  test("whatever comes in, each line is an event or malformed", () => {
    const line = fc
      .oneof(fc.string({ minLength: 1 }), fc.json(), oddRecord)
      .filter((text) => !/[\n[{]/.test(text[0] ?? "") && !text.includes("\n") && text.trim() !== "");
    fc.assert(
      fc.property(fc.array(fc.oneof(line, oddRecord), { minLength: 2, maxLength: 6 }), (lines) => {
        const { events, malformed } = readBody(lines.join("\n"));
        expect(events.length + malformed.length).toBe(lines.length);
      }),
    );
  });

  test("whatever comes in, reading does not fail", () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json(), oddJson), (text) => void readBody(text)));
  });
});
