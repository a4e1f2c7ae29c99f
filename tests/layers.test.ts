import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

/** Which rooms a room may import. Nothing imports cmd. */
const MAY_IMPORT: Record<string, string[]> = {
  values: [],
  diagnostics: [],
  processes: [],
  aws: [],
  auth0: [],
  "provider-contract": ["values"],
  kinds: ["aws", "auth0", "components", "diagnostics", "values"],
  manifest: ["kinds", "diagnostics", "values"],
  components: ["kinds", "aws", "diagnostics", "values"],
  state: ["processes", "diagnostics", "values"],
  providers: ["provider-contract", "aws", "diagnostics", "values"],
  engine: ["state", "provider-contract", "diagnostics", "values"],
  "component-provider": ["components", "kinds", "diagnostics", "values"],
  export: ["manifest", "kinds", "state", "diagnostics", "values"],
  "pulumi-command": ["engine", "providers", "provider-contract", "state", "diagnostics", "values"],
  sandbox: ["aws", "processes"],
  delivery: [],
  receivers: ["delivery", "kinds", "manifest", "values"],
  deploy: ["components", "engine", "state", "manifest", "diagnostics", "values"],
  report: ["deploy", "delivery", "kinds", "engine", "diagnostics"],
  entry: ["components", "kinds", "pulumi-command", "engine"],
};

const files = readdirSync("pkg", { recursive: true, encoding: "utf8" })
  .concat(readdirSync("cmd", { recursive: true, encoding: "utf8" }).map((name) => join("../cmd", name)))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => normalize(join("pkg", name)));

describe("layers", () => {
  test.each(Object.keys(MAY_IMPORT))("pkg/%s imports only what lies below it", (room) => {
    for (const file of files.filter((name) => name.startsWith(join("pkg", room, "/")))) {
      for (const [, target = ""] of readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
        const to = normalize(join(dirname(file), target));
        const other = to.split("/")[1] ?? "";
        expect(to.startsWith("pkg/"), `${file} imports ${to}`).toBe(true);
        if (other !== room) expect(MAY_IMPORT[room], `${file} imports ${to}`).toContain(other);
      }
    }
  });

  test("of a kind only its program imports components", () => {
    const users = files.filter((file) => /from "[./]*\/components\//.test(readFileSync(file, "utf8")));
    const ofKinds = users.filter((file) => file.startsWith("pkg/kinds/"));
    expect(ofKinds.filter((file) => !/^pkg\/kinds\/[^/]+\/program\.ts$/.test(file))).toEqual([]);
  });

  test.each([
    ["plan", ["run", "sdk"]],
    ["sdk", ["run"]],
  ])("in the embedded engine, %s imports nothing of %s", (folder, others) => {
    for (const file of files.filter((name) => name.startsWith(`pkg/engine/embedded/${folder}/`)))
      for (const other of others) expect(readFileSync(file, "utf8"), file).not.toContain(`from "../${other}/`);
  });

  test("only components, their packages and the engines' program side import @pulumi", () => {
    const users = files.filter((file) => /^(?:import|export|\}).* from "@pulumi\//m.test(readFileSync(file, "utf8")));
    expect(users.filter((file) => !file.startsWith("pkg/components/")).toSorted()).toEqual([
      "cmd/plugin/main.ts",
      "cmd/program/main.ts",
      "pkg/component-provider/component-package.ts",
      "pkg/component-provider/inputs.ts",
      "pkg/engine/embedded/sdk/monitor.ts",
      "pkg/engine/embedded/sdk/program-host.ts",
      "pkg/engine/pulumi-cli/import-file.ts",
      "pkg/engine/pulumi-cli/pulumi-cli-engine.ts",
      "pkg/engine/pulumi-cli/steps.ts",
      "pkg/pulumi-command/embedded-command.ts",
      "pkg/pulumi-command/engine-events.ts",
      "pkg/pulumi-command/language-host.ts",
      "pkg/pulumi-command/serve-services.ts",
    ]);
  });

  test("every room has an index that opens with what it is for", () => {
    for (const room of Object.keys(MAY_IMPORT).filter((name) => name !== "entry")) {
      expect(readFileSync(join("pkg", room, "index.ts"), "utf8")).toMatch(/^\/\/ .+\n\/\/ .+/);
    }
  });
});
