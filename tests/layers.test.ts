import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

/** Which rooms a room may import; `(types)` allows types only. Nothing imports cmd. */
const MAY_IMPORT: Record<string, string[]> = {
  values: [],
  diagnostics: [],
  patterns: [],
  policies: [],
  kinds: ["patterns", "diagnostics", "values"],
  manifest: ["kinds", "diagnostics", "values"],
  components: ["kinds", "policies"],
  state: ["diagnostics", "values"],
  providers: ["policies", "diagnostics", "values"],
  engine: ["state", "providers", "diagnostics", "values"],
  "component-package": ["components", "kinds", "values"],
  export: ["manifest", "kinds", "state", "values"],
  automation: ["engine", "providers", "state", "diagnostics", "values"],
  sandbox: ["patterns"],
  deploy: ["components", "engine", "state", "manifest", "diagnostics", "values"],
  report: ["deploy", "engine", "diagnostics"],
  "index.ts": ["components"],
  "automation.ts": ["automation"],
  "pulumi-engine.ts": ["engine", "components"],
};

const files = readdirSync("pkg", { recursive: true, encoding: "utf8" })
  .concat(readdirSync("cmd", { recursive: true, encoding: "utf8" }).map((name) => join("../cmd", name)))
  .filter((name) => name.endsWith(".ts"))
  .map((name) => normalize(join("pkg", name)));

describe("layers", () => {
  test.each(Object.keys(MAY_IMPORT))("pkg/%s imports only what lies below it", (room) => {
    for (const file of files.filter((name) => name === join("pkg", room) || name.startsWith(join("pkg", room, "/")))) {
      for (const [, target = ""] of readFileSync(file, "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
        const to = normalize(join(dirname(file), target));
        const other = to.split("/")[1] ?? "";
        expect(to.startsWith("pkg/"), `${file} imports ${to}`).toBe(true);
        if (other !== room) expect(MAY_IMPORT[room], `${file} imports ${to}`).toContain(other);
      }
    }
  });

  test("only components, their packages and the engines' program side import @pulumi", () => {
    const users = files.filter((file) => /^(?:import|export|\}).* from "@pulumi\//m.test(readFileSync(file, "utf8")));
    expect(users.filter((file) => !file.startsWith("pkg/components/")).toSorted()).toEqual([
      "cmd/plugin/main.ts",
      "cmd/program/main.ts",
      "pkg/automation/embedded-command.ts",
      "pkg/automation/engine-events.ts",
      "pkg/automation/language-host.ts",
      "pkg/automation/serve-services.ts",
      "pkg/component-package/component-package.ts",
      "pkg/component-package/inputs.ts",
      "pkg/engine/automation/automation-engine.ts",
      "pkg/engine/automation/import-file.ts",
      "pkg/engine/automation/steps.ts",
      "pkg/engine/embedded/monitor.ts",
      "pkg/engine/embedded/program-host.ts",
    ]);
  });

  test("every room has an index that opens with what it is for", () => {
    for (const room of Object.keys(MAY_IMPORT).filter((name) => !name.endsWith(".ts"))) {
      expect(readFileSync(join("pkg", room, "index.ts"), "utf8")).toMatch(/^\/\/ .+\n\/\/ .+/);
    }
  });

  test("no file is longer than 400 lines", () => {
    expect(files.filter((file) => readFileSync(file, "utf8").split("\n").length > 400)).toEqual([]);
  });
});
