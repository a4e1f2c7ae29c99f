import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { OperationResult } from "../../pkg/engine/index.ts";
import { auth0Plugin, awsPlugin } from "../../pkg/providers/index.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { eventbridgeManifest, webhookManifest } from "../support/manifests.ts";
import { pulumiRun } from "../support/pulumi-run.ts";
import type { ProgramRun } from "../support/pulumi-run.ts";

const { main, runtime } = parse(readFileSync("Pulumi.yaml", "utf8")) as {
  main: string;
  runtime: { name: string; options: { typescript: boolean } };
};

/** Keys in snake_case at any depth, as OpenMCF's stack inputs may have them. */
function snakeCase(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(snakeCase);
  const entries = Object.entries(value).map(([key, each]) => [
    key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    snakeCase(each),
  ]);
  return Object.fromEntries(entries) as unknown;
}

describe("the program of Pulumi.yaml, run as the CLI's language host runs it", () => {
  let folder: string;
  let sandbox: Sandbox;
  let told: ProgramRun;
  let up: (
    options: { env?: Record<string, string>; config?: Record<string, string>; cwd?: string; untold?: boolean },
    program?: string,
  ) => Promise<OperationResult>;
  beforeEach(() => {
    folder = temporaryFolder();
    sandbox = openSandbox(join(folder, ".sandbox"));
    told = {};
    const engine = createEmbeddedEngine({
      backend: new FileBackend(folder),
      plugins: [auth0Plugin({ env: {}, override: () => sandbox.access() }), awsPlugin({ env: {} })],
      passphrase: () => "correct-horse",
    });
    up = (options, program = resolve(main)) =>
      engine.up({
        project: "auth0-streams",
        stack: "dev",
        program: { host: pulumiRun(program, { cwd: folder, ...options }, told) },
      });
  });
  afterEach(() => sandbox.close());

  const ids = (): unknown[] => sandbox.status().streams.map((stream) => (stream as { id: string }).id);

  test("it is built JavaScript", () => {
    expect([main, runtime.name, runtime.options.typescript]).toEqual(["dist/program.js", "nodejs", false]);
  });

  test("a stack input as OpenMCF writes it: the outputs of its proto in both spellings", async () => {
    const target = snakeCase(parse(eventbridgeManifest("s")));
    // With a relative --module-dir the path that OpenMCF gives starts one folder higher.
    const module = join(folder, "mod");
    mkdirSync(module);
    writeFileSync(join(module, "stack-input.yaml"), stringify({ target }));
    const made = await up({ cwd: module, env: { STACK_INPUT_YAML_FILE: "mod/stack-input.yaml" } });
    expect([made.result, made.diagnostics, told.stderr]).toEqual(["succeeded", [], ""]);
    const [id] = ids();
    const { outputs } = made;
    expect(outputs).toMatchObject({ id, name: "s", status: "enabled" });
    for (const [camel, snake] of [
      ["destinationType", "destination_type"],
      ["createdAt", "created_at"],
      ["updatedAt", "updated_at"],
      ["awsPartnerEventSource", "aws_partner_event_source"],
    ] as const) {
      expect(outputs[camel]).toBeTypeOf("string");
      expect(outputs[snake]).toBe(outputs[camel]);
    }
    expect(outputs["aws_partner_event_source"]).toMatch(/^aws\.partner\/auth0\.com\//);
    expect(outputs["subscriptions"]).toEqual(["user.created", "user.deleted"]);

    // The text itself, and OpenMCF's configuration key before it.
    const text = stringify({ target });
    expect((await up({ env: { STACK_INPUT_YAML: text } })).steps.map(({ op }) => op)).toEqual(["same"]);
    const config = { "planton-cloud:stack-input": text };
    const both = await up({ config, env: { STACK_INPUT_YAML: "target: {}" } });
    expect([both.result, both.steps.map(({ op }) => op)]).toEqual(["succeeded", ["same"]]);
    expect(ids()).toEqual([id]);
  });

  test("credentials of the stack input reach the provider, and no secret is written", async () => {
    const target: unknown = parse(webhookManifest("s", { token: "hush-1" }));
    const provider_config = { domain: "acme.example.com", client_id: "c", client_secret: "hush-2" };
    const made = await up({ env: { STACK_INPUT_YAML: stringify({ target, provider_config }) } });
    expect([made.result, made.diagnostics]).toEqual(["succeeded", []]);
    const state = readFileSync(join(folder, ".pulumi/stacks/auth0-streams/dev.json"), "utf8");
    expect(state).toContain("pulumi:providers:auth0::");
    expect(state + told.stderr + JSON.stringify(made)).not.toMatch(/hush-[12]/);
  });

  test("config manifest, a path from the project's folder, also where the CLI does not tell which that is", async () => {
    writeFileSync(join(folder, "m.yaml"), eventbridgeManifest("s"));
    const config = { "auth0-streams:manifest": "m.yaml" };
    const made = await up({ config });
    expect([made.result, made.steps.map(({ op }) => op)]).toEqual(["succeeded", ["create"]]);

    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "Pulumi.yaml"), "name: auth0-streams");
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    mkdirSync(join(folder, "dist"));
    copyFileSync(main, join(folder, "dist/program.js"));
    const again = await up({ config, untold: true }, join(folder, "dist/program.js"));
    expect([again.result, again.steps.map(({ op }) => op)]).toEqual(["succeeded", ["same"]]);
  });

  test("what is wrong is said with its place, nothing is made, and no stack trace is shown", async () => {
    writeFileSync(join(folder, "m.yaml"), eventbridgeManifest("s").replace("awsRegion", "awsRegionn"));
    const { result, diagnostics } = await up({ config: { "auth0-streams:manifest": "m.yaml" } });
    const text = diagnostics.map(({ message }) => message).join("\n");
    expect([result, text]).toEqual(["failed", expect.stringMatching(/m\.yaml:10:5\n[^]*awsRegionn/)]);
    expect(text).not.toMatch(/^\s+at /m);
    expect(ids()).toEqual([]);

    writeFileSync(join(folder, "two.yaml"), `${eventbridgeManifest("s")}---\n${eventbridgeManifest("t")}`);
    const two = await up({ config: { "auth0-streams:manifest": "two.yaml" } });
    expect(two.diagnostics.map(({ message }) => message).join("\n")).toMatch(/a stack takes one manifest/);
    expect(ids()).toEqual([]);
    const none = await up({});
    expect(none.diagnostics.map(({ message }) => message).join("\n")).toMatch(/no manifest is given/);
  });
});
