import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";
import { webhookManifest } from "../support/manifests.ts";
import { requestsTo } from "../support/sandbox.ts";

const SANDBOX = ["-f", "m.yaml", "--sandbox"];
const SECRET = "approved-secret-7f3a";
const manifest = (subscriptions: string[]): string => webhookManifest("s", { token: SECRET, subscriptions });

/** A folder with an applied stream, a changed manifest and a plan of that change. */
async function planned(): Promise<string> {
  const cwd = temporaryFolder({ "m.yaml": manifest(["user.created"]) });
  await openmcf(["apply", ...SANDBOX], { cwd });
  writeFileSync(join(cwd, "m.yaml"), manifest(["user.created", "user.deleted"]));
  expect((await openmcf(["plan", ...SANDBOX, "--out", "plan.json"], { cwd })).code).toBe(0);
  return cwd;
}

const applyPlan = (cwd: string, ...more: string[]) =>
  openmcfJson<RunJson & { diagnostics?: { code: string; message: string }[] }>(
    ["apply", ...SANDBOX, "--plan", "plan.json", ...more],
    { cwd },
  );
const writesTo = (cwd: string): number => requestsTo(cwd).filter(({ method }) => method !== "GET").length;

describe("plan --out, apply --plan", () => {
  test("what was approved is applied, and a second time it is of the past", async () => {
    const cwd = await planned();
    expect(readFileSync(join(cwd, "plan.json"), "utf8")).not.toContain(SECRET);
    const { code, json } = await applyPlan(cwd);
    expect([code, json.summary["update"]]).toEqual([0, 1]);
    const again = await applyPlan(cwd);
    expect(again.code).toBe(5);
    expect(again.json.diagnostics?.[0]).toMatchObject({
      code: "plan-outdated",
      message: expect.stringContaining("its state has changed since the plan was made"),
    });
  });

  test("a manifest that has changed since: nothing is sent, exit code 5", async () => {
    const cwd = await planned();
    writeFileSync(join(cwd, "m.yaml"), manifest(["user.created", "user.updated"]));
    const before = writesTo(cwd);
    const { code, json } = await applyPlan(cwd);
    expect([code, json.diagnostics?.[0]?.code, writesTo(cwd)]).toEqual([5, "plan-outdated", before]);
  });

  test("a live side that has changed since: the step that was not approved is not taken", async () => {
    const cwd = await planned();
    // The stream goes, so that an apply would make it again.
    const stream = readFileSync(join(cwd, ".sandbox/auth0.jsonl"), "utf8");
    const id = /est_[A-Za-z0-9]+/.exec(stream)?.[0] ?? "";
    writeFileSync(join(cwd, ".sandbox/auth0.jsonl"), `${stream}${JSON.stringify({ deleted: id })}\n`);
    const before = writesTo(cwd);
    const { code, json } = await applyPlan(cwd);
    expect([code, json.stacks[0]?.diagnostics[0]?.code, writesTo(cwd)]).toEqual([5, "not-approved", before]);
  });

  test("another verb, another target, a file that is no plan", async () => {
    const cwd = await planned();
    const destroy = await openmcf(["destroy", ...SANDBOX, "--plan", "plan.json"], { cwd });
    expect([destroy.code, destroy.stderr.includes("is a plan of apply, not of destroy")]).toEqual([5, true]);
    expect((await applyPlan(cwd, "--target", "s")).code).toBe(5);
    writeFileSync(join(cwd, "plan.json"), "{}");
    expect((await applyPlan(cwd)).code).toBe(3);
  });
});
