import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { approvalOf, digest, formatPlan, outdated, parsePlan } from "../../pkg/deploy/saved-plan.ts";
import type { PlanBasis, SavedPlan } from "../../pkg/deploy/saved-plan.ts";
import type { DiffEntry, Step, StepOp } from "../../pkg/engine/index.ts";

const URN = "urn:pulumi:dev::p::auth0:index/eventStream:EventStream::users";
const change = (path: string, after: unknown, more: Partial<DiffEntry> = {}): DiffEntry => ({
  path,
  kind: "update",
  replace: false,
  after,
  ...more,
});
const step = (op: StepOp, diff: DiffEntry[] = [], urn = URN): Step => ({ op, urn, type: "t", diff });
const messageOf = (approved: Step[], now: Step): string | undefined => approvalOf(approved)(now)?.message;

const basis: PlanBasis = { stack: "p/dev", manifestDigest: "m", tenant: "acme.eu.auth0.com", stateDigest: "s" };
const stack: SavedPlan["stacks"][number] = {
  ...basis,
  manifest: { file: "a.yaml", line: 1, kind: "Auth0EventStream", name: "users" },
  steps: [step("update", [change("status", "disabled")])],
};

describe("what was approved is what is applied", () => {
  test.each<[string, Step[], Step, string | undefined]>([
    ["the same update", [step("update", [change("a", 1)])], step("update", [change("a", 1)]), undefined],
    [
      "less than was approved",
      [step("update", [change("a", 1), change("b", 2)])],
      step("update", [change("a", 1)]),
      undefined,
    ],
    ["another value", [step("update", [change("a", 1)])], step("update", [change("a", 2)]), "would also change a"],
    [
      "one change more",
      [step("update", [change("a", 1)])],
      step("update", [change("a", 1), change("b", 2)]),
      "would also change b",
    ],
    [
      "a change that now replaces",
      [step("update", [change("a", 1)])],
      step("update", [change("a", 1, { replace: true })]),
      "would also change a",
    ],
    [
      "a value that was not known",
      [step("update", [change("a", undefined, { unknown: true })])],
      step("update", [change("a", 7)]),
      undefined,
    ],
    ["another operation", [step("update", [change("a", 1)])], step("replace", [change("a", 1)]), "replace of users"],
    ["another resource", [step("create")], step("create", [], `${URN}2`), "create of users2"],
    ["a deletion", [step("delete")], step("delete"), undefined],
    ["the old copy of a replacement", [step("replace", [change("a", 1)])], step("delete"), undefined],
    ["a deletion that nobody saw", [step("same")], step("delete"), "delete of users"],
    ["anything after an empty plan", [], step("create"), "create of users"],
  ])("%s", (_, approved, now, message) => {
    if (message === undefined) expect(messageOf(approved, now)).toBeUndefined();
    else expect(messageOf(approved, now)).toContain(message);
  });

  test("a plan approves itself", () => {
    const op = fc.constantFrom<StepOp>("create", "update", "replace", "delete");
    const entries = fc.array(
      fc.record({
        path: fc.string(),
        kind: fc.constantFrom<DiffEntry["kind"]>("add", "update", "delete"),
        replace: fc.boolean(),
        after: fc.jsonValue(),
      }),
    );
    const steps = fc.uniqueArray(fc.record({ op, urn: fc.string(), type: fc.string(), diff: entries }), {
      selector: ({ urn }) => urn,
    });
    fc.assert(
      fc.property(steps, (planned) => {
        const read = parsePlan(
          formatPlan({ verb: "apply", refreshed: true, targets: [], stacks: [{ ...stack, steps: planned }] }),
          "plan.json",
        );
        const approve = approvalOf((read.stacks[0]?.steps ?? []) as Step[]);
        for (const each of planned) expect(approve(each)).toBeUndefined();
      }),
    );
  });
});

describe("a plan of the past", () => {
  const why = (...now: PlanBasis[]): string[] => outdated({ stacks: [stack] }, now).map(({ message }) => message);

  test.each<[string, PlanBasis[], string[]]>([
    ["nothing has changed", [basis], []],
    ["manifest", [{ ...basis, manifestDigest: "x" }], ["p/dev: its manifest has changed since the plan was made"]],
    ["state", [{ ...basis, stateDigest: null }], ["p/dev: its state has changed since the plan was made"]],
    ["a manifest less", [], ["p/dev: its manifest has gone since the plan was made"]],
    [
      "a manifest more",
      [basis, { ...basis, stack: "p/prod" }],
      ["p/prod: its manifest has come since the plan was made"],
    ],
    [
      "tenant",
      [{ ...basis, tenant: "other.auth0.com" }],
      ["p/dev: the tenant has changed from acme.eu.auth0.com to other.auth0.com since the plan was made"],
    ],
  ])("%s", (_, now, messages) => {
    expect(why(...now)).toEqual(messages);
  });

  test("a digest does not depend on the order of keys, and on everything else", () => {
    expect(digest({ a: 1, b: { c: [1, 2], d: 3 } })).toBe(digest({ b: { d: 3, c: [1, 2] }, a: 1 }));
    expect(digest({ a: [1, 2] })).not.toBe(digest({ a: [2, 1] }));
  });

  test.each(["", "{", "null", "[]", '{"format":2}', '{"format":1,"verb":"apply"}'])("%j is no plan", (text) => {
    expect(() => parsePlan(text, "plan.json")).toThrow(/plan\.json is not a plan/);
  });
});
