import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";
import { webhookManifest } from "../support/manifests.ts";
import { allRequestsTo, requestsTo, serve } from "../support/sandbox.ts";

const OFFLINE = { AWS_EC2_METADATA_DISABLED: "true", PULUMI_CONFIG_PASSPHRASE: "correct-horse" };
const BUS = "manifests/eventbridge-rules.yaml";

/** A folder with that many webhook streams, in one file. */
function streams(count: number): string {
  const documents = Array.from({ length: count }, (_, index) => webhookManifest(`stream-${index}`));
  return temporaryFolder({ "m.yaml": documents.join("---\n") });
}

/** Changes the sandbox's streams as someone in the dashboard would. */
function disableAll(folder: string): void {
  const path = join(folder, ".sandbox/auth0.jsonl");
  const lines = readFileSync(path, "utf8").trim().split("\n");
  const changed = lines.map((line) => {
    const entry = JSON.parse(line) as { stream?: object };
    return JSON.stringify(entry.stream ? { ...entry, stream: { ...entry.stream, status: "disabled" } } : entry);
  });
  writeFileSync(path, `${lines.join("\n")}\n${changed.join("\n")}\n`);
}

describe("a plan tells the truth", () => {
  test("what Auth0 or a person has changed is a change to take back, and is told as such", async () => {
    const cwd = streams(1);
    const run = ["-f", "m.yaml", "--sandbox"];
    await openmcf(["apply", ...run], { cwd });
    disableAll(cwd);
    const plan = await openmcf(["plan", ...run, "--detailed-exitcode"], { cwd });
    expect([plan.code, plan.stdout]).toEqual([
      2,
      expect.stringContaining('~ status: "disabled" → "enabled"  # drift: changed elsewhere'),
    ]);
    const state = await openmcf(["plan", ...run, "--detailed-exitcode", "--no-refresh"], { cwd });
    expect([state.code, state.stdout]).toEqual([
      0,
      expect.stringContaining("Not compared with the live side: --no-refresh"),
    ]);
    const { json } = await openmcfJson<RunJson>(["apply", ...run], { cwd });
    expect(json.summary["update"]).toBe(1);
    expect((await openmcf(["plan", ...run, "--detailed-exitcode"], { cwd })).code).toBe(0);
  });

  test("a hundred streams without a change take at most three requests", async () => {
    const cwd = streams(100);
    const run = ["-f", "m.yaml", "--sandbox"];
    await openmcf(["apply", ...run], { cwd });
    for (const verb of ["plan", "apply"]) {
      const before = allRequestsTo(cwd).length;
      const { json } = await openmcfJson<RunJson>([verb, ...run], { cwd });
      expect(json.summary["same"]).toBe(100);
      const made = allRequestsTo(cwd).slice(before);
      expect(made.length).toBeLessThanOrEqual(3);
      expect(new Set(made.map(({ method }) => method))).not.toContain("PATCH");
    }
  });

  test("without credentials it works on the state, says so once, and sends nothing", async () => {
    const cwd = streams(2);
    const { exports, stop } = await serve(cwd);
    await openmcf(["apply", "-f", "m.yaml"], { cwd, env: { ...OFFLINE, ...exports } });
    await stop();
    const before = requestsTo(cwd).length;
    const { code, stdout } = await openmcf(["plan", "-f", "m.yaml", "--detailed-exitcode"], { cwd, env: OFFLINE });
    expect([code, stdout.match(/Not compared with the live side/g)]).toEqual([0, [expect.anything()]]);
    expect(stdout).toContain("AUTH0_DOMAIN");
    expect(requestsTo(cwd)).toHaveLength(before);
    const markdown = await openmcf(["plan", "-f", "m.yaml", "-o", "markdown"], { cwd, env: OFFLINE });
    expect(markdown.stdout).toContain("Not compared with the live side: Auth0 credentials are missing");
    const json = await openmcfJson<{ notCompared: string[] }>(["plan", "-f", "m.yaml"], { cwd, env: OFFLINE });
    expect(json.json.notCompared).toEqual([expect.stringContaining("Auth0 credentials are missing")]);
    expect((await openmcf(["plan", "-f", "m.yaml", "--refresh"], { cwd, env: OFFLINE })).code).toBe(3);
    expect((await openmcf(["apply", "-f", "m.yaml"], { cwd, env: OFFLINE })).code).toBe(3);
  });

  test("without AWS credentials a stream with an event bus is planned all the same", async () => {
    const cwd = temporaryFolder({ "m.yaml": readFileSync(BUS, "utf8") });
    for (const args of [[], ["--no-refresh"]]) {
      const { code, stdout } = await openmcf(["plan", "-f", "m.yaml", "--detailed-exitcode", ...args], {
        cwd,
        env: OFFLINE,
      });
      expect([code, stdout]).toEqual([2, expect.stringContaining("AWS credentials are missing")]);
    }
  });
});
