import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { load, logRecord, post } from "./support/load.ts";

/** `SOAK=1` runs as many as the documentation tells of. */
const KILLS = process.env["SOAK"] ? 200 : 5;

const running: ChildProcess[] = [];
const folders: string[] = [];

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(folder: string, ...args: string[]): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, ["tests/delivery/support/receiver-process.ts", folder, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout?.once("data", (text: Buffer) => resolve(Number(text.toString())));
    child.once("exit", (code) => reject(new Error(`the receiver ended with ${code}`)));
  });
  return { child, port };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) =>
    (child.exitCode ?? child.signalCode) === null ? child.once("exit", () => resolve()) : resolve(),
  );
}

/** Ids in all files that the sink wrote, in the order of the files and of their lines. */
function delivered(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.jsonl(\.gz)?$/.test(name) && name !== "complete.jsonl")
    .map((name) => {
      const bytes = readFileSync(join(folder, name));
      return name.endsWith(".gz") ? gunzipSync(bytes).toString() : bytes.toString();
    })
    .flatMap((text) => text.split("\n").filter((line) => line !== ""))
    .map((line) => (JSON.parse(line) as { log_id: string }).log_id);
}

function missing(wanted: readonly string[], found: readonly string[]): string[] {
  const there = new Set(found);
  return wanted.filter((id) => !there.has(id));
}

describe("a receiver that is killed under load", () => {
  test.each([
    ["one event a post", 1, ["100000"]],
    ["a hundred events a post, many small files", 100, ["30000", "gzip"]],
  ])(
    "delivers what it answered 2xx for, once: %s",
    async (_, batch, args) => {
      const folder = mkdtempSync(join(tmpdir(), "kill-"));
      folders.push(folder);
      const acknowledged: string[] = [];
      for (let kill = 0; kill < KILLS; kill += 1) {
        const { child, port } = await start(folder, ...args);
        let isStopped = false;
        const loading = load(port, kill * 10_000_000, batch, () => isStopped);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 400));
        child.kill("SIGKILL");
        await ended(child);
        isStopped = true;
        acknowledged.push(...(await loading));
      }
      const { child, port } = await start(folder, ...args);
      // Delivery is in order: when this one is there, all others are. Until then the sink may cut its open file back.
      const last = logRecord(2_000_000_000_000);
      expect((await post(port, JSON.stringify(last))).status).toBe(200);
      acknowledged.push(last.log_id);
      await expect
        .poll(() => missing([last.log_id], delivered(join(folder, "events"))), { timeout: 60_000 })
        .toEqual([]);
      child.kill("SIGTERM");
      await ended(child);
      const ids = delivered(join(folder, "events"));
      expect(ids.length - new Set(ids).size, "events that stand there twice").toBe(0);
      expect(missing(acknowledged, ids), "events that are lost").toEqual([]);
      expect(acknowledged.length).toBeGreaterThan(0);
      process.stdout.write(`${KILLS} kills: ${acknowledged.length} events got a 2xx, ${ids.length} are in the files\n`);
    },
    KILLS * 20_000,
  );
});
