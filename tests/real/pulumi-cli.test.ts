// With the real Pulumi CLI and the official providers: runs where `pulumi` and `pulumi-resource-auth0` are on PATH, against
// a served sandbox. docs/pulumi.md says how.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";
import { killedAt } from "../support/kill.ts";
import { eventbridgeManifest, webhookManifest } from "../support/manifests.ts";
import { installPackage, linkPackages } from "../support/package.ts";
import { serve, streamsIn } from "../support/sandbox.ts";

const has = (program: string, ...args: string[]): boolean => spawnSync(program, args).error === undefined;
const isReal = has("pulumi", "version") && has("pulumi-resource-auth0", "-h");
const OPENMCF = process.env["OPENMCF_CLI"];
if (!isReal) process.stderr.write("tests/real is skipped: pulumi and pulumi-resource-auth0 are not both on PATH\n");
else if (!OPENMCF) process.stderr.write("OpenMCF's own CLI is skipped: OPENMCF_CLI does not name it\n");

const STACK = "organization/auth0-streams/default.Auth0EventStream.s";

function basic(name: string): string {
  return webhookManifest(name)
    .replace("method: bearer", "method: basic\n      username: u")
    .replace("token:", "password:");
}

function customHeader(name: string): string {
  return webhookManifest(name)
    .replace("method: bearer", "method: custom_header\n      headerKey: x-secret")
    .replace("token:", "headerValue:");
}

function action(name: string): string {
  return `apiVersion: auth0.openmcf.org/v1
kind: Auth0EventStream
metadata: { name: ${name} }
spec:
  destinationType: action
  subscriptions: [user.created]
  actionConfiguration: { actionId: 0b6a4b9e-3f6a-4f0e-9c5e-2f1f0a3a7d11 }
`;
}

const KINDS: Record<string, [before: string, after: string]> = {
  eventbridge: [
    eventbridgeManifest("s"),
    eventbridgeManifest("s").replace("[user.created, user.deleted]", "[user.created]"),
  ],
  "webhook, bearer": [
    webhookManifest("s"),
    webhookManifest("s", { endpoint: "https://new.example.com/", token: "t-2" }),
  ],
  "webhook, basic": [basic("s"), basic("s").replace("username: u", "username: v")],
  "webhook, custom header": [customHeader("s"), customHeader("s").replace("x-secret", "x-other")],
  action: [action("s"), action("s").replace("[user.created]", "[user.created, user.deleted]")],
};

