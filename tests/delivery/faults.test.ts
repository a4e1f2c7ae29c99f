import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { Authorization, DEFAULT_LIMITS, FilesSink, Pipeline } from "../../pkg/delivery/index.ts";
import type { Sink, SinkSetup } from "../../pkg/delivery/index.ts";
import { logRecord, post } from "./support/load.ts";
import { KeepingSink } from "./support/pumping.ts";
import { scratch } from "./support/spool.ts";

const line = (number: number): string => JSON.stringify(logRecord(number));
const idOf = (number: number): string => logRecord(number).log_id;

function setup(name: string, sink: Sink): SinkSetup {
  return {
    name,
    sink,
    retry: { initialMs: 5, maxMs: 20 },
    maxEvents: 1000,
    maxBytes: 1 << 20,
    lingerMs: 0,
  };
}

async function pipeline(folder: string, sinks: SinkSetup[], maxWaiting = 64 << 20) {
  const made = await Pipeline.start({
    name: "test",
    spool: {
      folder: join(folder, "spool"),
      maxBytes: 1 << 30,
      idWindow: { count: 100_000, ms: 86_400_000 },
      maxWaiting,
    },
    receiver: {
      host: "127.0.0.1",
      port: 0,
      path: "/events",
      authorization: new Authorization({ authorization: "Bearer secret" }),
      limits: DEFAULT_LIMITS,
    },
    sinks,
  });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (!isStopped) await made.stop();
    isStopped = true;
  };
  onTestFinished(stop);
  return { made, port: Number(made.status().address.split(":").at(-1)), stop };
}

/** A small disk of its own, or `undefined` where nothing can be mounted. */
function smallDisk(size: string): string | undefined {
  const folder = scratch();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync("umount", ["-l", folder]));
  return folder;
}

describe("a disk that is full", () => {
  test("is answered 503, loses nothing that was answered 200, and is over when there is room again", async (context) => {
    const disk = smallDisk("8m");
    if (!disk) {
      context.skip("nothing can be mounted here");
      return;
    }
    const sink = new KeepingSink();
    const { port } = await pipeline(disk, [setup("sink", sink)]);
    expect((await post(port, line(1))).status).toBe(200);
    writeFileSync(join(disk, "filler"), Buffer.alloc(1 << 20));
    const kept: number[] = [1];
    const statuses = new Set<number>();
    const pad = "x".repeat(50_000);
    for (let number = 2; number < 400; number += 1) {
      const { status } = await post(port, JSON.stringify(logRecord(number, { pad })));
      statuses.add(status);
      if (status === 200) kept.push(number);
      else if (statuses.size === 2 && number > 300) break;
    }
    expect([...statuses].toSorted((a, b) => a - b)).toEqual([200, 503]);
    rmSync(join(disk, "filler"));
    await expect.poll(async () => (await post(port, line(1000))).status, { timeout: 20_000 }).toBe(200);
    await expect.poll(() => sink.taken.at(-1), { timeout: 20_000 }).toBe(idOf(1000));
    expect(kept.filter((number) => !sink.taken.includes(idOf(number)))).toEqual([]);
    expect(sink.taken).toHaveLength(new Set(sink.taken).size);
  });

  test("a sink whose disk is full goes on when there is room again, and every event stands there once", async (context) => {
    const disk = smallDisk("1m");
    if (!disk) {
      context.skip("nothing can be mounted here");
      return;
    }
    writeFileSync(join(disk, "filler"), Buffer.alloc(900 * 1024));
    const directory = join(disk, "events");
    const sink = new FilesSink({ directory, maxBytes: 1 << 30, maxAgeMs: 3_600_000, gzip: false });
    const { made, port } = await pipeline(scratch(), [setup("files", sink)]);
    const pad = "x".repeat(10_000);
    for (let number = 1; number <= 30; number += 1) await post(port, JSON.stringify(logRecord(number, { pad })));
    await expect.poll(() => made.status().sinks[0]?.lastError, { timeout: 20_000 }).toBe("ENOSPC");
    rmSync(join(disk, "filler"));
    await expect.poll(() => made.status().sinks[0]?.behind, { timeout: 20_000 }).toBe(0);
    const [name = ""] = readdirSync(directory);
    const lines = readFileSync(join(directory, name), "utf8").trimEnd().split("\n");
    expect(lines.map((each) => (JSON.parse(each) as { log_id: string }).log_id)).toEqual(
      Array.from({ length: 30 }, (_, index) => idOf(index + 1)),
    );
  });
});

