import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { programFor } from "../../pkg/components/index.ts";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import { terraformConfiguration } from "../../pkg/export/index.ts";
import { loadManifests } from "../../pkg/manifest/index.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { sandboxPlugins } from "../support/sandbox.ts";

// What the official Terraform providers would otherwise change in, or replace for, what they import.

const manifest = (file: string): string => readFileSync(join("manifests", file), "utf8");
/** The sandbox plays no log streams. */
const files = readdirSync("manifests").filter(
  (file) => file.endsWith(".yaml") && !manifest(file).includes("kind: Auth0LogStream"),
);
const sandbox = openSandbox(temporaryFolder());
afterAll(() => sandbox.close());

/** The configuration of a manifest's stacks, applied to the sandbox. */
async function exported(file: string): Promise<string> {
  const folder = temporaryFolder();
  const engine = createEmbeddedEngine({
    backend: new FileBackend(folder),
    plugins: sandboxPlugins(sandbox),
    passphrase: () => "correct-horse",
  });
  const names = [...manifest(file).matchAll(/env: ([A-Z_]+)/g)].map(([, name = ""]) => name);
  const env = Object.fromEntries(names.map((name) => [name, "https://x.example.com/secret"]));
  const options = { manifests: [join("manifests", file)], set: [], strict: false, absent: "error", env } as const;
  const { manifests, diagnostics } = await loadManifests(options);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  await sandbox.provide(manifests.flatMap(({ kind, spec }) => kind.existing?.(spec) ?? []));
  const resources = [];
  for (const each of manifests) {
    const { project, stack } = each.stack;
    const { result, diagnostics: problems } = await engine.up({ project, stack, program: programFor(each) });
    expect([result, problems]).toEqual(["succeeded", []]);
    resources.push(...((await engine.snapshot({ project, stack }))?.resources ?? []));
  }
  return terraformConfiguration(resources);
}

/** Bodies of the resources of a type, and their import ids, in order. */
function resourcesIn(text: string, type: string): { body: string; id: string }[] {
  const found = text.matchAll(
    new RegExp(`^resource "${type}" "[^"]+" \\{\\n([^]*?)\\n\\}\\n\\nimport \\{\\n.*\\n  id = "([^"]*)"`, "gm"),
  );
  return [...found].map(([, body = "", id = ""]) => ({ body, id }));
}

describe.each(files)("manifests/%s", (file) => {
  let text: string;
  beforeAll(async () => {
    text = await exported(file);
  });

  test("a bus is not replaced for its source, which AWS does not tell", () => {
    for (const { body } of resourcesIn(text, "aws_cloudwatch_event_bus"))
      expect(body).toContain("  lifecycle {\n    ignore_changes = [event_source_name]\n  }");
  });

  test("a queue states its message size", () => {
    for (const { body } of resourcesIn(text, "aws_sqs_queue"))
      expect(body).toMatch(/^ {2}max_message_size += 262144$/m);
  });

  test("a permission is imported by what the provider can take apart: two parts, a qualifier without an ARN", () => {
    for (const { body, id } of resourcesIn(text, "aws_lambda_permission")) {
      const [name = "", ...rest] = id.split("/");
      expect(rest).toHaveLength(1);
      const [, qualifier] = /^ {2}qualifier += "(.*)"$/m.exec(body) ?? [];
      if (qualifier === undefined) expect(name).toMatch(/^arn:aws:lambda:[^:]+:\d+:function:[^:]+$/);
      else expect(name).toMatch(new RegExp(`^[^:]+:${qualifier}$`));
    }
  });

  test("every resource has an import", () => {
    expect(text.match(/^import \{/gm)?.length).toBe(text.match(/^resource "/gm)?.length);
  });
});

test("the manifests have all of these", () => {
  const all = files.map(manifest).join("\n");
  expect(all).toMatch(/eventBus:/);
  expect(all).toMatch(/deadLetterQueue:/);
  expect(all).toMatch(/function:[a-z-]+:[a-z]+/);
});
