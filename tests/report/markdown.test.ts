import fc from "fast-check";
import { lexer } from "marked";
import type { Token, Tokens } from "marked";
import { describe, expect, test } from "vitest";
import type { RunReport, StackReport } from "../../pkg/deploy/index.ts";
import type { Step, StepOp } from "../../pkg/engine/index.ts";
import { markdownRun } from "../../pkg/report/index.ts";
import { isInteresting } from "../../pkg/report/sums.ts";
import { reports } from "./hostile.ts";

const HTML = /^(?:<details><summary><code>[^<>"'\n]*<\/code><\/summary>|<\/details>|<sub>|<\/sub>)$/;

/** All tokens of a document, with those inside others. */
function tokensIn(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) => {
    const inner = "tokens" in token && token.tokens ? tokensIn(token.tokens) : [];
    const cells = token.type === "table" ? [...token.header, ...token.rows.flat()] : [];
    return [token, ...inner, ...(cells as Tokens.TableCell[]).flatMap((cell) => tokensIn(cell.tokens))];
  });
}

const step = (op: StepOp, name = op as string, more: Partial<Step> = {}): Step => ({
  op,
  urn: `urn:pulumi:dev::p::auth0:index/eventStream:EventStream::${name}`,
  type: "auth0:index/eventStream:EventStream",
  diff: [],
  ...more,
});

const stack = (name: string, steps: Step[], more: Partial<StackReport> = {}): StackReport => ({
  stack: `p/${name}`,
  manifest: { file: "m.yaml", line: 1, kind: "Auth0EventStream", name },
  result: "succeeded",
  steps,
  outputs: {},
  diagnostics: [],
  ...more,
});

const report = (stacks: StackReport[], more: Partial<RunReport> = {}): RunReport => ({
  verb: "plan",
  isPreview: true,
  stacks,
  summary: {},
  ms: 5,
  ...more,
});

test("whatever names, values and answers hold, the comment's structure stays", () => {
  fc.assert(
    fc.property(reports, (any) => {
      const tokens = lexer(markdownRun(any));
      const interesting = any.stacks.filter(isInteresting).length;
      const all = tokensIn(tokens);
      expect(all.filter(({ type }) => ["link", "image", "hr", "list", "blockquote", "def"].includes(type))).toEqual([]);
      expect(all.filter(({ type }) => type === "heading")).toHaveLength(1);
      const tables = all.filter((token): token is Tokens.Table => token.type === "table");
      expect(tables.map(({ rows }) => rows.length)).toEqual(interesting > 0 ? [interesting] : []);
      for (const row of tables.flatMap(({ rows }) => rows)) {
        expect(row).toHaveLength(4);
        expect([row[1]?.tokens, row[2]?.tokens].map((cell) => cell?.map(({ type }) => type))).toEqual([
          ["codespan"],
          ["codespan"],
        ]);
      }
      const opened = all.filter(({ raw, type }) => type === "html" && raw.startsWith("<details>")).length;
      expect(all.filter(({ type }) => type === "code")).toHaveLength(opened);
      expect(all.filter(({ raw, type }) => type === "html" && raw.trim() === "</details>")).toHaveLength(opened);
      for (const { raw } of all.filter(({ type }) => type === "html")) expect(raw.trim()).toMatch(HTML);
    }),
    { numRuns: 300 },
  );
});

describe("what a reviewer sees first", () => {
  test("changes are counted by kind, what is taken away stands out", () => {
    const text = markdownRun(
      report([
        stack("bus", [...Array.from({ length: 9 }, (_, at) => step("create", `c${at}`)), step("update")]),
        stack("moved", [step("replace")]),
        stack("gone", [step("delete")]),
        stack("same", [step("same")]),
      ]),
    );
    expect(text).toContain("### Plan: 9 to create, 1 to update, **1 to replace**, **1 to delete**\n");
    expect(text).toContain("| ✅ | `Auth0EventStream/bus` | `p/bus` | 9 to create, 1 to update |");
    expect(text).toContain("| ⚠️ | `Auth0EventStream/moved` | `p/moved` | 1 to replace |");
    expect(text).toContain("| ⚠️ | `Auth0EventStream/gone` | `p/gone` | 1 to delete |");
    expect(text).toContain("\n1 manifest unchanged.\n");
  });

  test("a replacement that is done is no warning any more", () => {
    const text = markdownRun(report([stack("moved", [step("replace")])], { isPreview: false, verb: "apply" }));
    expect(text).toContain("| ✅ | `Auth0EventStream/moved` | `p/moved` | 1 replaced |");
  });

  test("the provider that comes with the resources is not counted", () => {
    const provider = step("create", "default", { type: "pulumi:providers:aws" });
    expect(markdownRun(report([stack("bus", [provider, step("create")])]))).toContain("### Plan: 1 to create\n");
  });
});

test.each([1, 10, 300, 1000, 5000])(
  "%d changed stacks fit into a comment, and nothing is cut in the middle",
  (count) => {
    const long = {
      path: "policy",
      kind: "update" as const,
      replace: false,
      before: "a`".repeat(40),
      after: "b".repeat(90),
    };
    const stacks = Array.from({ length: count }, (_, at) =>
      stack(`stream-${at}`, [step("update", "x", { diff: Array.from({ length: 20 }, () => long) })]),
    );
    const text = markdownRun(report(stacks));
    expect(text.length).toBeLessThanOrEqual(65_536);
    const all = tokensIn(lexer(text));
    const blocks = all.filter(({ type }) => type === "code").length;
    expect(all.filter(({ raw, type }) => type === "html" && raw.trim() === "</details>")).toHaveLength(blocks);
    if (blocks < count) expect(text).toContain(`_The details of ${count - blocks} manifests are left out here`);
    expect(text.endsWith("</sub>")).toBe(true);
  },
);

test("one stack with very much to say is cut, and leaves room for the others", () => {
  const many = Array.from({ length: 3000 }, (_, at) => step("create", `resource-${at}`));
  const text = markdownRun(report([stack("large", many), stack("small", [step("update")])]));
  expect(text).toContain("# … and 2600 more lines");
  expect(text).toContain("<details><summary><code>Auth0EventStream/small</code></summary>");
});