describe.skipIf(!isReal)("the real CLI and the official provider", () => {
  let cwd: string;
  let env: Record<string, string>;
  let stop: () => Promise<void>;
  beforeEach(async () => {
    cwd = temporaryFolder();
    const served = await serve(cwd);
    stop = served.stop;
    env = {
      ...served.exports,
      PULUMI_BACKEND_URL: `file://${cwd}`,
      PULUMI_CONFIG_PASSPHRASE: "correct-horse",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // What it needs is on PATH.
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      STACK_INPUT_YAML_FILE: join(cwd, "stack-input.yaml"),
      AWS_REGION: "us-east-1",
    };
    // The CLI writes beside Pulumi.yaml: not into the repository.
    const project = parse(readFileSync("Pulumi.yaml", "utf8")) as Record<string, unknown>;
    writeFileSync(join(cwd, "Pulumi.yaml"), stringify({ ...project, main: resolve("dist/program.js") }));
  });
  afterEach(() => stop());

  function declare(manifest: string): void {
    writeFileSync(join(cwd, "m.yaml"), manifest);
    writeFileSync(join(cwd, "stack-input.yaml"), stringify({ target: parse(manifest) as unknown }));
  }

  function pulumi(...args: string[]): { code: number | null; text: string } {
    const { status, stdout, stderr } = spawnSync(
      "pulumi",
      [...args, "--non-interactive", "--color", "never", "-C", cwd],
      { encoding: "utf8", env: { ...process.env, ...env, HOME: cwd } },
    );
    return { code: status, text: stdout + stderr };
  }

  /** What the embedded engine would change. */
  async function changes(): Promise<Record<string, number>> {
    const { json } = await openmcfJson<RunJson>(["plan", "-f", "m.yaml"], { cwd, env });
    return Object.fromEntries(Object.entries(json.summary).filter(([op, count]) => op !== "same" && count > 0));
  }

  test.each(Object.entries(KINDS))(
    "%s: what one engine has made is unchanged to the other, after create, update and refresh",
    { timeout: 600_000 },
    async (_, [before, after]) => {
      declare(before);
      expect((await openmcf(["apply", "-f", "m.yaml"], { cwd, env })).code).toBe(0);
      const same = pulumi("preview", "--stack", STACK, "--expect-no-changes");
      expect(same, same.text).toMatchObject({ code: 0 });
      const refreshed = pulumi("refresh", "--stack", STACK, "--yes", "--expect-no-changes");
      expect(refreshed, refreshed.text).toMatchObject({ code: 0 });
      expect(await changes()).toEqual({});

      declare(after);
      const updated = pulumi("up", "--stack", STACK, "--yes", "--skip-preview");
      expect(updated, updated.text).toMatchObject({ code: 0 });
      expect(await changes()).toEqual({});
      declare(before);
      expect((await openmcf(["apply", "-f", "m.yaml", "--refresh"], { cwd, env })).code).toBe(0);
      const again = pulumi("preview", "--stack", STACK, "--expect-no-changes", "--refresh");
      expect(again, again.text).toMatchObject({ code: 0 });
      expect(again.text).not.toMatch(/a-token|t-2/);
      const gone = pulumi("destroy", "--stack", STACK, "--yes", "--skip-preview");
      expect(gone, gone.text).toMatchObject({ code: 0 });
      expect([...streamsIn(cwd).keys()]).toEqual([]);
    },
  );

  test("a replaced stream", { timeout: 600_000 }, async () => {
    declare(eventbridgeManifest("s"));
    const made = pulumi("stack", "init", STACK);
    expect(made, made.text).toMatchObject({ code: 0 });
    const up = pulumi("up", "--stack", STACK, "--yes", "--skip-preview");
    expect(up, up.text).toMatchObject({ code: 0 });
    declare(eventbridgeManifest("s", "eu-west-1"));
    expect((await openmcf(["apply", "-f", "m.yaml"], { cwd, env })).code).toBe(0);
    const same = pulumi("preview", "--stack", STACK, "--expect-no-changes");
    expect(same, same.text).toMatchObject({ code: 0 });
    expect(streamsIn(cwd).get("s")).toHaveLength(1);
  });

  test("an interrupted create is a pending operation to the CLI", { timeout: 600_000 }, async () => {
    declare(eventbridgeManifest("s"));
    // A run to its end says which moment it is; then all of it is taken back.
    const { moments } = await killedAt(0, ["apply", "-f", "m.yaml"], cwd, env);
    expect((await openmcf(["destroy", "-f", "m.yaml"], { cwd, env })).code).toBe(0);
    rmSync(join(cwd, ".pulumi"), { recursive: true });
    const answered = 1 + moments.findLastIndex((moment) => moment.endsWith("answer to POST"));
    expect((await killedAt(answered, ["apply", "-f", "m.yaml"], cwd, env)).signal).toBe("SIGKILL");
    expect(streamsIn(cwd).get("s")).toHaveLength(1);
    spawnSync("pulumi", ["cancel", "--yes", "--stack", STACK, "-C", cwd], { env: { ...process.env, ...env } });
    const exported = pulumi("stack", "export", "--stack", STACK);
    expect(exported, exported.text).toMatchObject({ code: 0 });
    expect((await openmcf(["apply", "-f", "m.yaml"], { cwd, env })).code).toBe(0);
    expect(streamsIn(cwd).get("s")).toHaveLength(1);
    const same = pulumi("preview", "--stack", STACK, "--expect-no-changes");
    expect(same, same.text).toMatchObject({ code: 0 });
  });

  test("each respects the other's lock", { timeout: 600_000 }, async () => {
    declare(eventbridgeManifest("s"));
    await openmcf(["apply", "-f", "m.yaml"], { cwd, env });
    const locks = join(cwd, ".pulumi/locks/organization/auth0-streams/default.Auth0EventStream.s");
    mkdirSync(locks, { recursive: true });
    const lock = { pid: process.pid, username: "someone", hostname: hostname(), timestamp: new Date().toISOString() };
    writeFileSync(join(locks, "0d6e3b3e-8f1a-4d0e-9f39-7d6a0c9f2a11.json"), JSON.stringify(lock));
    const refused = pulumi("up", "--stack", STACK, "--yes", "--skip-preview");
    expect(refused.code).not.toBe(0);
    expect(refused.text).toMatch(/currently locked/);
    const ours = await openmcf(["apply", "-f", "m.yaml", "--engine", "pulumi"], { cwd, env });
    expect([ours.code, ours.stdout + ours.stderr]).toEqual([4, expect.stringContaining("state-locked")]);
  });

  describe("the component package, as it is installed", () => {
    let consumer: string;
    let run: (...args: string[]) => { code: number | null; text: string; stdout: string };
    beforeEach(() => {
      consumer = join(cwd, "consumer");
      mkdirSync(consumer);
      installPackage(consumer);
      linkPackages(consumer, "@pulumi/pulumi");
      // Plugins are sought in PULUMI_HOME; those on PATH do not count for `pulumi package`.
      const plugins = process.env["PULUMI_HOME"] ? { PULUMI_HOME: process.env["PULUMI_HOME"] } : {};
      run = (...args) => {
        const { status, stdout, stderr } = spawnSync("pulumi", [...args, "--non-interactive"], {
          cwd: consumer,
          encoding: "utf8",
          env: { ...process.env, ...env, HOME: cwd, ...plugins },
        });
        return { code: status, text: stdout + stderr, stdout };
      };
    });

    test("its schema is what the CLI reads from PulumiPlugin.yaml", { timeout: 600_000 }, () => {
      const read = run("package", "get-schema", "./node_modules/auth0-streams");
      expect(read, read.text).toMatchObject({ code: 0 });
      const schema = JSON.parse(read.stdout) as { resources: object; types: object };
      const written = JSON.parse(readFileSync("schemas/pulumi-package.json", "utf8")) as typeof schema;
      expect(Object.keys(schema.resources).toSorted()).toEqual(Object.keys(written.resources).toSorted());
      expect(Object.keys(schema.types).toSorted()).toEqual(Object.keys(written.types).toSorted());
    });

    for (const language of ["nodejs", "python", "go", "dotnet", "java"])
      test.skipIf(!has(`pulumi-language-${language}`, "-h"))(`an SDK for ${language}`, { timeout: 600_000 }, () => {
        const made = run("package", "gen-sdk", "./node_modules/auth0-streams", "--language", language, "--out", "sdk");
        expect(made, made.text).toMatchObject({ code: 0 });
      });

    test.skipIf(!has("pulumi-language-yaml", "-h"))("a YAML program makes a stream", { timeout: 600_000 }, () => {
      const properties = {
        destinationType: "eventbridge",
        subscriptions: ["user.created"],
        eventbridgeConfiguration: { awsAccountId: "123456789012", awsRegion: "us-east-1" },
      };
      writeFileSync(
        join(consumer, "Pulumi.yaml"),
        stringify({
          name: "consumer",
          runtime: "yaml",
          packages: { "auth0-streams": "./node_modules/auth0-streams" },
          resources: { s: { type: "auth0-streams:Auth0EventStream", properties } },
          outputs: { source: "${s.awsPartnerEventSource}" },
        }),
      );
      for (const command of [
        ["install"],
        ["stack", "init", "dev"],
        ["up", "--yes", "--skip-preview", "--stack", "dev"],
      ]) {
        const done = run(...command);
        expect(done, `${command.join(" ")}\n${done.text}`).toMatchObject({ code: 0 });
      }
      expect(run("stack", "output", "source", "--stack", "dev").text).toMatch(/aws\.partner\/auth0\.com\//);
      expect(run("destroy", "--yes", "--skip-preview", "--stack", "dev")).toMatchObject({ code: 0 });
    });
  });

  test.skipIf(!OPENMCF)("OpenMCF's own CLI takes it as its module", { timeout: 600_000 }, () => {
    const labels = {
      "openmcf.org/provisioner": "pulumi",
      "pulumi.openmcf.org/stack.fqdn": STACK,
    };
    const manifest = parse(eventbridgeManifest("s")) as { metadata: object };
    writeFileSync(join(cwd, "m.yaml"), stringify({ ...manifest, metadata: { ...manifest.metadata, labels } }));
    const run = (...args: string[]): { code: number | null; text: string } => {
      const { status, stdout, stderr } = spawnSync(
        OPENMCF ?? "",
        [...args, "-f", join(cwd, "m.yaml"), "--module-dir", cwd],
        {
          cwd,
          encoding: "utf8",
          env: { ...process.env, ...env, STACK_INPUT_YAML_FILE: "", HOME: cwd },
        },
      );
      return { code: status, text: stdout + stderr };
    };
    const init = run("init");
    expect(init, init.text).toMatchObject({ code: 0 });
    const applied = run("apply");
    expect(applied, applied.text).toMatchObject({ code: 0 });
    const { text } = pulumi("stack", "output", "--json", "--stack", STACK);
    const outputs = JSON.parse(text) as Record<string, unknown>;
    expect(outputs["aws_partner_event_source"]).toMatch(/^aws\.partner\/auth0\.com\//);
    expect(outputs["awsPartnerEventSource"]).toBe(outputs["aws_partner_event_source"]);
    expect(run("destroy")).toMatchObject({ code: 0 });
    expect([...streamsIn(cwd).keys()]).toEqual([]);
  });
});
