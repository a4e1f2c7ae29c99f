import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { createEmbeddedEngine } from "../pkg/engine/index.ts";
import { auth0Plugin, awsPlugin } from "../pkg/providers/index.ts";
import { FileBackend } from "../pkg/state/index.ts";
import { pulumiRun } from "../tests/support/pulumi-run.ts";
import { CLI, interleaved, run } from "./measure.ts";
import type { Series } from "./measure.ts";
import { serve } from "./scenario.ts";

/**
 * From the start to the end of a preview's program, as the CLI's language host runs it: that of `Pulumi.yaml` with an
 * EventBridge manifest, beside one that imports the SDK and makes nothing.
 */
export async function programStarts(folder: string, runs: number): Promise<{ bare: Series; ours: Series }> {
  const state = mkdtempSync(join(tmpdir(), "auth0-streams-bench-state-"));
  const bare = join(state, "bare");
  mkdirSync(bare);
  writeFileSync(join(bare, "package.json"), '{ "name": "bare", "type": "module" }');
  writeFileSync(
    join(bare, "index.js"),
    'import * as pulumi from "@pulumi/pulumi";\nexport const it = pulumi.getStack();\n',
  );
  symlinkSync(resolve("node_modules"), join(bare, "node_modules"));
  const plugins = [auth0Plugin({ env: {} }), awsPlugin({ env: {} })];
  const engine = createEmbeddedEngine({ backend: new FileBackend(state), plugins, passphrase: () => "" });
  const timed = (program: string, cwd: string, config: Record<string, string>) => async (): Promise<number> => {
    const told: { ms?: number; stderr?: string } = {};
    const host = pulumiRun(program, { cwd, config }, told);
    const { result } = await engine.preview({ project: "auth0-streams", stack: "bench", program: { host } });
    if (result !== "succeeded") throw new Error(`${program} failed: ${told.stderr}`);
    return told.ms ?? Number.NaN;
  };
  const measured = await interleaved(
    {
      bare: timed(join(bare, "index.js"), bare, {}),
      ours: timed(resolve("dist/program.js"), folder, { "auth0-streams:manifest": "eventbridge.yaml" }),
    },
    runs,
  );
  rmSync(state, { recursive: true, force: true });
  return measured as { bare: Series; ours: Series };
}

/**
 * A plan without changes with the Pulumi CLI on PATH: by itself with `Pulumi.yaml`'s program, and by `--engine pulumi`.
 * @returns undefined where there is no CLI.
 */
export async function besideTheCli(folder: string, runs: number): Promise<{ cli: Series; ours: Series } | undefined> {
  if (spawnSync("pulumi", ["version"]).status !== 0) return undefined;
  const { exports, stop } = await serve(folder);
  const project = mkdtempSync(join(tmpdir(), "auth0-streams-bench-project-"));
  const env = {
    ...exports,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_BACKEND_URL: `file://${project}`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  const settings = parse(readFileSync("Pulumi.yaml", "utf8")) as Record<string, unknown>;
  writeFileSync(join(project, "Pulumi.yaml"), stringify({ ...settings, main: resolve("dist/program.js") }));
  const args = ["-f", "eventbridge.yaml", "--engine", "pulumi"];
  await run([...CLI, "apply", ...args], { cwd: folder, env });
  const stack = "default.Auth0EventStream.to-aws";
  const input = join(project, "stack-input.yaml");
  writeFileSync(input, stringify({ target: parse(readFileSync(join(folder, "eventbridge.yaml"), "utf8")) as unknown }));
  const preview = ["pulumi", "preview", "--stack", stack, "--non-interactive", "-C", project];
  const measured = await interleaved(
    {
      cli: async () => (await run(preview, { cwd: project, env: { ...env, STACK_INPUT_YAML_FILE: input } })).ms,
      ours: async () => (await run([...CLI, "plan", ...args], { cwd: folder, env })).ms,
    },
    runs,
  );
  await stop();
  rmSync(project, { recursive: true, force: true });
  return measured as { cli: Series; ours: Series };
}
