import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { TERRAFORM_TYPES } from "../../pkg/export/terraform-types.ts";
import { folderWithExamples, openmcf, temporaryFolder } from "../support/cli.ts";
import { webhookManifest } from "../support/manifests.ts";

/** Attribute names in resource blocks of a configuration, nested ones as `block.attribute`, by resource type. */
function attributesIn(text: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  let type = "";
  let path: string[] = [];
  for (const line of text.split("\n")) {
    const [, head] = /^resource "([a-z0-9_]+)"/.exec(line) ?? [];
    if (head) [type, path] = [head, []];
    else if (line === "}") type = "";
    if (type === "") continue;
    const [, indent = "", name = "", rest = ""] = /^( +)([a-z_]+) *(= .*|\{)$/.exec(line) ?? [];
    if (name === "") continue;
    path = path.slice(0, indent.length / 2 - 1);
    // Only blocks hold attributes; what is inside a map or a jsonencode is the user's own.
    if (path.length === indent.length / 2 - 1)
      found.set(type, (found.get(type) ?? new Set()).add([...path, name].join(".")));
    path = rest === "{" ? [...path, name] : [...path, "="];
  }
  for (const names of found.values()) for (const name of names) if (name.includes("=")) names.delete(name);
  return found;
}

/** Arguments of a resource in the typings of Pulumi's SDK, which are made from the Terraform provider's schema. */
function documented(type: string): string {
  const [token] = Object.entries(TERRAFORM_TYPES).find(([, each]) => each.type === type) ?? [""];
  const [pkg = "", module = ""] = token.split(":");
  const path = `node_modules/@pulumi/${pkg}/${module.replace(/^index\//, "")}.d.ts`;
  return readFileSync(path, "utf8") + readFileSync(`node_modules/@pulumi/${pkg}/types/input.d.ts`, "utf8");
}

const camel = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

describe("export --format terraform", () => {
  test("writes every resource with an import block; references instead of repeated names; only what the schema has", async () => {
    const cwd = folderWithExamples();
    const manifests = ["-f", "manifests/eventbridge-rules.yaml", "-f", "manifests/eventbridge-targets.yaml"];
    expect((await openmcf(["apply", ...manifests, "--sandbox"], { cwd })).code).toBe(0);
    const { code, stdout } = await openmcf(["export", "--format", "terraform", ...manifests, "--sandbox"], { cwd });
    expect(code).toBe(0);
    const resources = [...stdout.matchAll(/^resource "([a-z0-9_]+)" "([^"]+)"/gm)].map(
      ([, type, name]) => `${type}.${name}`,
    );
    const imported = [...stdout.matchAll(/^import \{\n {2}to = (\S+)\n {2}id = "([^"]+)"\n\}/gm)];
    expect(imported.map(([, to]) => to)).toEqual(resources);
    expect(new Set(resources).size).toBe(resources.length);
    expect(resources.filter((name) => name.startsWith("aws_cloudwatch_event_target"))).toHaveLength(15);
    expect(stdout).toContain("event_bus_name = aws_cloudwatch_event_bus.users-to-queue.name");
    expect(stdout).toMatch(/rule +\W+aws_cloudwatch_event_rule\.users-to-queue-new-users\.name/);
    expect(imported.find(([, to]) => to?.endsWith(".users-to-queue-new-users-onboarding"))?.[2]).toMatch(
      /^aws\.partner\/\S+\/new-users\/onboarding$/,
    );
    for (const [type, names] of attributesIn(stdout)) {
      const schema = documented(type);
      for (const name of names) {
        const last = camel(name.split(".").at(-1) ?? "");
        const property = last === "functionName" && type === "aws_lambda_permission" ? "function" : last;
        // Terraform's own.
        if (!["provider", "dependsOn", "ignoreChanges"].includes(property))
          expect(schema, `${type}.${name}`).toMatch(new RegExp(`\\b${property}\\??: `));
      }
    }
  });

  test("prints no secret: they are variables", async () => {
    const cwd = temporaryFolder({ "m.yaml": webhookManifest("hooked", { token: "hush-1" }) });
    await openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd });
    const { stdout } = await openmcf(["export", "--format", "terraform", "-f", "m.yaml", "--sandbox"], { cwd });
    expect(stdout).toContain('variable "hooked_token" {');
    expect(stdout).toMatch(/token += var\.hooked_token/);
    expect(stdout).not.toMatch(/hush-1|ciphertext/);
  });

  test("says when there is nothing to import", async () => {
    const cwd = temporaryFolder({ "m.yaml": webhookManifest("hooked") });
    const { code, stderr } = await openmcf(["export", "--format", "terraform", "-f", "m.yaml", "--sandbox"], { cwd });
    expect([code, stderr]).toEqual([3, expect.stringContaining("Auth0EventStream/hooked is not applied")]);
  });

  const terraform = ["tofu", "terraform"].find((each) => spawnSync(each, ["version"]).status === 0);
  test.skipIf(!terraform)(
    `the tool itself finds it well formed${terraform ? "" : " (skipped: neither tofu nor terraform is on PATH)"}`,
    async ({ skip }) => {
      const cwd = folderWithExamples();
      const manifest = ["-f", "manifests/eventbridge-targets.yaml", "--sandbox"];
      await openmcf(["apply", ...manifest], { cwd });
      const { stdout } = await openmcf(["export", "--format", "terraform", ...manifest], { cwd });
      writeFileSync(join(cwd, "main.tf"), stdout);
      const run = (...args: string[]): ReturnType<typeof spawnSync> =>
        spawnSync(terraform ?? "", args, { cwd, encoding: "utf8" });
      expect(run("fmt", "-diff", "-check", "main.tf")).toMatchObject({ status: 0, stdout: "" });
      const init = run("init", "-backend=false", "-no-color");
      if (/could not connect to registry|no such host|connection refused/i.test(String(init.stderr)))
        skip("the registry of its providers is out of reach");
      expect(init).toMatchObject({ status: 0 });
      expect(run("validate", "-no-color")).toMatchObject({ status: 0 });
    },
  );
});

describe("export --format pulumi", () => {
  test("writes a program that type-checks and makes the same; secrets come from the configuration", async () => {
    const cwd = folderWithExamples();
    writeFileSync(join(cwd, "hooked.yaml"), webhookManifest("hooked", { token: "hush-1" }));
    const manifests = ["-f", "manifests/eventbridge-targets.yaml", "-f", "hooked.yaml"];
    const { code, stdout } = await openmcf(["export", "--format", "pulumi", ...manifests], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("// pulumi config set --secret hooked-webhookAuthorization-token");
    expect(stdout).not.toContain("hush-1");
    const folder = resolve("tests/export/.generated");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "program.ts"), stdout.replace('"auth0-streams"', '"../../../pkg/entry/index.ts"'));
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ extends: "../../../tsconfig.json", include: ["program.ts"] }),
    );
    const { status, stdout: errors } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", folder], {
      encoding: "utf8",
    });
    expect([status, errors]).toEqual([0, ""]);
  });
});
