import { appendFileSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import Papa from "papaparse";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { CSV_COLUMNS, CSV_HEADER, csvRows } from "../../pkg/delivery/sinks/csv-row.ts";
import { CsvSink, FilesSink } from "../../pkg/delivery/index.ts";
import { StoredEvent } from "../../pkg/delivery/stored-event.ts";
import { cloudEvent, logRecord } from "./support/load.ts";
import { TestClock, eventOf, scratch } from "./support/spool.ts";

const stored = (position: number, more: object = {}): StoredEvent =>
  new StoredEvent(position, Buffer.from(JSON.stringify(logRecord(position, more))));
const confirm = async (): Promise<void> => {};
const lines = (path: string): string[] => readFileSync(path, "utf8").trimEnd().split("\n");
const complete = (folder: string): { file: string; events: number; firstPosition: number }[] =>
  lines(join(folder, "complete.jsonl")).map((line) => JSON.parse(line) as never);

function files(directory: string, more: object = {}): FilesSink {
  const sink = new FilesSink({
    directory,
    maxBytes: 1_000_000,
    maxAgeMs: 3_600_000,
    gzip: false,
    clock: new TestClock(),
    ...more,
  });
  onTestFinished(() => sink.close());
  return sink;
}

describe("files of lines", () => {
  test("a file that would grow too big is completed, named and listed, and the next one begins", async () => {
    const folder = scratch();
    const size = stored(1).bytes.length + 1;
    const sink = files(folder, { maxBytes: size * 2 });
    await sink.open({ resume: null, confirm });
    for (let position = 1; position <= 5; position += 1) await sink.deliver([stored(position)]);
    await sink.close();
    expect(readdirSync(folder).toSorted()).toEqual([
      "20260101T000000Z-000000000001.jsonl",
      "20260101T000000Z-000000000003.jsonl",
      "complete.jsonl",
      "open-000000000005.jsonl",
    ]);
    expect(complete(folder)).toMatchObject([
      { file: "20260101T000000Z-000000000001.jsonl", firstPosition: 1, events: 2, bytes: size * 2 },
      { file: "20260101T000000Z-000000000003.jsonl", firstPosition: 3, events: 2, bytes: size * 2 },
    ]);
    expect(lines(join(folder, "open-000000000005.jsonl"))).toEqual([stored(5).body]);
  });

  test.each([
    ["its hour is over", 3_600_000],
    ["the clock was set back", -1],
  ])("a file is completed when %s", async (_, jump) => {
    const folder = scratch();
    const clock = new TestClock();
    const sink = files(folder, { clock });
    await sink.open({ resume: null, confirm });
    await sink.deliver([stored(1)]);
    clock.time += jump;
    await sink.deliver([stored(2)]);
    await sink.close();
    expect(complete(folder)).toMatchObject([{ firstPosition: 1, events: 1 }]);
  });

  test("complete files are compressed where that is wanted", async () => {
    const folder = scratch();
    const sink = files(folder, { maxBytes: 1, gzip: true });
    await sink.open({ resume: null, confirm });
    await sink.deliver([stored(1)]);
    await sink.deliver([stored(2)]);
    await sink.close();
    expect(gunzipSync(readFileSync(join(folder, complete(folder)[0]?.file ?? ""))).toString()).toBe(
      `${stored(1).body}\n`,
    );
  });

  test("after a crash the open file is cut back to what the cursor knows, and events that come again stand there once", async () => {
    const folder = scratch();
    const before = files(folder);
    await before.open({ resume: null, confirm });
    const { resume = null } = await before.deliver([stored(1), stored(2)]);
    // The cursor never heard of this one.
    await before.deliver([stored(3)]);
    await before.close();
    const after = files(folder);
    await after.open({ resume, confirm });
    await after.deliver([stored(3), stored(4)]);
    expect(lines(join(folder, "open-000000000001.jsonl"))).toEqual([1, 2, 3, 4].map((each) => stored(each).body));
  });

  test("after a crash in the middle of a rotation every event stands in one file", async () => {
    const folder = scratch();
    const options = { maxBytes: (stored(1).bytes.length + 1) * 2 };
    const before = files(folder, options);
    await before.open({ resume: null, confirm });
    const { resume = null } = await before.deliver([stored(1), stored(2)]);
    // The first file was completed and the next one begun, but no cursor of it was stored.
    await before.deliver([stored(3)]);
    await before.close();
    const after = files(folder, options);
    await after.open({ resume, confirm });
    await after.deliver([stored(3), stored(4)]);
    await after.close();
    expect(complete(folder)).toMatchObject([{ firstPosition: 1, events: 2 }]);
    expect(lines(join(folder, "open-000000000003.jsonl"))).toEqual([stored(3).body, stored(4).body]);
  });

  test("a file is completed only when the cursor is on the disk", async () => {
    const folder = scratch();
    const seen: string[][] = [];
    const sink = files(folder, { maxBytes: 1 });
    await sink.open({ resume: null, confirm: async () => void seen.push(readdirSync(folder)) });
    await sink.deliver([stored(1)]);
    await sink.deliver([stored(2)]);
    expect(seen).toEqual([["open-000000000001.jsonl"]]);
  });

  test("a disk that refuses during a rotation loses nothing", async () => {
    const folder = scratch();
    let isFull = true;
    const sink = files(folder, { maxBytes: 1 });
    await sink.open({
      resume: null,
      confirm: async () => {
        if (isFull) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
      },
    });
    await sink.deliver([stored(1)]);
    await expect(sink.deliver([stored(2)])).rejects.toMatchObject({ code: "ENOSPC" });
    isFull = false;
    await sink.deliver([stored(2)]);
    expect(complete(folder)).toMatchObject([{ firstPosition: 1, events: 1 }]);
    expect(lines(join(folder, "open-000000000002.jsonl"))).toEqual([stored(2).body]);
  });

  test("what an earlier spool has left is kept under another name", async () => {
    const folder = scratch();
    writeFileSync(join(folder, "open-000000000001.jsonl"), "old\n");
    const sink = files(folder);
    await sink.open({ resume: null, confirm });
    await sink.deliver([stored(1)]);
    const left = readdirSync(folder).filter((name) => name.startsWith("left-"));
    expect(left.map((name) => readFileSync(join(folder, name), "utf8"))).toEqual(["old\n"]);
  });

  test("half a line in the list of complete files is ended, not continued", async () => {
    const folder = scratch();
    const sink = files(folder, { maxBytes: 1 });
    await sink.open({ resume: null, confirm });
    appendFileSync(join(folder, "complete.jsonl"), '{"file":"20');
    await sink.deliver([stored(1)]);
    await sink.deliver([stored(2)]);
    expect(JSON.parse(lines(join(folder, "complete.jsonl"))[1] ?? "")).toMatchObject({ firstPosition: 1 });
  });
});

describe("CSV", () => {
  const parse = (text: string): Record<string, string>[] =>
    Papa.parse<Record<string, string>>(CSV_HEADER + text, { header: true, skipEmptyLines: true }).data;

  test("the columns of AWS's sample come first", () => {
    expect(CSV_COLUMNS.slice(0, 11).join()).toBe(
      "date,type,connection,connection_id,client_id,client_name,user_agent,hostname,user_id,user_name,log_id",
    );
  });

  test("a log record", () => {
    const record = logRecord(1, { user_name: 'O\'Neill, "Jo"', isMobile: true, location_info: { country_code: "FR" } });
    const [row] = parse(csvRows([eventOf(JSON.stringify({ log_id: record.log_id, data: record }))]));
    expect(row).toMatchObject({
      date: "2026-01-01T00:00:00.000Z",
      type: "s",
      user_id: "auth0|1",
      user_name: 'O\'Neill, "Jo"',
      log_id: record.log_id,
      country_code: "FR",
      is_mobile: "true",
      connection: "",
      surface: "log",
    });
  });

  test("an event of a stream", () => {
    const [row] = parse(csvRows([eventOf(JSON.stringify(cloudEvent(7)))]));
    expect(row).toMatchObject({
      type: "user.created",
      user_id: "auth0|7",
      user_name: "u7@example.com",
      tenant: "acme",
    });
  });

  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])("%j does not become a formula", (name) => {
    const [row] = parse(csvRows([eventOf(JSON.stringify(logRecord(1, { user_name: name })))]));
    expect(row?.["user_name"]).toBe(`'${name}`);
  });

  test("whatever stands in a record, there is one row of all columns, and harmless text comes back as it was", () => {
    const text = fc.string({ unit: "grapheme" });
    fc.assert(
      fc.property(text, text, (userName, client) => {
        const rows = parse(
          csvRows([eventOf(JSON.stringify(logRecord(1, { user_name: userName, client_name: client })))]),
        );
        expect(rows).toHaveLength(1);
        expect(Object.keys(rows[0] ?? {})).toHaveLength(CSV_COLUMNS.length);
        if (!/^[=+\-@\t\r]/.test(userName)) expect(rows[0]?.["user_name"]).toBe(userName);
      }),
    );
  });

  test("each file has its header", async () => {
    const folder = scratch();
    const sink = new CsvSink({
      directory: folder,
      maxBytes: 1,
      maxAgeMs: 3_600_000,
      gzip: false,
      clock: new TestClock(),
    });
    await sink.open({ resume: null, confirm });
    await sink.deliver([stored(1)]);
    await sink.deliver([stored(2)]);
    await sink.close();
    const names = readdirSync(folder).filter((name) => name.endsWith(".csv"));
    expect(names).toHaveLength(2);
    for (const name of names)
      expect(readFileSync(join(folder, name), "utf8")).toMatch(new RegExp(`^${CSV_HEADER}.+\r\n$`));
  });
});
