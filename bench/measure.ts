import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** A measured series. Times in milliseconds, memory in MB. */
export interface Series {
  name: string;
  runs: number;
  median: number;
  min: number;
  max: number;
  peakMb?: number;
}

/** Runs a program to its end. @throws when it fails. @returns milliseconds of wall time, and stdout. */
export function run(
  command: readonly string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<{ ms: number; stdout: string }> {
  const [program = "", ...args] = command;
  const started = performance.now();
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (code) => {
      const ms = performance.now() - started;
      if (code === 0) done({ ms, stdout });
      else fail(new Error(`${command.join(" ")} ended with ${code}\n${stdout}\n${stderr}`));
    });
  });
}

/** Runs a Node program once more, not timed, for the most memory it ever held (MB). */
export async function peakMemory(
  command: readonly string[],
  cwd: string,
  env?: Record<string, string>,
): Promise<number> {
  const file = join(tmpdir(), `bench-rss-${process.pid}`);
  const [program = "", ...args] = command;
  const hook = `data:text/javascript,import fs from "node:fs";process.on("exit",()=>fs.writeFileSync(${JSON.stringify(file)},String(process.resourceUsage().maxRSS)))`;
  await run([program, "--import", hook, ...args], { cwd, ...(env ? { env } : {}) });
  const kilobytes = Number(readFileSync(file, "utf8"));
  rmSync(file);
  return kilobytes / 1024;
}

/** Measures several programs in turn, so that what else the machine does hits all of them alike. */
export async function interleaved(
  programs: Record<string, () => Promise<number>>,
  runs: number,
): Promise<Record<string, Series>> {
  const times: Record<string, number[]> = {};
  for (const [name, once] of Object.entries(programs)) {
    await once();
    times[name] = [];
  }
  for (let round = 0; round < runs; round += 1) {
    for (const [name, once] of Object.entries(programs)) times[name]?.push(await once());
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, series(name, all)]));
}

/** Sums up measured times. */
export function series(name: string, all: readonly number[]): Series {
  const sorted = all.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { name, runs: all.length, median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** The built CLI, on the Node that runs this. */
export const CLI = [process.execPath, resolve("dist/cli/main.js")];
