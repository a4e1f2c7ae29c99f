import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { busManifest, leftAt } from "../support/aws.ts";
import { openmcf, openmcfJson, pulumiStandIn, temporaryFolder } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";
import { eventbridgeManifest, webhookManifest } from "../support/manifests.ts";
import { serve, streamsIn } from "../support/sandbox.ts";

const has = (plugin: string): boolean => spawnSync(plugin, ["-h"]).error === undefined;
const isReal = spawnSync("pulumi", ["version"]).status === 0 && has("pulumi-resource-auth0");

/** What went wrong. The CLI warns of every plugin that it finds on PATH. */
const errorsOf = ({ stacks }: RunJson): unknown[] =>
  stacks.flatMap(({ diagnostics }) => diagnostics.filter(({ severity }) => severity === "error"));

/** What `--engine pulumi` says of a stack's life against a served sandbox. */
async function life(path: string, withAws: boolean): Promise<void> {
  const cwd = temporaryFolder({ "m.yaml": webhookManifest("hooked") });
  const { exports, stop } = await serve(cwd);
  const env = { ...exports, PATH: path, PULUMI_CONFIG_PASSPHRASE: "correct-horse", AWS_REGION: "us-east-1" };
  const args = ["-f", "m.yaml", "--engine", "pulumi"];
  const made = await openmcfJson<RunJson>(["apply", ...args], { cwd, env });
  expect([made.code, errorsOf(made.json)]).toEqual([0, []]);
  expect(made.json.summary).toMatchObject({ create: 1 });
  expect(made.json.stacks[0]?.outputs["id"]).toBe(streamsIn(cwd).get("hooked")?.[0]);
  expect(made.stdout + made.stderr).not.toContain("a-token");
  const outputs = await openmcfJson<Record<string, { name: string }>>(["outputs", ...args], { cwd, env });
  expect(outputs.json["hooked"]?.name).toBe("hooked");

  // The embedded engine goes on with the same state, and the other way round.
  const embedded = await openmcfJson<RunJson>(["plan", "-f", "m.yaml"], { cwd, env });
  expect(embedded.json.summary).toMatchObject({ same: 1, update: 0, replace: 0, create: 0 });
  writeFileSync(join(cwd, "m.yaml"), webhookManifest("hooked", { endpoint: "https://other.example.com/" }));
  const plan = await openmcfJson<RunJson>(["plan", ...args, "--detailed-exitcode"], { cwd, env });
  expect([
    plan.code,
    plan.json.stacks[0]?.steps.flatMap(({ diff }) => diff.map(({ path: changed }) => changed)),
  ]).toEqual([2, ["webhookConfiguration.webhookEndpoint"]]);
  expect((await openmcf(["apply", "-f", "m.yaml"], { cwd, env })).code).toBe(0);
  const after = await openmcfJson<RunJson>(["plan", ...args, "--refresh"], { cwd, env });
  expect(after.json.summary).toMatchObject({ same: 1, update: 0 });

  expect((await openmcf(["destroy", ...args], { cwd, env })).code).toBe(0);
  if (withAws) await lifeOfBus(cwd, env);
  expect([...streamsIn(cwd).keys()]).toEqual([]);
  expect(await leftAt(cwd)).toEqual([]);

  // A live stream is adopted under the URN that the program gives it, by name and by id.
  writeFileSync(join(cwd, "e.yaml"), eventbridgeManifest("e"));
  expect((await openmcf(["apply", "-f", "e.yaml"], { cwd, env })).code).toBe(0);
  const [id = ""] = streamsIn(cwd).get("e") ?? [];
  for (const live of [[], ["--id", id]]) {
    const elsewhere = ["-f", "e.yaml", "--engine", "pulumi", "--backend", `file://${temporaryFolder()}`];
    const adopted = await openmcfJson<RunJson>(["import", ...elsewhere, ...live], { cwd, env });
    expect([adopted.code, errorsOf(adopted.json)]).toEqual([0, []]);
    expect(adopted.json.stacks[0]?.steps.map(({ op }) => op)).toEqual(["import"]);
    const kept = await openmcfJson<RunJson>(["plan", ...elsewhere], { cwd, env });
    expect(kept.json.summary).toMatchObject({ same: 1, create: 0, update: 0, delete: 0 });
    const twice = await openmcfJson<RunJson>(["import", ...elsewhere, ...live], { cwd, env });
    expect(twice.code).toBe(1);
    expect(errorsOf(twice.json)).toMatchObject([
      { message: expect.stringContaining("is in the state already") as string },
    ]);
  }
  expect(streamsIn(cwd).get("e")).toEqual([id]);
  await stop();
}

/** With the AWS half; two stacks side by side. */
async function lifeOfBus(cwd: string, env: Record<string, string>): Promise<void> {
  const bus = {
    rules: [
      { name: "all", targets: [{ name: "s", kinesis: { arn: "arn:aws:kinesis:us-east-1:123456789012:stream/s" } }] },
    ],
  };
  writeFileSync(join(cwd, "bus.yaml"), busManifest("bus", bus));
  const both = ["-f", "m.yaml", "-f", "bus.yaml", "--engine", "pulumi"];
  const applied = await openmcfJson<RunJson>(["apply", ...both], { cwd, env });
  expect([applied.code, errorsOf(applied.json)]).toEqual([0, []]);
  expect(applied.json.stacks[1]?.outputs["partnerEventSourceState"]).toBe("ACTIVE");
  const destroyed = await openmcfJson<RunJson>(["destroy", ...both], { cwd, env });
  expect([destroyed.code, errorsOf(destroyed.json)]).toEqual([0, []]);
}

describe("--engine pulumi", () => {
  test("drives a pulumi on PATH by its own protocols; both engines go on with one state", async () => {
    await life(`${pulumiStandIn()}:${process.env["PATH"]}`, true);
  });

  test.skipIf(!isReal)(
    `the real CLI and the official provider do the same${isReal ? "" : " (skipped: pulumi and pulumi-resource-auth0 are not on PATH)"}`,
    { timeout: 600_000 },
    async () => {
      await life(process.env["PATH"] ?? "", has("pulumi-resource-aws"));
    },
  );

  test("without a CLI it says so, and what to do", async () => {
    const cwd = temporaryFolder({ "m.yaml": webhookManifest("hooked") });
    const bin = join(cwd, "bin");
    mkdirSync(bin);
    copyFileSync("/bin/sh", join(bin, "sh"));
    const env = { AUTH0_DOMAIN: "acme.example.com", AUTH0_API_TOKEN: "t", PATH: bin };
    const { code, stdout } = await openmcf(["plan", "-f", "m.yaml", "--backend", "s3://a-bucket"], { cwd, env });
    expect([code, stdout]).toEqual([3, expect.stringContaining("error[cli-missing]: the Pulumi CLI is not on PATH")]);
  });
});