describe("a flush that stalls", () => {
  test("holds answers back, refuses what is beyond the cap with 503, and loses nothing", async () => {
    const folder = scratch();
    const sink = new KeepingSink();
    const { port } = await pipeline(folder, [setup("sink", sink)], 40_000);
    await post(port, line(1));
    // Whoever holds the database's lock keeps the spool from writing, as a disk does that does not answer.
    const disk = new DatabaseSync(join(folder, "spool/spool.db"));
    disk.exec("BEGIN IMMEDIATE");
    const pad = "x".repeat(5000);
    const posting = Array.from({ length: 30 }, (_, index) =>
      post(port, JSON.stringify(logRecord(index + 2, { pad }))).then(({ status }) => ({ status, number: index + 2 })),
    );
    const early = await Promise.race([
      Promise.all(posting),
      new Promise((resolve) => setTimeout(() => resolve("held back"), 1500)),
    ]);
    expect(early).toBe("held back");
    disk.exec("ROLLBACK");
    disk.close();
    const answers = await Promise.all(posting);
    const kept = answers.filter(({ status }) => status === 200);
    expect(kept.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 503).length).toBeGreaterThan(0);
    expect(kept.length + answers.filter(({ status }) => status === 503).length).toBe(30);
    await expect.poll(() => kept.every(({ number }) => sink.taken.includes(idOf(number)))).toBe(true);
  });
});

describe("sinks that fail", () => {
  test("flapping, slow and unreadable answers: all in order, and others unharmed", async () => {
    const flapping = new KeepingSink(
      Array.from({ length: 60 }, (_, call) => (ids: string[]) => {
        if (call % 3 === 0) return new Error("down");
        if (call % 3 === 1) return { settled: Math.floor(ids.length / 2), again: { reason: "busy" } };
        return { settled: ids.length };
      }),
    );
    const well = new KeepingSink();
    const { port } = await pipeline(scratch(), [setup("flapping", flapping), setup("well", well)]);
    for (let number = 1; number <= 60; number += 1) await post(port, line(number));
    const all = Array.from({ length: 60 }, (_, index) => idOf(index + 1));
    await expect.poll(() => well.taken).toEqual(all);
    await expect.poll(() => flapping.taken, { timeout: 20_000 }).toEqual(all);
  });

  test("a receiver that cannot have its spool says who has it", async () => {
    const folder = scratch();
    await pipeline(folder, [setup("sink", new KeepingSink())]);
    await expect(pipeline(folder, [setup("sink", new KeepingSink())])).rejects.toMatchObject({
      code: "owned",
      message: expect.stringMatching(/^process \d+ on /),
    });
  });

  test("an address that is taken leaves the spool free", async () => {
    const folder = scratch();
    const { made } = await pipeline(scratch(), [setup("sink", new KeepingSink())]);
    const taken = Number(made.status().address.split(":").at(-1));
    const start = (port: number): Promise<Pipeline> =>
      Pipeline.start({
        name: "second",
        spool: { folder, maxBytes: 1 << 20, idWindow: { count: 10, ms: 1000 }, maxWaiting: 1 << 20 },
        receiver: { host: "127.0.0.1", port, path: "/", authorization: new Authorization({}), limits: DEFAULT_LIMITS },
        sinks: [setup("sink", new KeepingSink())],
      });
    await expect(start(taken)).rejects.toMatchObject({ code: "EADDRINUSE" });
    await (await start(0)).stop();
  });
});
