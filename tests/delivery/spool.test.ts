import {
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
  openSync,
  writeSync,
  closeSync,
} from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import type { SpoolError } from "../../pkg/delivery/index.ts";
import { TestClock, bodiesIn, event, events, openSpool, scratch } from "./support/spool.ts";

const bodies = (from: number, to: number): string[] => events(from, to).map(({ body }) => body);
const codeOf = (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => "no failure",
    (error: SpoolError) => error.code,
  );

describe("what is appended", () => {
  test("is there after a restart, in order, byte for byte", async () => {
    const folder = scratch();
    const first = await openSpool(folder);
    await Promise.all([first.append(events(1, 3)), first.append(events(4, 4)), first.append(events(5, 9))]);
    expect(await bodiesIn(first)).toEqual(bodies(1, 9));
    await first.close();
    const second = await openSpool(folder);
    expect(await bodiesIn(second, 4)).toEqual(bodies(4, 9));
    await second.close();
  });

  test("is deduplicated: in a batch, between batches, while the first is on its way, and after a restart", async () => {
    const folder = scratch();
    const first = await openSpool(folder);
    const results = await Promise.all([
      first.append([event(1), event(1), event(2)]),
      first.append([event(2)]),
      first.append([event(2), event(3)]),
    ]);
    expect(results).toEqual([
      { accepted: 2, duplicates: 1, malformed: 0 },
      { accepted: 0, duplicates: 1, malformed: 0 },
      { accepted: 1, duplicates: 1, malformed: 0 },
    ]);
    await first.close();
    const second = await openSpool(folder);
    expect(await second.append(events(1, 4))).toEqual({ accepted: 1, duplicates: 3, malformed: 0 });
    expect(await bodiesIn(second)).toEqual(bodies(1, 4));
    await second.close();
  });

  test("is forgotten as a duplicate when it is too old, or too many came since", async () => {
    const clock = new TestClock();
    const folder = scratch();
    const spool = await openSpool(folder, { clock, idWindow: { count: 5, ms: 3_600_000 } });
    await spool.append(events(1, 5));
    expect(await spool.append(events(1, 5))).toMatchObject({ duplicates: 5 });
    await spool.append([event(6)]);
    expect(await spool.append([event(1)]), "six ids are more than five").toMatchObject({ accepted: 1 });
    clock.time += 3_700_000;
    expect(await spool.append([event(6)]), "an hour has passed").toMatchObject({ accepted: 1 });
    await spool.close();
    const again = await openSpool(folder, { clock, idWindow: { count: 5, ms: 3_600_000 } });
    expect(await again.append([event(6)]), "but not since the last").toMatchObject({ duplicates: 1 });
    await again.close();
  });

  test.each([
    ["back", -400 * 86_400_000],
    ["ahead", 400 * 86_400_000],
  ])("survives a clock that jumps %s", async (_, jump) => {
    const clock = new TestClock();
    const folder = scratch();
    const spool = await openSpool(folder, { clock });
    await spool.append(events(1, 3));
    clock.time += jump;
    await spool.append(events(4, 5));
    expect(await spool.append([event(5)])).toMatchObject({ duplicates: 1 });
    await spool.close();
    const again = await openSpool(folder, { clock });
    expect(await bodiesIn(again)).toEqual(bodies(1, 5));
    await again.close();
  });

  test("is refused when the spool is full, and taken again when a sink has made room", async () => {
    const size = event(1).body.length;
    const spool = await openSpool(scratch(), { maxBytes: size * 3 });
    await spool.append(events(1, 3));
    expect(await codeOf(spool.append([event(4)]))).toBe("full");
    spool.advance({ sink: "sink", position: 4, resume: null });
    await spool.flush();
    expect(await spool.append([event(4)]), "what was refused is no duplicate").toMatchObject({ accepted: 1 });
    await spool.close();
  });

  test("is refused when too much waits for the disk", async () => {
    const spool = await openSpool(scratch(), { maxWaiting: event(1).body.length * 2 });
    const results = await Promise.allSettled([1, 2, 3].map((number) => spool.append([event(number)])));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
    expect(await spool.append([event(3)])).toMatchObject({ accepted: 1 });
    await spool.close();
  });

  test("is refused while the spool closes", async () => {
    const spool = await openSpool(scratch());
    const closing = spool.close();
    expect(await codeOf(spool.append([event(1)]))).toBe("closed");
    await closing;
  });
});

