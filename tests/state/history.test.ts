import fc from "fast-check";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expired } from "../../pkg/state/history.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { temporaryFolder } from "../support/cli.ts";

const ref = { project: "p", stack: "dev" };
const entry = (create = 0) =>
  ({ kind: "update", startTime: new Date(0), result: "succeeded", resourceChanges: { same: 3, create } }) as const;

async function backendWithStack(): Promise<{ folder: string; backend: FileBackend }> {
  const folder = temporaryFolder();
  const backend = new FileBackend(folder);
  await backend.write(ref, { manifest: { time: "", magic: "", version: "" } });
  return { folder, backend };
}

test("runs by the clock that change nothing neither fill the folder nor push out the last change", async () => {
  const { folder, backend } = await backendWithStack();
  await backend.record(ref, entry(1));
  for (let run = 0; run < 400; run += 1) await backend.record(ref, entry());
  const records = await backend.history(ref);
  expect(records.length).toBeLessThanOrEqual(120);
  expect(records.at(-1)?.resourceChanges).toEqual({ same: 3, create: 1 });
  const files = (name: string): string[] => readdirSync(join(folder, ".pulumi", name, "p/dev"));
  expect(files("history")).toHaveLength(2 * records.length);
  expect(files("backups")).toHaveLength(records.length);
});

test("runs that all change something are bounded too, the newest stay", async () => {
  const { backend } = await backendWithStack();
  for (let run = 0; run < 300; run += 1) await backend.record(ref, entry(run + 1));
  const records = await backend.history(ref);
  expect(records.length).toBeLessThanOrEqual(120);
  expect(records.map(({ resourceChanges }) => resourceChanges?.["create"])).toEqual(records.map((_, at) => 300 - at));
});

test("records that the Pulumi CLI made stay, and what is no record stays", () => {
  const record = (kind: string) => ({
    kind: "update",
    startTime: 0,
    endTime: 0,
    message: "",
    environment: { "exec.kind": kind },
    config: {},
    result: "succeeded",
    version: 0,
  });
  const old = fc.array(fc.constantFrom(record("cli"), record("auth0-streams"), undefined), { maxLength: 300 });
  fc.assert(
    fc.property(old, (records) => {
      const gone = new Set(expired(records.map((each, at) => ({ stamp: String(at), record: each }))));
      for (const [at, each] of records.entries())
        expect(gone.has(String(at))).toBe(each?.environment["exec.kind"] === "auth0-streams");
    }),
  );
});

test("a record that cannot be read is a state problem with its path", async () => {
  const { folder, backend } = await backendWithStack();
  await backend.record(ref, entry());
  const records = join(folder, ".pulumi/history/p/dev");
  const name = readdirSync(records).find((each) => each.endsWith(".history.json")) ?? "";
  writeFileSync(join(records, name), "null");
  await expect(backend.history(ref)).rejects.toMatchObject({ diagnostic: { file: join(records, name) } });
});
