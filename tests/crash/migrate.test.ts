import { cpSync, existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import type { Outcome, RunJson } from "../support/cli.ts";
import { eventbridgeManifest } from "../support/manifests.ts";

const STACK = ".pulumi/stacks/auth0-streams/default.Auth0EventStream.s.json";
const MIGRATE = ["state", "migrate", "-f", "m.yaml", "--backend", "file://./.sandbox", "--to", "file://./there"];

/** Runs the migration, killed at moment `at` (never for -1). */
async function killed(cwd: string, at: number): Promise<Outcome & { moments: string[] }> {
  const counts = join(cwd, "moments");
  const outcome = await openmcf(MIGRATE, {
    cwd,
    nodeOptions: ["--import", resolve("tests/support/kill-at.mjs")],
    env: { KILL_AT: String(at), KILL_COUNT_FILE: counts },
  });
  return { ...outcome, moments: existsSync(counts) ? readFileSync(counts, "utf8").trim().split("\n") : [] };
}

test(
  "a migration killed at any moment loses no stack, and goes on when it is run again",
  { timeout: 600_000 },
  async () => {
    const first = temporaryFolder({ "m.yaml": eventbridgeManifest("s") });
    expect((await openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd: first })).code).toBe(0);
    const copyOf = (): string => {
      const cwd = temporaryFolder();
      cpSync(first, cwd, { recursive: true });
      return cwd;
    };
    const { moments, code } = await killed(copyOf(), -1);
    expect(code).toBe(0);
    expect(moments.length).toBeGreaterThan(8);
    for (let at = 1; at <= moments.length; at += 1) {
      const cwd = copyOf();
      const where = `killed at ${moments[at - 1]}`;
      expect((await killed(cwd, at)).signal, where).toBe("SIGKILL");
      const [here, there] = [join(cwd, ".sandbox", STACK), join(cwd, "there", STACK)];
      expect(existsSync(here) || existsSync(there), where).toBe(true);
      const isDone = !existsSync(here);
      const again = await openmcf(MIGRATE, { cwd });
      expect([again.code, again.stderr], where).toEqual(
        isDone ? [3, expect.stringContaining("stack-not-found")] : [0, ""],
      );
      expect(existsSync(here), where).toBe(false);
      const { json } = await openmcfJson<RunJson>(["plan", "-f", "m.yaml", "--backend", "file://./there"], { cwd });
      expect(json.summary, where).toMatchObject({ same: 1, create: 0 });
    }
  },
);