describe("cursors", () => {
  test("hold events for the slowest sink, and each is kept", async () => {
    const folder = scratch();
    const spool = await openSpool(folder, { sinks: ["fast", "slow"] });
    for (const number of [1, 2, 3]) await spool.append([event(number)]);
    spool.advance({ sink: "fast", position: 4, resume: "word" });
    await spool.flush();
    expect(spool.size.bytes).toBeGreaterThan(0);
    spool.advance({ sink: "slow", position: 2, resume: null });
    await spool.flush();
    expect(await bodiesIn(spool)).toEqual(bodies(2, 3));
    await spool.close();
    const again = await openSpool(folder, { sinks: ["fast", "slow"] });
    expect([...again.cursors.values()]).toEqual([
      { sink: "fast", position: 4, resume: "word" },
      { sink: "slow", position: 2, resume: null },
    ]);
    await again.close();
  });

  test("of a new sink starts with what is kept; that of a sink which is gone holds nothing back", async () => {
    const folder = scratch();
    const spool = await openSpool(folder, { sinks: ["old", "gone"] });
    for (const number of [1, 2, 3]) await spool.append([event(number)]);
    spool.advance({ sink: "old", position: 3, resume: null });
    await spool.close();
    const again = await openSpool(folder, { sinks: ["old", "new"] });
    expect(again.findings.map(({ code }) => code)).toEqual(["forgotten-sink"]);
    expect(again.cursors.get("new")?.position).toBe(1);
    await again.close();
  });

  test("are stored with the dead letters of the move", async () => {
    const folder = scratch();
    const spool = await openSpool(folder);
    await spool.append(events(1, 1), [{ reason: "not JSON", body: "{" }]);
    spool.advance({ sink: "sink", position: 2, resume: null }, [
      { sink: "sink", eventId: "id", reason: "422", body: "{}" },
    ]);
    await spool.close();
    const db = new DatabaseSync(join(folder, "spool.db"), { readOnly: true });
    expect(db.prepare("SELECT sink, event_id, reason, body FROM dead_letter").all()).toMatchObject([
      { sink: null, event_id: null, reason: "not JSON", body: "{" },
      { sink: "sink", event_id: "id", reason: "422", body: "{}" },
    ]);
    db.close();
  });
});

describe("dead letters", () => {
  test("do not fill the spool: the oldest go, and the newest are there after a restart", async () => {
    const folder = scratch();
    const letter = (number: number) => ({ reason: "not JSON", body: `{${number} é${"x".repeat(95)}` });
    const options = { maxBytes: 1000, maxDeadLetterBytes: 500 };
    const spool = await openSpool(folder, options);
    for (let number = 1; number <= 30; number += 1) await spool.append([], [letter(number)]);
    expect(spool.size).toMatchObject({ bytes: 0, deadLetters: 4 });
    expect(await spool.append([event(1)])).toMatchObject({ accepted: 1 });
    await spool.close();
    const again = await openSpool(folder, options);
    await again.append([], [letter(31)]);
    expect(again.size.deadLetters).toBe(4);
    await again.close();
    const db = new DatabaseSync(join(folder, "spool.db"), { readOnly: true });
    const [newest] = db.prepare("SELECT body FROM dead_letter ORDER BY number DESC LIMIT 1").all();
    expect(newest).toMatchObject({ body: letter(31).body });
    db.close();
  });
});

describe("a spool has one owner", () => {
  test("a second one is told who it is, and may come when the first is gone", async () => {
    const folder = scratch();
    const first = await openSpool(folder);
    const second = await openSpool(folder).catch((error: SpoolError) => error);
    expect(second).toMatchObject({ code: "owned", message: expect.stringContaining(`process ${process.pid} on `) });
    await first.close();
    await (await openSpool(folder)).close();
  });
});

