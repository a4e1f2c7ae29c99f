// The tarball that npm publishes, as its users meet it: alone, beside a classic Pulumi project, and in Pulumi's hands.
import { execFile } from "node:child_process";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../support/cli.ts";
import { busManifest, queueTarget } from "../support/aws.ts";
import { webhookManifest } from "../support/manifests.ts";
import { installPackage, linkPackages } from "../support/package.ts";
import { startNode } from "../support/process.ts";

const run = promisify(execFile);
/** What the package is tried on: the Node of the tests, or another one, such as the oldest that it promises. */
const NODE = process.env["PACKAGE_NODE"] ?? process.execPath;

/** The folder of a project that has installed the tarball, with nothing else in node_modules. */
let project: string;
let installed: string;

beforeAll(() => {
  project = temporaryFolder();
  installed = installPackage(project);
});

/** Runs the CLI as it was installed. */
async function openmcf(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = [join(installed, "dist/cli/main.js"), ...args];
  const env = { PATH: process.env["PATH"], HOME: project, TMPDIR: project };
  return run(NODE, command, { cwd: project, env }).then(
    (said) => ({ code: 0, ...said }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
}

describe("the published package", () => {
  test("asks for nothing that builds it, runs nothing when it is installed, and is light", () => {
    const published = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, object>;
    expect(published["scripts"]).toBeUndefined();
    expect(published["devDependencies"]).toBeUndefined();
    expect(Object.keys(published["dependencies"] ?? {})).toEqual(["zod"]);
    const optional = Object.fromEntries(
      Object.keys(published["peerDependencies"] ?? {}).map((name) => [name, { optional: true }]),
    );
    expect(published["peerDependenciesMeta"]).toEqual(optional);
    const names = readdirSync(installed, { recursive: true, encoding: "utf8" });
    const bytes = names.reduce((sum, name) => sum + statSync(join(installed, name)).size, 0);
    expect(bytes).toBeLessThan(20e6);
  });

  test("validates, plans and applies on the sandbox without any other package", async () => {
    writeFileSync(join(project, "w.yaml"), webhookManifest("w"));
    writeFileSync(join(project, "b.yaml"), busManifest("b", { rules: [{ name: "all", targets: [queueTarget("q")] }] }));
    const both = ["-f", "w.yaml", "-f", "b.yaml"];
    for (const command of [["validate"], ["plan", "--sandbox"], ["apply", "--sandbox", "--yes"]]) {
      const outcome = await openmcf(...command, ...both);
      expect(outcome, command.join(" ")).toMatchObject({ code: 0 });
      // Not even of the runtime.
      expect(outcome.stderr).not.toMatch(/warning/i);
    }
    const { stdout } = await openmcf("outputs", "--sandbox", "-o", "json", ...both);
    expect(JSON.parse(stdout)).toMatchObject({ w: { name: "w" }, b: { partnerEventSourceState: "ACTIVE" } });
  });

  test("says what to install for --engine pulumi, and for a Pulumi program", async () => {
    const refused = await openmcf("plan", "-f", "w.yaml", "--engine", "pulumi");
    expect(refused.code).toBe(3);
    expect(refused.stdout + refused.stderr).toMatch(/error\[sdk-missing\][^]*npm install @pulumi\/pulumi/);
    const program = run(NODE, ["-e", 'require("auth0-streams")'], { cwd: project });
    await expect(program).rejects.toThrow("npm install @pulumi/pulumi @pulumi/auth0 @pulumi/aws");
  });
});

describe("the published package beside Pulumi's SDK", () => {
  beforeAll(() => {
    linkPackages(project, "@pulumi/pulumi", "@pulumi/auth0", "@pulumi/aws", "@types", "zod");
    writeFileSync(
      join(project, "index.ts"),
      `import * as pulumi from "@pulumi/pulumi";
import { Auth0EventStream } from "auth0-streams";
import { embeddedPulumiCommand } from "auth0-streams/automation";
export const stream = (arn: pulumi.Output<string>) =>
  new Auth0EventStream("s", {
    destinationType: "eventbridge",
    subscriptions: ["user.created"],
    eventBus: { rules: [{ name: "all", targets: [{ name: "q", sqs: { arn } }] }] },
  });
export const id = (made: Auth0EventStream): pulumi.Output<string> => made.streamId;
// @ts-expect-error a queue has an ARN
export const wrong = () => new Auth0EventStream("s", { eventBus: { rules: [{ name: "a", targets: [{ sqs: {} }] }] } });
export const command = embeddedPulumiCommand();
`,
    );
  });

  test("a classic project compiles, its libraries checked too: CommonJS, node10, as `pulumi new typescript` writes it", async () => {
    const compiler = resolve("node_modules/typescript/bin/tsc");
    const classic = ["--module", "commonjs", "--moduleResolution", "node", "--ignoreDeprecations", "6.0"];
    const options = ["--strict", "--target", "es2020", "--types", "node", "--noEmit"];
    const compiled = await run(process.execPath, [compiler, ...classic, ...options, "index.ts"], {
      cwd: project,
    }).catch((error: { stdout: string }) => error);
    expect(compiled.stdout).toBe("");
  });

  test("require and import give the same classes", async () => {
    const program = `
      import { createRequire } from "node:module";
      import * as imported from "auth0-streams";
      const required = createRequire(import.meta.url)("auth0-streams");
      const names = Object.keys(required);
      console.log(names.includes("Auth0EventStream"), names.every((name) => imported[name] === required[name]));`;
    const { stdout, stderr } = await run(NODE, ["--input-type=module", "-e", program], { cwd: project });
    expect([stdout, stderr]).toEqual(["true true\n", ""]);
  });

  test("Pulumi's plugin host takes the folder for the component provider", async () => {
    const host = resolve("node_modules/@pulumi/pulumi/cmd/run-plugin/index.js");
    const child = startNode([host, installed, "127.0.0.1:1"], { cwd: temporaryFolder() });
    child.stderr.pipe(process.stderr);
    try {
      const lines = createInterface({ input: child.stdout });
      const { value: port } = await lines[Symbol.asyncIterator]().next();
      expect(Number(port)).toBeGreaterThan(0);
    } finally {
      child.kill();
    }
  });
});
