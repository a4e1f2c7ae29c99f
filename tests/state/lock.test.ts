import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StateProblem } from "../../pkg/diagnostics/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { temporaryFolder } from "../support/cli.ts";

const ref = { project: "p", stack: "dev" };
const lockFolder = (folder: string): string => join(folder, ".pulumi/locks/organization/p/dev");

test("of many that want the lock at once, never two have it", async () => {
  for (let round = 0; round < 20; round += 1) {
    const folder = temporaryFolder();
    let holders = 0;
    let most = 0;
    const contender = async (): Promise<string> => {
      try {
        const release = await new FileBackend(folder).lock(ref);
        holders += 1;
        most = Math.max(most, holders);
        await new Promise((done) => setTimeout(done, Math.random() * 5));
        holders -= 1;
        await release();
        return "had it";
      } catch (error) {
        if (!(error instanceof StateProblem)) throw error;
        return error.diagnostic.code;
      }
    };
    const results = await Promise.all(Array.from({ length: 8 }, contender));
    expect(most).toBeLessThanOrEqual(1);
    expect(new Set(results).size).toBeLessThanOrEqual(2);
    expect(readdirSync(lockFolder(folder))).toEqual([]);
  }
});

test("a lock of a living process is named; one of a dead process of this host is taken over; one of another host is not", async () => {
  const folder = temporaryFolder();
  mkdirSync(lockFolder(folder), { recursive: true });
  const write = (pid: number, host: string): void =>
    writeFileSync(
      join(lockFolder(folder), "other.json"),
      JSON.stringify({ pid, username: "eve", hostname: host, timestamp: "2026-11-21T10:12:36.9Z" }),
    );
  const dead = Number(spawnSync("sh", ["-c", "echo $$"], { encoding: "utf8" }).stdout);
  write(process.ppid, hostname());
  await expect(new FileBackend(folder).lock(ref)).rejects.toThrow(
    `locked by eve@${hostname()} (pid ${process.ppid}) since 2026-11-21`,
  );
  write(dead, "elsewhere");
  await expect(new FileBackend(folder).lock(ref)).rejects.toThrow("eve@elsewhere");
  write(dead, hostname());
  const release = await new FileBackend(folder).lock(ref);
  expect(readdirSync(lockFolder(folder))).toHaveLength(1);
  await release();
});

test("an unreadable lock file still counts", async () => {
  const folder = temporaryFolder();
  mkdirSync(lockFolder(folder), { recursive: true });
  writeFileSync(join(lockFolder(folder), "x.json"), "{");
  await expect(new FileBackend(folder).lock(ref)).rejects.toThrow("unreadable lock file");
});
