import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { StateProblem } from "../../pkg/diagnostics/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import type { Deployment, StackRef } from "../../pkg/state/index.ts";
import { temporaryFolder } from "../support/cli.ts";

const ref: StackRef = { project: "p", stack: "dev" };
const deployment = (version: string): Deployment => ({ manifest: { time: "", magic: "", version } });
const stateFile = (folder: string): string => join(folder, ".pulumi/stacks/p/dev.json");
const put = (path: string, content: string | Buffer): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
};

/** What is done to a stack, under the names of the methods that do it. */
const USES: Record<string, (backend: FileBackend, ref: StackRef) => Promise<unknown>> = {
  read: (backend, of) => backend.read(of),
  has: (backend, of) => backend.has(of),
  write: (backend, of) => backend.write(of, deployment("1")),
  lock: (backend, of) => backend.lock(of),
  backUp: (backend, of) => backend.backUp(of),
  remove: (backend, of) => backend.remove(of),
  record: (backend, of) =>
    backend.record(of, { kind: "update", startTime: new Date(), result: "succeeded", resourceChanges: {} }),
  history: (backend, of) => backend.history(of),
  stacks: (backend) => backend.stacks(),
  unlock: (backend, of) => backend.unlock(of),
  salt: (backend) => backend.salts.read(),
  "new salt": (backend) => backend.salts.keep("v1:AAAA:v1:AAAA:AAAA"),
};

async function problemOf(attempt: Promise<unknown>): Promise<StateProblem | "done"> {
  return attempt.then(
    () => "done" as const,
    (error: unknown) => {
      if (error instanceof StateProblem) return error;
      throw error;
    },
  );
}

