import fc from "fast-check";
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CODES, closest, codeFrame } from "../pkg/diagnostics/index.ts";
import type { Diagnostic } from "../pkg/diagnostics/index.ts";
import { loadManifests } from "../pkg/manifest/index.ts";

const load = (file: string) => loadManifests({ manifests: [file], set: [], strict: false, absent: "error", env: {} });

describe("diagnostics", () => {
  test("the documentation has a paragraph for each code, and no others", () => {
    const documented = [...readFileSync("docs/diagnostics.md", "utf8").matchAll(/^### `([a-z-]+)`$/gm)].map(
      ([, code]) => code ?? "",
    );
    expect(documented.toSorted()).toEqual(Object.keys(CODES).toSorted());
  });

  test.each(readdirSync("manifests/invalid"))(
    "manifests/invalid/%s gets its code, with a place and a frame",
    async (file) => {
      const { diagnostics } = await load(`manifests/invalid/${file}`);
      const problem = diagnostics.find(({ code }) => `${code}.yaml` === file);
      expect(problem).toBeDefined();
      expect(codeFrame(problem as Diagnostic).length).toBeGreaterThanOrEqual(2);
    },
  );

  test.each(readdirSync("manifests").filter((file) => file.endsWith(".yaml")))(
    "manifests/%s has no error, and a schema line",
    async (file) => {
      const { diagnostics } = await loadManifests({
        manifests: [`manifests/${file}`],
        set: [],
        strict: false,
        absent: "defer",
        env: {},
      });
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      const text = readFileSync(`manifests/${file}`, "utf8");
      const kind = /^kind: (\w+)$/m.exec(text)?.[1];
      expect(text).toContain(`# yaml-language-server: $schema=../schemas/${kind}.json`);
    },
  );

  test("a frame masks secrets, also where the text is not even YAML", () => {
    const text = 'spec:\n  token: "hush-hush"\n  tokken: x\n';
    const frame = codeFrame({
      code: "unknown-field",
      severity: "error",
      message: "",
      line: 3,
      column: 3,
      source: { text },
    });
    expect(frame.join("\n")).not.toContain("hush");
    expect(frame).toEqual(["2 |   token: •••••••••••", "3 |   tokken: x", "  |   ^"]);
  });
});

test("the word that was meant", () => {
  expect(closest("user.craeted", ["user.created", "user.deleted"])).toBe("user.created");
  expect(closest("awsRegionn", ["awsRegion", "awsAccountId"])).toBe("awsRegion");
  expect(closest("zzz", ["user.created"])).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (word, candidates) => {
      expect([undefined, ...candidates]).toContain(closest(word, candidates));
    }),
  );
});
