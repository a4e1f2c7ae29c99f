import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/cli.ts";

/** The processes that a process has started, and those that they have started. */
function descendantsOf(pid: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const rows = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const childrenOf = (parent: number): number[] =>
    rows.filter(([, ppid]) => ppid === parent).flatMap(([child]) => [child, ...childrenOf(child)]);
  return childrenOf(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test.skipIf(process.platform === "win32").each(["SIGINT", "SIGKILL"] as const)(
  "a test run that ends by %s leaves no process behind",
  async (signal) => {
    const reports = temporaryFolder();
    const vitest = resolve("node_modules/vitest/vitest.mjs");
    const run = spawn(process.execPath, [vitest, "run", "--config", "tests/interrupt/vitest.config.ts"], {
      stdio: "ignore",
      env: { ...process.env, REPORT_TO: reports },
    });
    const pid = run.pid ?? 0;
    while (!existsSync(join(reports, "worker"))) await sleep(50);
    const started = descendantsOf(pid);
    // A worker, the sandbox that it serves, and a command that waits for an answer.
    expect(started.length).toBeGreaterThanOrEqual(3);
    run.kill(signal);
    // Ends by the limit of the test if it does not come true.
    while ([pid, ...started].some(isRunning)) await sleep(50);
  },
);