describe("a file system that refuses", () => {
  /** Places something that no file operation gets past, and gives the path that a message must name. */
  const OBSTACLES: Record<string, (path: string) => void> = {
    "is a folder": (path) => mkdirSync(path, { recursive: true }),
    "is a link to itself": (path) => {
      mkdirSync(dirname(path), { recursive: true });
      symlinkSync(path, path);
    },
    "is below a file": (path) => put(dirname(path), "in the way"),
  };
  const PLACES: Record<string, string[]> = {
    ".pulumi/meta.yaml": ["read", "has", "write", "lock", "stacks"],
    ".pulumi/stacks/p/dev.json": ["read", "write"],
    ".pulumi/stacks/p": ["read", "write", "has"],
    ".pulumi/locks/organization/p/dev/x": ["lock"],
    ".pulumi/history/p/dev/x": ["record"],
    ".pulumi/auth0-streams.encryptionsalt": ["salt", "new salt"],
  };
  const cases = Object.entries(PLACES).flatMap(([place, uses]) =>
    Object.keys(OBSTACLES).flatMap((obstacle) => uses.map((use) => [use, place, obstacle] as const)),
  );
  test.each(cases)("%s, when %s %s: a state problem with the path, or done", async (use, place, obstacle) => {
    const folder = temporaryFolder();
    OBSTACLES[obstacle]?.(join(folder, place));
    const problem = await problemOf(USES[use]?.(new FileBackend(folder), ref) ?? Promise.resolve());
    if (problem === "done") return;
    expect(problem.diagnostic.code).toMatch(/^state-(unreadable|unwritable)$/);
    expect(problem.diagnostic.file).toContain(join(folder, ".pulumi"));
    expect(problem.message).toContain(problem.diagnostic.file);
    expect(problem.diagnostic.hint).toBeTruthy();
  });

  test("a stack whose file cannot be looked at is not taken for one that does not exist", async () => {
    const folder = temporaryFolder();
    put(join(folder, ".pulumi/stacks/p"), "a file where the project's folder should be");
    for (const use of ["read", "has"])
      expect(await problemOf(USES[use]?.(new FileBackend(folder), ref) ?? Promise.resolve())).toMatchObject({
        message: expect.stringContaining("a part of the path is a file, not a folder (ENOTDIR)"),
      });
  });

  test.runIf(existsSync("/proc/self"))("a folder that cannot be made ends with a message", async () => {
    const problem = await problemOf(new FileBackend("/proc/x").lock(ref));
    expect(problem).toMatchObject({ diagnostic: { code: "state-unwritable", file: "/proc/x/.pulumi" } });
  });

  test("a lock that cannot be placed leaves nothing behind", async () => {
    const folder = temporaryFolder();
    const locks = join(folder, ".pulumi/locks/organization/p");
    const long = { project: "p", stack: "x".repeat(250) };
    expect(await problemOf(new FileBackend(folder).lock(long))).toBeInstanceOf(StateProblem);
    expect(readdirSync(locks).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("names", () => {
  const outside = [".", "..", "", "a/b", "../x", "a\\b", "a\0b"];
  const cases = outside.flatMap((name) =>
    Object.keys(USES)
      .filter((use) => use !== "stacks" && !use.includes("salt"))
      .flatMap((use) => [
        [use, { project: name, stack: "dev" }] as const,
        [use, { project: "p", stack: name }] as const,
      ]),
  );
  test.each(cases)("%s of %j is refused", async (use, of) => {
    const folder = temporaryFolder();
    const problem = await problemOf(USES[use]?.(new FileBackend(folder), of) ?? Promise.resolve());
    expect(problem).toBeInstanceOf(StateProblem);
    expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith(".json"))).toEqual([]);
  });
});

describe("files beside the state file", () => {
  test("a link under the temporary file's old name is not followed", async () => {
    const folder = temporaryFolder({ victim: "precious" });
    mkdirSync(dirname(stateFile(folder)), { recursive: true });
    for (const name of [`${stateFile(folder)}.tmp`, join(folder, ".pulumi/meta.yaml.tmp")])
      symlinkSync(join(folder, "victim"), name);
    await new FileBackend(folder).write(ref, deployment("1"));
    expect(readFileSync(join(folder, "victim"), "utf8")).toBe("precious");
    expect(lstatSync(stateFile(folder)).isFile()).toBe(true);
  });

  test("a state file that is a link is replaced, and what it leads to is left alone", async () => {
    const folder = temporaryFolder({ victim: "precious" });
    mkdirSync(dirname(stateFile(folder)), { recursive: true });
    symlinkSync(join(folder, "victim"), stateFile(folder));
    await new FileBackend(folder).write(ref, deployment("1"));
    expect(readFileSync(join(folder, "victim"), "utf8")).toBe("precious");
    expect(lstatSync(stateFile(folder)).isFile()).toBe(true);
  });

  test("temporary files that killed runs left are removed once they are old; those of running ones stay", async () => {
    const folder = temporaryFolder();
    const backend = new FileBackend(folder);
    await backend.write(ref, deployment("1"));
    await (
      await backend.lock(ref)
    )();
    const random = "01234567-89ab-cdef-0123-456789abcdef";
    const places = ["stacks/p/dev.json", "locks/organization/p/dev"].map((name) => join(folder, ".pulumi", name));
    const old = places.map((path) => `${path}.${random}.tmp`);
    const fresh = places.map((path) => `${path}.${random.toUpperCase().toLowerCase().replace("0", "f")}.tmp`);
    const others = join(folder, ".pulumi/stacks/p/notes.tmp");
    for (const path of [...old, ...fresh, others]) writeFileSync(path, "half");
    for (const path of [...old, others]) utimesSync(path, 0, 0);
    await (
      await new FileBackend(folder).lock(ref)
    )();
    expect(old.filter((path) => existsSync(path))).toEqual([]);
    expect([...fresh, others].filter((path) => !existsSync(path))).toEqual([]);
  });

  test("a write leaves no temporary file", async () => {
    const folder = temporaryFolder();
    const backend = new FileBackend(folder);
    await backend.salts.keep("v1:AAAA:v1:AAAA:AAAA");
    await backend.write(ref, deployment("1"));
    await backend.backUp(ref);
    await backend.record(ref, { kind: "update", startTime: new Date(), result: "succeeded", resourceChanges: {} });
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(files.filter((name) => name.includes("tmp"))).toEqual([]);
  });

  const COMPRESSORS = { ".gz": gzipSync, ".zst": zstdCompressSync } as const;
  test.each(Object.entries(COMPRESSORS))(
    "a write counts, and a %s file that is newer by its clock does not come back",
    async (suffix, compress) => {
      for (const ahead of [-86_400, 0, 86_400]) {
        const folder = temporaryFolder();
        const written = { version: 3, checkpoint: { latest: deployment("the CLI's") } };
        put(stateFile(folder) + suffix, compress(Buffer.from(JSON.stringify(written))));
        const time = Math.floor(Date.now() / 1000) + ahead;
        utimesSync(stateFile(folder) + suffix, time, time);
        const backend = new FileBackend(folder);
        expect((await backend.read(ref))?.manifest.version).toBe("the CLI's");
        await backend.write(ref, deployment("ours"));
        expect((await new FileBackend(folder).read(ref))?.manifest.version).toBe("ours");
        expect(readdirSync(dirname(stateFile(folder))).toSorted()).toEqual(["dev.json", `dev.json${suffix}.bak`]);
        expect(await backend.stacks()).toEqual([ref]);
        // As a kill between the write and the renaming leaves it.
        expect(statSync(stateFile(folder)).mtimeMs).toBeGreaterThan(time * 1000);
      }
    },
  );
});

describe("meta.yaml", () => {
  const folderWith = async (meta?: string): Promise<string> => {
    const folder = temporaryFolder();
    await new FileBackend(folder).write(ref, deployment("1"));
    if (meta === undefined) rmSync(join(folder, ".pulumi/meta.yaml"));
    else writeFileSync(join(folder, ".pulumi/meta.yaml"), meta);
    return folder;
  };

  test("when it was lost, reading works and the next write makes it again", async () => {
    const folder = await folderWith();
    expect(await new FileBackend(folder).read(ref)).toBeDefined();
    await new FileBackend(folder).write(ref, deployment("2"));
    expect(readFileSync(join(folder, ".pulumi/meta.yaml"), "utf8")).toBe("version: 1\n");
  });

  test.each(["", "garbage", "version: 0\n", "version: 2\n", "version:\n  - 1\n", "\0"])(
    "that reads %j is refused by reading and writing alike, and stays",
    async (meta) => {
      const folder = await folderWith(meta);
      for (const use of ["read", "has", "write", "lock", "stacks"])
        expect(await problemOf(USES[use]?.(new FileBackend(folder), ref) ?? Promise.resolve())).toMatchObject({
          diagnostic: { code: "state-unreadable", file: join(folder, ".pulumi/meta.yaml") },
        });
      expect(readFileSync(join(folder, ".pulumi/meta.yaml"), "utf8")).toBe(meta);
    },
  );

  test("without it, stacks directly in the folder are of the layout before projects", async () => {
    const folder = temporaryFolder();
    put(join(folder, ".pulumi/stacks/dev.json"), "{}");
    for (const use of ["read", "has", "write", "lock", "stacks"])
      expect(await problemOf(USES[use]?.(new FileBackend(folder), ref) ?? Promise.resolve())).toMatchObject({
        message: expect.stringContaining("a layout from before projects"),
      });
  });
});

describe("whether a folder can be written to", () => {
  test.each([
    ["exists", (folder: string) => folder, true],
    ["does not exist yet", (folder: string) => join(folder, "a/b/c"), true],
    ["is a file", (folder: string) => join(folder, "file"), false],
    ["is below a file", (folder: string) => join(folder, "file/x"), false],
  ] as const)("one that %s", async (_, place, expected) => {
    expect(await new FileBackend(place(temporaryFolder({ file: "" }))).isWritable()).toBe(expected);
  });
});