/** A spool as a kill leaves it: three transactions in the log, none of them in the file. */
async function killed(folder: string): Promise<string> {
  const copy = scratch();
  const spool = await openSpool(folder);
  for (const number of [1, 2, 3]) await spool.append([event(number)]);
  for (const name of readdirSync(folder).filter((each) => !each.endsWith("-shm")))
    writeFileSync(join(copy, name), readFileSync(join(folder, name)));
  await spool.close();
  return copy;
}

describe("damage", () => {
  test("an untouched log of a killed process is taken over without a word", async () => {
    const folder = await killed(scratch());
    const spool = await openSpool(folder);
    expect([spool.findings, await bodiesIn(spool)]).toEqual([[], bodies(1, 3)]);
    await spool.close();
  });

  test("a torn tail is cut and said, wherever it is torn; what was confirmed before it is there", async () => {
    const folder = await killed(scratch());
    const wal = join(folder, "spool.db-wal");
    const { size } = statSync(wal);
    const said: string[][] = [];
    for (const cut of [1, 24, 5000, 16_384 + 24]) {
      const copy = scratch();
      for (const name of readdirSync(folder)) writeFileSync(join(copy, name), readFileSync(join(folder, name)));
      truncateSync(join(copy, "spool.db-wal"), size - cut);
      const spool = await openSpool(copy);
      said.push(spool.findings.map(({ code }) => code));
      expect(await bodiesIn(spool), `${cut} bytes less`).toEqual(bodies(1, 2));
      expect(await spool.append([event(3)])).toMatchObject({ accepted: 1 });
      await spool.close();
    }
    expect(said).toEqual([["torn-tail"], ["torn-tail"], ["torn-tail"], ["torn-tail"]]);
  });

  test("damaged events are set aside and said; their neighbours are delivered", async () => {
    const folder = scratch();
    const spool = await openSpool(folder);
    for (const number of [1, 2, 3]) await spool.append([event(number, { mark: `here-is-${number}` })]);
    await spool.close();
    spoil(join(folder, "spool.db"), "here-is-2");
    const again = await openSpool(folder);
    expect(again.findings).toMatchObject([{ code: "damaged-rows", message: expect.stringContaining("1 events") }]);
    expect((await bodiesIn(again)).map((body) => (JSON.parse(body) as { mark: string }).mark)).toEqual([
      "here-is-1",
      "here-is-3",
    ]);
    expect(readdirSync(folder).filter((name) => name.startsWith("damaged-events-2"))).toHaveLength(1);
    await again.close();
  });

  test("a file whose structure is broken is set aside; what can be read of it goes on", async () => {
    const folder = scratch();
    const spool = await openSpool(folder);
    for (let number = 1; number <= 200; number += 1) await spool.append([event(number, { pad: "x".repeat(2000) })]);
    await spool.close();
    const path = join(folder, "spool.db");
    const file = openSync(path, "r+");
    // A page in the middle of the table, all of it.
    writeSync(file, Buffer.alloc(16_384, 0xee), 0, 16_384, 16_384 * 20);
    closeSync(file);
    const again = await openSpool(folder);
    expect(again.findings.map(({ code }) => code)).toContain("damaged-file");
    const saved = (await bodiesIn(again)).length;
    expect(saved).toBeGreaterThan(100);
    expect(saved).toBeLessThan(200);
    expect(await again.append([event(1000)])).toMatchObject({ accepted: 1 });
    expect(again.size.next).toBe(202);
    await again.close();
  });

  test("a file that is no database is set aside too", async () => {
    const folder = scratch();
    writeFileSync(join(folder, "spool.db"), "hello ".repeat(5000));
    const spool = await openSpool(folder);
    expect(spool.findings.map(({ code }) => code)).toEqual(["damaged-file"]);
    expect(await spool.append([event(1)])).toMatchObject({ accepted: 1 });
    await spool.close();
  });
});

/** Changes a byte of a file behind a text that stands in it once. */
function spoil(path: string, text: string): void {
  const at = readFileSync(path).indexOf(text);
  expect(at).toBeGreaterThan(0);
  const file = openSync(path, "r+");
  writeSync(file, "X", at);
  closeSync(file);
}
