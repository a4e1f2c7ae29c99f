import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";
import { atMoments, copyOf, killedAt } from "../support/kill.ts";
import { eventbridgeManifest } from "../support/manifests.ts";

const STACK = ".pulumi/stacks/auth0-streams/default.Auth0EventStream.s.json";
const MIGRATE = ["state", "migrate", "-f", "m.yaml", "--backend", "file://./.sandbox", "--to", "file://./there"];

test("a migration that is killed loses no stack, and goes on when it is run again", { timeout: 900_000 }, async () => {
  const first = temporaryFolder({ "m.yaml": eventbridgeManifest("s") });
  expect((await openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd: first })).code).toBe(0);
  const { moments, code } = await killedAt(0, MIGRATE, copyOf(first));
  expect(code).toBe(0);
  expect(moments.length).toBeGreaterThan(8);
  await atMoments(moments.length, async (at) => {
    const cwd = copyOf(first);
    const where = `killed at ${moments[at - 1]}`;
    expect((await killedAt(at, MIGRATE, cwd)).signal, where).toBe("SIGKILL");
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
  });
});
