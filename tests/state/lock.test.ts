import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { StateProblem } from "../../pkg/diagnostics/index.ts";
import type { Diagnostic } from "../../pkg/diagnostics/index.ts";
import { thisProcess } from "../../pkg/processes/index.ts";
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

describe("a lock that another run left", () => {
  const here = { ...thisProcess(), username: "eve", timestamp: "2026-11-21T10:12:36.9Z" };
  const dead = Number(spawnSync("sh", ["-c", "echo $$"], { encoding: "utf8" }).stdout);
  const lockOf = (holder: unknown, name = "other.json"): string => {
    const folder = temporaryFolder();
    mkdirSync(lockFolder(folder), { recursive: true });
    writeFileSync(join(lockFolder(folder), name), typeof holder === "string" ? holder : JSON.stringify(holder));
    return folder;
  };

  test("is taken over when its process has ended", async () => {
    const folder = lockOf({ ...here, pid: dead });
    const release = await new FileBackend(folder).lock(ref);
    expect(readdirSync(lockFolder(folder))).toHaveLength(1);
    await release();
    expect(readdirSync(lockFolder(folder))).toEqual([]);
  });

  test.runIf(process.platform === "linux")(
    "is taken over when a later process has its pid, even this one",
    async () => {
      for (const pid of [process.pid, process.ppid])
        await (
          await new FileBackend(lockOf({ ...here, pid, startTime: "1" })).lock(ref)
        )();
    },
  );

  test.each([
    ["its process runs", { ...here, pid: process.ppid, startTime: undefined }, "wait for that run to end, or end it"],
    ["its process is one of another machine", { ...here, pid: dead, hostname: "elsewhere" }, "it is not known here"],
    [
      "its process is one of another container",
      { ...here, pid: dead, pidNamespace: "pid:[1]" },
      "it is not known here",
    ],
    [
      "the Pulumi CLI made it",
      { pid: dead, username: "eve", hostname: here.hostname, timestamp: "" },
      "it is not known here",
    ],
  ])("is refused when %s; the error says who holds it and what to do", async (_, holder, hint) => {
    const folder = lockOf(holder);
    const problem = await refusal(new FileBackend(folder).lock(ref));
    expect(problem).toMatchObject({ code: "state-locked", hint: expect.stringContaining(hint) });
    expect(problem.message).toContain(`locked by eve@${holder.hostname} (pid ${holder.pid}) since ${holder.timestamp}`);
    if (hint.includes("known")) expect(problem.hint).toContain(`remove ${join(lockFolder(folder), "other.json")}`);
    expect(readdirSync(lockFolder(folder))).toEqual(["other.json"]);
  });

  test.each(["", "{", "null", "[]", "5", '"x"', "{}", '{"pid":"14"}', '{"pid":1.5}', "\u0000"])(
    "is refused when it reads %j",
    async (text) => {
      const problem = await refusal(new FileBackend(lockOf(text)).lock(ref));
      expect(problem.message).toContain("locked by an unreadable lock file");
    },
  );
});

test("a lock says which process of which boot and container holds it, in fields that the Pulumi CLI ignores", async () => {
  const folder = temporaryFolder();
  const release = await new FileBackend(folder).lock(ref);
  const [name = ""] = readdirSync(lockFolder(folder));
  expect(JSON.parse(readFileSync(join(lockFolder(folder), name), "utf8"))).toEqual({
    ...thisProcess(),
    username: userInfo().username,
    timestamp: expect.stringMatching(/^2\d{3}-.*Z$/),
  });
  await release();
});

async function refusal(attempt: Promise<unknown>): Promise<Diagnostic> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof StateProblem) return error.diagnostic;
  throw new Error("not refused", { cause: error });
}
