import { describe, expect, test } from "vitest";
import type { RunReport, StackReport } from "../../pkg/deploy/index.ts";
import { diagnostic } from "../../pkg/diagnostics/index.ts";
import type { Step } from "../../pkg/engine/index.ts";
import { renderRun } from "../../pkg/report/index.ts";

const STREAM = "auth0:index/eventStream:EventStream";
const step = (op: Step["op"], more: Partial<Step> = {}): Step => {
  const type = more.type ?? STREAM;
  return { op, urn: `urn:pulumi:dev::p::${type}::it`, type, diff: [], ...more };
};

/** The last line of a report on stacks with these steps. */
function sum(
  stacks: (Partial<StackReport> & { steps?: Step[] })[],
  more: Partial<RunReport> = { verb: "apply", isPreview: false },
): string {
  const full = stacks.map((stack, at): StackReport => ({
    stack: "p/dev",
    manifest: { file: "m.yaml", line: 1, kind: "Auth0EventStream", name: `s${at}` },
    result: "succeeded",
    steps: [],
    outputs: {},
    diagnostics: [],
    ...stack,
  }));
  const lines = renderRun(
    { verb: "apply", isPreview: false, stacks: full, summary: {}, ms: 5, ...more },
    (_, text) => text,
  );
  return lines.at(-1) ?? "";
}

const failed = (...steps: Step[]): Partial<StackReport> => ({
  result: "failed",
  steps,
  diagnostics: [diagnostic("operation-failed", "no")],
});

describe("the line that sums a run up", () => {
  test.each([
    ["nothing to do", [{ steps: [step("same")] }], "Applied: 1 unchanged  5 ms"],
    ["nothing at all", [{}], "Applied: no changes  5 ms"],
    ["done", [{ steps: [step("create"), step("update"), step("create")] }], "Applied: 2 created, 1 updated  5 ms"],
    ["the only step failed", [failed(step("create", { failed: true }))], "Applied: nothing; 1 failed  5 ms"],
    ["failed before a step", [failed()], "Applied: nothing; 1 failed  5 ms"],
    ["some failed", [failed(step("create"), step("create", { failed: true }))], "Applied: 1 created; 1 failed  5 ms"],
    ["one of two failed", [failed(), { steps: [step("create")] }], "Applied: 1 created; 1 failed (s0)  5 ms"],
    [
      "one failed, one skipped",
      [failed(), { result: "skipped" as const }],
      "Applied: nothing; 1 failed, 1 skipped (s0)  5 ms",
    ],
    [
      "imported, and something left to do",
      [{ steps: [step("import"), step("update", { pending: true })] }],
      "Applied: 1 imported, 1 still to update  5 ms",
    ],
    [
      "a provider came with the resources",
      [{ steps: [step("create", { type: "pulumi:providers:aws" }), step("create")] }],
      "Applied: 1 created  5 ms",
    ],
    [
      "only the provider came before it failed",
      [failed(step("create", { type: "pulumi:providers:aws" }), step("create", { failed: true }))],
      "Applied: nothing; 1 failed  5 ms",
    ],
  ])("%s", (_, stacks, expected) => {
    expect(sum(stacks)).toBe(expected);
  });

  test("a plan that fails has no empty sum either", () => {
    expect(sum([failed()], { verb: "plan", isPreview: true })).toBe("Plan: nothing; 1 failed  5 ms");
  });
});

test("a provider that comes or goes with its resources is not shown; one that changes, or fails, is", () => {
  const provider = (op: Step["op"], more: Partial<Step> = {}): Step =>
    step(op, { type: "pulumi:providers:aws", ...more });
  const shown = (steps: Step[]): string[] => {
    const stack: StackReport = {
      stack: "p/dev",
      manifest: { file: "m.yaml", line: 1, kind: "K", name: "n" },
      result: "succeeded",
      steps,
      outputs: {},
      diagnostics: [],
    };
    const lines = renderRun(
      { verb: "apply", isPreview: false, stacks: [stack], summary: {}, ms: 5 },
      (_, text) => text,
    );
    return lines.filter((line) => line.includes("aws provider"));
  };
  expect(shown([provider("create"), provider("delete"), step("create")])).toEqual([]);
  expect(shown([provider("replace")])).toEqual(["  +- aws provider it  replaced"]);
  expect(shown([provider("create", { failed: true })])).toEqual(["  +  aws provider it  FAILED"]);
});
