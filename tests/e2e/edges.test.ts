import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";
import { eventbridgeManifest, webhookManifest } from "../support/manifests.ts";
import { requestsTo, serve, streamsIn } from "../support/sandbox.ts";

const STACK = "default.Auth0EventStream.s";

describe("at the edges", () => {
  test("a stack that another run holds: exit 4, and who holds it; a plan goes on", async () => {
    const cwd = temporaryFolder({ "m.yaml": eventbridgeManifest("s") });
    const locks = join(cwd, ".sandbox/.pulumi/locks/organization/auth0-streams", STACK);
    mkdirSync(locks, { recursive: true });
    writeFileSync(
      join(locks, "x.json"),
      JSON.stringify({ pid: 1, username: "eve", hostname: "elsewhere", timestamp: "2026-11-21T10:00:00Z" }),
    );
    const { code, json } = await openmcfJson<RunJson>(["apply", "-f", "m.yaml", "--sandbox"], { cwd });
    expect([code, json.stacks[0]?.diagnostics]).toMatchObject([
      4,
      [{ code: "state-locked", message: expect.stringContaining("eve@elsewhere") }],
    ]);
    expect((await openmcf(["plan", "-f", "m.yaml", "--sandbox"], { cwd })).code).toBe(0);
  });

  test("a damaged state file: exit 4, and where the copy is", async () => {
    const cwd = temporaryFolder({ "m.yaml": eventbridgeManifest("s") });
    await openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd });
    writeFileSync(join(cwd, ".sandbox/.pulumi/stacks/auth0-streams", `${STACK}.json`), "{");
    const outcome = await openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd });
    expect([outcome.code, outcome.stdout]).toEqual([4, expect.stringContaining(`${STACK}.json.bak`)]);
  });

  test("Ctrl-C finishes what is under way, begins nothing more, exits with 130; the next run converges", async () => {
    const cwd = temporaryFolder();
    const names = ["a", "b", "c", "d"];
    for (const name of names) writeFileSync(join(cwd, `${name}.yaml`), eventbridgeManifest(name));
    const { stop } = await serve(cwd, ["--fault", "latency=400"]);
    const child = spawn(
      process.execPath,
      [resolve("dist/cli/main.js"), "apply", "-f", ".", "--sandbox", "--parallel", "1"],
      { cwd },
    );
    const ended = new Promise((done) => child.once("exit", done));
    // The first stream is made, the second is on its way.
    await expect.poll(() => requestsTo(cwd).length, { timeout: 20_000, interval: 10 }).toBeGreaterThan(0);
    child.kill("SIGINT");
    const code = await ended;
    expect(code).toBe(130);
    const made = [...streamsIn(cwd).keys()];
    expect(made.length).toBeLessThan(4);
    const again = await openmcfJson<RunJson>(["apply", "-f", ".", "--sandbox"], { cwd });
    expect(again.json.summary).toMatchObject({ same: made.length, create: 4 - made.length });
    await stop();
  });

  test("two applies of one manifest at once make one stream", async () => {
    const cwd = temporaryFolder({ "m.yaml": webhookManifest("s") });
    const { stop } = await serve(cwd, ["--fault", "latency=50"]);
    const outcomes = await Promise.all([1, 2, 3].map(() => openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd })));
    for (const { code } of outcomes) expect([0, 4]).toContain(code);
    expect((await openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd })).code).toBe(0);
    expect(streamsIn(cwd).get("s")).toHaveLength(1);
    await stop();
  });

  test("init makes stacks once; --target reaches nothing else; an unused flag of OpenMCF is taken", async () => {
    const cwd = temporaryFolder({ "m.yaml": eventbridgeManifest("s") });
    expect((await openmcf(["init", "-f", "m.yaml", "--sandbox"], { cwd })).stdout).toContain("made");
    expect((await openmcf(["init", "-f", "m.yaml", "--sandbox"], { cwd })).stdout).toContain("exists already");
    const { json } = await openmcfJson<RunJson>(
      ["apply", "-f", "m.yaml", "--sandbox", "--target", "urn:nothing", "--module-dir", "x", "--diff"],
      { cwd },
    );
    expect(json.summary).toMatchObject({ create: 0 });
    for (const wrong of [
      ["--parallel", "none"],
      ["--backend", "file://x"],
      ["-p", "x.yaml"],
      ["--stack", "x"],
      ["--fault", "x"],
    ]) {
      expect((await openmcf(["apply", "-f", "m.yaml", "--sandbox", ...wrong], { cwd })).code, wrong.join(" ")).toBe(3);
    }
  });

  test("removing a manifest's secret from the environment stops an apply, not a destroy", async () => {
    const cwd = temporaryFolder({ "m.yaml": webhookManifest("s", { token: "{valueFrom: {env: TOKEN}}" }) });
    expect((await openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd, env: { TOKEN: "t" } })).code).toBe(0);
    expect((await openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd })).code).toBe(3);
    expect((await openmcf(["destroy", "-f", "m.yaml", "--sandbox"], { cwd })).code).toBe(0);
  });

  test("without --sandbox nothing is made in the working folder but state", async () => {
    const cwd = temporaryFolder({ "m.yaml": eventbridgeManifest("s") });
    await openmcf(["plan", "-f", "m.yaml"], { cwd });
    expect(readdirSync(cwd)).toEqual(["m.yaml"]);
  });

  test("a reader that goes away is no failure, one that is slow gets everything", () => {
    const cli = `"${process.execPath}" dist/cli/main.js`;
    const sh = (script: string): string =>
      spawnSync("bash", ["-c", script], { encoding: "utf8" }).stdout.trim().replaceAll(/\s+/g, " ");
    expect(sh(`${cli} schema Auth0EventStream | head -1; echo "\${PIPESTATUS[0]}"`)).toBe("{ 0");
    const size = statSync("schemas/Auth0EventStream.json").size;
    expect(Number(sh(`${cli} schema Auth0EventStream | (sleep 1; wc -c)`))).toBe(size);
  });

  test("completion scripts parse", async () => {
    const cwd = temporaryFolder();
    for (const shell of ["bash", "zsh", "fish"]) {
      const { code, stdout } = await openmcf(["completion", shell], { cwd });
      expect([code, stdout.includes("detailed-exitcode")]).toEqual([0, true]);
      if (shell === "bash") execFileSync("bash", ["-n"], { input: stdout });
    }
  });

  test("the printed schema is the one in schemas/", async () => {
    const { readFileSync } = await import("node:fs");
    const { stdout } = await openmcf(["schema", "auth0-event-stream"], { cwd: temporaryFolder() });
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync("schemas/Auth0EventStream.json", "utf8")));
  });
});
