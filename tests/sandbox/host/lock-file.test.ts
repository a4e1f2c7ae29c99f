import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { thisProcess } from "../../../pkg/processes/index.ts";
import { withLockFile } from "../../../pkg/sandbox/host/lock-file.ts";
import { temporaryFolder } from "../../support/cli.ts";

const DEAD = { ...thisProcess(), startTime: "1", pid: 2 ** 30 };

describe("the lock file of a sandbox's journal", () => {
  test.each([
    ["empty, as a kill used to leave it", ""],
    ["cut off", '{"pid": 1'],
    ["a bare pid", "0"],
    ["not a record", "null"],
    ["of a process that has ended", JSON.stringify(DEAD)],
  ])("one that is %s is taken over", async (_, text) => {
    const folder = temporaryFolder({ "auth0.lock": text });
    expect(await withLockFile(join(folder, "auth0.lock"), () => readdirSync(folder))).toEqual(["auth0.lock"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ["another process that runs", { ...thisProcess(), pid: process.ppid, startTime: undefined }],
    ["a process of another container", { ...thisProcess(), hostname: "another" }],
  ])("one of %s is waited for, and the error says which file it is", async (_, holder) => {
    const folder = temporaryFolder({ "auth0.lock": JSON.stringify(holder) });
    const path = join(folder, "auth0.lock");
    await expect(withLockFile(path, () => {}, 20)).rejects.toThrow(`${path} is held by process ${holder.pid} on`);
    expect(readdirSync(folder)).toEqual(["auth0.lock"]);
  });

  test("the work goes on as soon as the holder lets go, and one at a time", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "auth0.lock");
    let seen = 0;
    const contend = (): Promise<void> => withLockFile(path, () => void (seen = readdirSync(folder).length + seen));
    await Promise.all(Array.from({ length: 20 }, contend));
    expect(seen).toBe(20);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("work that throws leaves no lock", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "auth0.lock");
    const work = (): never => {
      writeFileSync(join(folder, "trace"), "");
      throw new Error("no");
    };
    await expect(withLockFile(path, work)).rejects.toThrow("no");
    expect(readdirSync(folder)).toEqual(["trace"]);
  });
});
