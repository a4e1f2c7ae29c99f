import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { waitAfter } from "../../pkg/delivery/backoff.ts";
import { KeepingSink, startPump } from "./support/pumping.ts";
import { TestClock, event, events, openSpool, scratch } from "./support/spool.ts";

const ids = (from: number, to: number): string[] => events(from, to).map(({ id }) => id);
const down = (): Error => Object.assign(new Error("connect failed"), { code: "ECONNREFUSED" });

describe("a pump", () => {
  test("brings events in order, also those that come later, in calls of the size that the sink takes", async () => {
    const spool = await openSpool(scratch());
    const sink = new KeepingSink();
    await spool.append(events(1, 5));
    const { stop } = startPump(spool, sink, new TestClock(), { maxEvents: 2 });
    await expect.poll(() => sink.taken).toEqual(ids(1, 5));
    await spool.append(events(6, 7));
    await expect.poll(() => sink.taken).toEqual(ids(1, 7));
    expect(sink.calls.map(({ length }) => length)).toEqual([2, 2, 1, 2]);
    await stop();
    await spool.close();
  });

  test("goes on where it was after a restart", async () => {
    const folder = scratch();
    const first = await openSpool(folder);
    await first.append(events(1, 3));
    const before = new KeepingSink();
    const { stop } = startPump(first, before, new TestClock());
    await expect.poll(() => before.taken).toEqual(ids(1, 3));
    await stop();
    await first.append(events(4, 5));
    await first.close();
    const second = await openSpool(folder);
    const after = new KeepingSink();
    startPump(second, after, new TestClock());
    await expect.poll(() => after.taken).toEqual(ids(4, 5));
  });

  test("passes by what the sink does not want", async () => {
    const spool = await openSpool(scratch());
    const sink = new KeepingSink();
    await spool.append([event(1), event(2, { type: "fp" }), event(3), event(4, { type: "f" })]);
    const { pump } = startPump(spool, sink, new TestClock(), { types: ["fp", "f"] });
    await expect.poll(() => sink.taken).toEqual([...ids(2, 2), ...ids(4, 4)]);
    await expect.poll(() => pump.status.position).toBe(5);
    await spool.append([event(5)]);
    // What is nothing for the sink moves its cursor too.
    await expect.poll(() => pump.status.position).toBe(6);
  });

  test("tries a sink that is down again and again, waiting longer each time, and loses nothing", async () => {
    const clock = new TestClock();
    const spool = await openSpool(scratch());
    const sink = new KeepingSink(Array.from({ length: 70 }, () => down));
    await spool.append(events(1, 3));
    const { pump } = startPump(spool, sink, clock);
    await expect.poll(() => sink.taken).toEqual(ids(1, 3));
    const waits = clock.slept.filter((ms) => ms > 0);
    expect(waits.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThan(3_600_000);
    expect(pump.status).toMatchObject({ failures: 70, failing: 0, delivered: 3, lastError: "ECONNREFUSED" });
  });

  test("waits as long as the sink asks", async () => {
    const clock = new TestClock();
    const spool = await openSpool(scratch());
    const sink = new KeepingSink([() => ({ settled: 0, again: { reason: "429", afterMs: 17_000 } })]);
    await spool.append([event(1)]);
    startPump(spool, sink, clock);
    await expect.poll(() => sink.taken).toEqual(ids(1, 1));
    expect(clock.slept[0]).toBe(17_000);
  });

  test("keeps the order when only the first of a call are taken", async () => {
    const spool = await openSpool(scratch());
    const sink = new KeepingSink([() => ({ settled: 2, again: { reason: "busy" } }), () => ({ settled: 1 })]);
    await spool.append(events(1, 5));
    startPump(spool, sink, new TestClock());
    await expect.poll(() => sink.taken).toEqual(ids(1, 5));
    expect(sink.calls).toEqual([ids(1, 5), ids(3, 5), ids(4, 5)]);
  });

  test("puts what a sink refuses for good to the dead letters, and goes on", async () => {
    const folder = scratch();
    const spool = await openSpool(folder);
    const sink = new KeepingSink([() => ({ settled: 3, refused: [{ index: 1, reason: "answered 422" }] })]);
    await spool.append(events(1, 3));
    const { pump, stop } = startPump(spool, sink, new TestClock());
    await expect.poll(() => sink.taken).toEqual([...ids(1, 1), ...ids(3, 3)]);
    await expect.poll(() => pump.status).toMatchObject({ delivered: 2, deadLettered: 1 });
    await stop();
    await spool.close();
    const db = new DatabaseSync(join(folder, "spool.db"), { readOnly: true });
    const { id, body } = event(2);
    expect(db.prepare("SELECT sink, event_id, reason, body FROM dead_letter").all()).toMatchObject([
      { sink: "sink", event_id: id, reason: "answered 422", body },
    ]);
    db.close();
  });

  test("gives up only where it is told to, and says why", async () => {
    const spool = await openSpool(scratch());
    const sink = new KeepingSink(Array.from({ length: 12 }, () => down));
    await spool.append(events(1, 2));
    const retry = { initialMs: 1000, maxMs: 60_000, giveUpAfterMs: 300_000 };
    const { pump } = startPump(spool, sink, new TestClock(), { retry });
    await expect.poll(() => pump.status).toMatchObject({ deadLettered: 2, position: 3 });
  });

  test("does not stop another sink by being slow", async () => {
    const spool = await openSpool(scratch(), { sinks: ["stuck", "sink"] });
    const stuck = new KeepingSink([down]);
    const free = new KeepingSink();
    startPump(spool, stuck, { now: Date.now, sleep: (_, signal) => aborted(signal) }, { name: "stuck" });
    startPump(spool, free, new TestClock());
    for (let number = 1; number <= 20; number += 1) await spool.append([event(number)]);
    await expect.poll(() => free.taken).toEqual(ids(1, 20));
    expect(stuck.taken).toEqual([]);
  });

  test("ends at once while it waits for the next try", async () => {
    const spool = await openSpool(scratch());
    await spool.append([event(1)]);
    const sleeping = { now: Date.now, sleep: (_: number, signal?: AbortSignal) => aborted(signal) };
    const sink = new KeepingSink([down]);
    const { stop } = startPump(spool, sink, sleeping);
    await expect.poll(() => sink.calls.length).toBe(1);
    await stop();
    await spool.close();
  });
});

function aborted(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener("abort", () => resolve());
  });
}

describe("the wait between tries", () => {
  const policy = { initialMs: 1000, maxMs: 60_000 };

  test.each([
    [1, 1, undefined, 1000],
    [1, 0, undefined, 500],
    [3, 1, undefined, 4000],
    [50, 1, undefined, 60_000],
    [5, 1, 0, 0],
    [1, 1, 10_000_000, 3_600_000],
  ])("failure %i, luck %d, asked for %s: %i ms", (failures, random, asked, expected) => {
    expect(waitAfter(failures, policy, random, asked)).toBe(expected);
  });
});
