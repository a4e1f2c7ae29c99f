import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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

/** The CLIs that it is run with: a stand-in, and the real one where there is one. */
const CLIS = [
  {
    cli: "a stand-in for the CLI",
    isHere: true,
    hasAws: true,
    path: () => `${pulumiStandIn()}:${process.env["PATH"]}`,
  },
  {
    cli: `the real CLI and the official provider${isReal ? "" : " (skipped: pulumi and pulumi-resource-auth0 are not on PATH)"}`,
    isHere: isReal,
    hasAws: isReal && has("pulumi-resource-aws"),
    path: () => process.env["PATH"] ?? "",
  },
];

describe.each(CLIS)("--engine pulumi with $cli", ({ isHere, hasAws, path }) => {
  let cwd: string;
  let env: Record<string, string>;
  let stop: () => Promise<void>;
  beforeEach(async () => {
    cwd = temporaryFolder();
    const served = await serve(cwd);
    stop = served.stop;
    env = { ...served.exports, PATH: path(), PULUMI_CONFIG_PASSPHRASE: "correct-horse", AWS_REGION: "us-east-1" };
  });
  afterEach(() => stop());

  const run = (...args: string[]) => openmcfJson<RunJson>(args, { cwd, env });

  test.skipIf(!isHere)("both engines go on with one state", async () => {
    writeFileSync(join(cwd, "m.yaml"), webhookManifest("hooked"));
    const args = ["-f", "m.yaml", "--engine", "pulumi"];
    const made = await run("apply", ...args);
    expect([made.code, errorsOf(made.json)]).toEqual([0, []]);
    expect(made.json.summary).toMatchObject({ create: 1 });
    expect(made.json.stacks[0]?.outputs["id"]).toBe(streamsIn(cwd).get("hooked")?.[0]);
    expect(made.stdout + made.stderr).not.toContain("a-token");
    const outputs = await openmcfJson<Record<string, { name: string }>>(["outputs", ...args], { cwd, env });
    expect(outputs.json["hooked"]?.name).toBe("hooked");

    const embedded = await run("plan", "-f", "m.yaml");
    expect(embedded.json.summary).toMatchObject({ same: 1, update: 0, replace: 0, create: 0 });
    writeFileSync(join(cwd, "m.yaml"), webhookManifest("hooked", { endpoint: "https://other.example.com/" }));
    const plan = await run("plan", ...args, "--detailed-exitcode");
    expect([
      plan.code,
      plan.json.stacks[0]?.steps.flatMap(({ diff }) => diff.map(({ path: changed }) => changed)),
    ]).toEqual([2, ["webhookConfiguration.webhookEndpoint"]]);
    expect((await run("apply", "-f", "m.yaml")).code).toBe(0);
    const after = await run("plan", ...args, "--refresh");
    expect(after.json.summary).toMatchObject({ same: 1, update: 0 });

    expect((await run("destroy", ...args)).code).toBe(0);
    expect([...streamsIn(cwd).keys()]).toEqual([]);
  });

  test.skipIf(!hasAws)("the AWS half, and two stacks side by side", async () => {
    const bus = {
      rules: [
        { name: "all", targets: [{ name: "s", kinesis: { arn: "arn:aws:kinesis:us-east-1:123456789012:stream/s" } }] },
      ],
    };
    writeFileSync(join(cwd, "m.yaml"), webhookManifest("hooked"));
    writeFileSync(join(cwd, "bus.yaml"), busManifest("bus", bus));
    const both = ["-f", "m.yaml", "-f", "bus.yaml", "--engine", "pulumi"];
    const applied = await run("apply", ...both);
    expect([applied.code, errorsOf(applied.json)]).toEqual([0, []]);
    expect(applied.json.stacks[1]?.outputs["partnerEventSourceState"]).toBe("ACTIVE");
    const destroyed = await run("destroy", ...both);
    expect([destroyed.code, errorsOf(destroyed.json)]).toEqual([0, []]);
    expect([...streamsIn(cwd).keys()]).toEqual([]);
    expect(await leftAt(cwd)).toEqual([]);
  });

  test.skipIf(!isHere)(
    "a live stream is adopted under the URN that the program gives it, by name and by id",
    async () => {
      writeFileSync(join(cwd, "e.yaml"), eventbridgeManifest("e"));
      expect((await run("apply", "-f", "e.yaml")).code).toBe(0);
      const [id = ""] = streamsIn(cwd).get("e") ?? [];
      const elsewhere = (): string[] => [
        "-f",
        "e.yaml",
        "--engine",
        "pulumi",
        "--backend",
        `file://${temporaryFolder()}`,
      ];
      const byId = await run("import", ...elsewhere(), "--id", id);
      expect([byId.code, errorsOf(byId.json)]).toEqual([0, []]);

      const there = elsewhere();
      const byName = await run("import", ...there);
      expect([byName.code, errorsOf(byName.json)]).toEqual([0, []]);
      expect(byName.json.stacks[0]?.steps.map(({ op }) => op)).toEqual(["import"]);
      const kept = await run("plan", ...there);
      expect(kept.json.summary).toMatchObject({ same: 1, create: 0, update: 0, delete: 0 });
      const twice = await run("import", ...there);
      expect(twice.code).toBe(1);
      expect(errorsOf(twice.json)).toMatchObject([
        { message: expect.stringContaining("is in the state already") as string },
      ]);
      expect(streamsIn(cwd).get("e")).toEqual([id]);
    },
  );
});

describe("--engine pulumi", () => {
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
