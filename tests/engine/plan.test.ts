import { describe, expect, test } from "vitest";
import { deletionStep, dependentsAmong, leftoversOf } from "../../pkg/engine/embedded/plan/deletions.ts";
import { candidateUrns, findOld } from "../../pkg/engine/embedded/plan/goal.ts";
import { dependentsToReplace, isProviderReplaced } from "../../pkg/engine/embedded/plan/replacement.ts";
import { customStep } from "../../pkg/engine/embedded/plan/step-generator.ts";
import type { ResourceState } from "../../pkg/state/index.ts";
import { UNKNOWN, diffValues } from "../../pkg/values/index.ts";

const resource = (name: string, more: Partial<ResourceState> = {}): ResourceState => ({
  urn: name,
  type: "t:index:T",
  custom: true,
  id: `id-${name}`,
  ...more,
});
const names = (resources: readonly ResourceState[]): string[] => resources.map(({ urn, id }) => `${urn} ${id}`);

describe("the step for a custom resource", () => {
  const noChange = { changes: [], replaces: [], deleteBeforeReplace: false };
  const update = { ...noChange, changes: [{ path: "a", kind: "update" as const }] };
  const replace = { ...update, replaces: ["a"] };
  const old = resource("r");
  const plan = (situation: Partial<Parameters<typeof customStep>[0]>) =>
    customStep({
      goal: { importId: "", ignoreChanges: [], replaceOnChanges: [] },
      diff: () => noChange,
      isUncertain: false,
      isProviderReplaced: false,
      ...situation,
    });
  const goal = (change: object) => ({ importId: "", ignoreChanges: [], replaceOnChanges: [], ...change });

  test.each<[string, Partial<Parameters<typeof customStep>[0]>, object]>([
    ["no record: create", {}, { kind: "create" }],
    ["a record of somebody else's: create", { old: { ...old, external: true } }, { kind: "create" }],
    ["deleted ahead: create as its replacement", { deletedAhead: old }, { kind: "create", replaced: old }],
    ["no change: same", { old }, { kind: "same", old }],
    ["a change: update", { old, diff: () => update }, { kind: "update", changes: update.changes }],
    ["no change, but an update was interrupted", { old, isUncertain: true }, { kind: "update", changes: [] }],
    ["no change, but it was not made whole", { old: { ...old, initErrors: ["x"] } }, { kind: "update" }],
    [
      "a change that forces it: replace, the new one first",
      { old, diff: () => replace },
      { kind: "replace", order: "create first" },
    ],
    [
      "the driver wants the old one gone first",
      { old, diff: () => ({ ...replace, deleteBeforeReplace: true }) },
      { kind: "replace", order: "delete first" },
    ],
    [
      "the program's word on the order wins",
      { old, goal: goal({ deleteBeforeReplace: false }), diff: () => ({ ...replace, deleteBeforeReplace: true }) },
      { kind: "replace", order: "create first" },
    ],
    [
      "the program wants the old one gone first",
      { old, goal: goal({ deleteBeforeReplace: true }), diff: () => replace },
      { kind: "replace", order: "delete first" },
    ],
    ["the provider moved elsewhere: replace", { old, isProviderReplaced: true }, { kind: "replace", changes: [] }],
    [
      "the program forces it by replaceOnChanges",
      { old, goal: goal({ replaceOnChanges: ["a"] }), diff: () => update },
      { kind: "replace" },
    ],
    [
      "the program ignores the change",
      { old, goal: goal({ ignoreChanges: ["a"] }), diff: () => replace },
      { kind: "same" },
    ],
    [
      "protected: a replacement is refused",
      { old: { ...old, protect: true }, diff: () => replace },
      { kind: "refuse", problem: { code: "protected-resource" } },
    ],
    ["protected: an update is not", { old: { ...old, protect: true }, diff: () => update }, { kind: "update" }],
    ["to import: no record", { goal: goal({ importId: "x" }) }, { kind: "import", id: "x" }],
    [
      "to import: another live resource on record",
      { old, goal: goal({ importId: "x" }) },
      { kind: "import", id: "x", old },
    ],
    ["imported already", { old: { ...old, id: "x" }, goal: goal({ importId: "x" }) }, { kind: "same" }],
    [
      "imported already, and replaced since",
      { old: { ...old, importID: "x" }, goal: goal({ importId: "x" }) },
      { kind: "same" },
    ],
  ])("%s", (_, situation, expected) => {
    expect(plan(situation)).toMatchObject(expected);
  });

  test("the driver is asked only about what is on record and ours", () => {
    const diff = (): never => {
      throw new Error("asked");
    };
    expect(plan({ diff }).kind).toBe("create");
    expect(plan({ old: { ...old, external: true }, diff }).kind).toBe("create");
    expect(plan({ old, goal: goal({ importId: "x" }), diff }).kind).toBe("import");
  });
});

describe("the step for a record that is to go", () => {
  test.each<[string, Partial<ResourceState>, object]>([
    ["a live resource", {}, { kind: "delete", op: "delete", isRetained: false }],
    ["retained", { retainOnDelete: true }, { kind: "delete", isRetained: true }],
    ["a component", { custom: false }, { kind: "forget", op: "delete" }],
    ["a provider", { type: "pulumi:providers:t" }, { kind: "forget", op: "delete" }],
    ["somebody else's", { external: true }, { kind: "forget", op: "discard" }],
    ["protected", { protect: true }, { kind: "refuse", problem: { code: "protected-resource" } }],
    ["a protected component", { protect: true, custom: false }, { kind: "refuse" }],
    ["the copy of a protected resource that was replaced", { protect: true, delete: true }, { kind: "delete" }],
  ])("%s", (_, more, expected) => {
    expect(deletionStep(resource("r", more), "delete")).toMatchObject(expected);
  });

  test("as a part of a replacement", () => {
    expect(deletionStep(resource("r"), "delete-replaced")).toMatchObject({ kind: "delete", op: "delete-replaced" });
  });
});

describe("what a program leaves behind", () => {
  const copy = resource("kept", { id: "copy", delete: true });
  const provider = resource("provider", { type: "pulumi:providers:t" });
  const user = resource("user", { provider: "provider::id-provider" });

  test.each<[string, ResourceState[], string[], string[] | undefined, string[]]>([
    ["what it no longer makes", [resource("gone"), resource("kept")], ["kept"], undefined, ["gone id-gone"]],
    ["copies of what it makes", [copy], ["kept"], undefined, ["kept copy"]],
    ["nothing of what it registered, though that failed", [resource("kept")], ["kept"], undefined, []],
    ["only targets", [resource("gone"), resource("other")], [], ["gone"], ["gone id-gone"]],
    ["no provider that others need", [provider, user], [], ["provider"], []],
    [
      "a provider with the last that needs it",
      [provider, user],
      [],
      ["provider", "user"],
      ["provider id-provider", "user id-user"],
    ],
  ])("%s", (_, before, seen, targets, expected) => {
    const isTarget = targets && ((urn: string) => targets.includes(urn));
    expect(names(leftoversOf(before, [], new Set(seen), isTarget))).toEqual(expected);
  });

  test("goes after all that depends on it, in whichever way", () => {
    const base = resource("base");
    const dependents = [
      resource("by property", { propertyDependencies: { a: ["base"] } }),
      resource("by option", { dependencies: ["base"] }),
      resource("as child", { parent: "base" }),
      resource("with it", { deletedWith: "base" }),
      resource("through it", { provider: "base::id-base" }),
    ];
    const waits = dependentsAmong([base, ...dependents, resource("alone")]);
    expect(waits.get(base)).toEqual(dependents);
    expect([...waits.values()].flat()).toHaveLength(dependents.length);
  });
});

describe("where a resource stood before", () => {
  const at = { project: "p", stack: "s" };
  const urnOf = (name: string, types = "t:index:T") => `urn:pulumi:s::p::${types}::${name}`;
  const goalOf = (name: string, more: object = {}) =>
    ({ type: "t:index:T", name, parent: "", aliases: [], ...more }) as unknown as Parameters<typeof candidateUrns>[0];

  test.each<[string, Parameters<typeof candidateUrns>[0], string[], string[]]>([
    ["no alias", goalOf("a"), [], []],
    ["a URN", goalOf("a", { aliases: [{ urn: "u" }] }), [], ["u"]],
    ["another name", goalOf("a", { aliases: [{ name: "b" }] }), [], [urnOf("b")]],
    ["another type", goalOf("a", { aliases: [{ type: "t:index:U" }] }), [], [urnOf("a", "t:index:U")]],
    [
      "another stack and project",
      goalOf("a", { aliases: [{ stack: "x", project: "y" }] }),
      [],
      ["urn:pulumi:x::y::t:index:T::a"],
    ],
    [
      "no parent before",
      goalOf("a", { parent: urnOf("parent", "my:C"), aliases: [{ noParent: true }] }),
      [],
      [urnOf("a")],
    ],
    [
      "its parent moved, and gave it its name",
      goalOf("new-child", { parent: urnOf("new", "my:C") }),
      [urnOf("old", "my:C")],
      [urnOf("old-child", "my:C$t:index:T")],
    ],
    [
      "renamed, below a parent that moved",
      goalOf("child", { parent: urnOf("new", "my:C"), aliases: [{ name: "kid" }] }),
      [urnOf("old", "my:C")],
      [urnOf("kid", "my:C$t:index:T"), urnOf("child", "my:C$t:index:T"), urnOf("kid", "my:C$t:index:T")],
    ],
  ])("%s", (_, goal, parents, expected) => {
    expect(candidateUrns(goal, at, parents)).toEqual(expected);
  });

  test("the first that is there counts, and copies do not", () => {
    const [copy, second] = [resource("one", { delete: true }), resource("two")];
    expect(findOld(["one", "two"], [second, copy])).toBe(second);
    expect(findOld(["one"], [copy])).toBeUndefined();
  });
});

describe("what a replacement takes with it", () => {
  const base = resource("base");
  const bound = resource("bound", { inputs: { color: "S1" }, propertyDependencies: { color: ["base"] } });
  const loose = resource("loose", { inputs: { note: "S1" }, propertyDependencies: { note: ["base"] } });
  const further = resource("further", { inputs: { color: "S2" }, propertyDependencies: { color: ["bound"] } });
  const beside = resource("beside", { inputs: { color: "S2" }, propertyDependencies: { color: ["loose"] } });
  const withBase = resource("with", { deletedWith: "base" });
  const child = resource("child", { custom: false, parent: "base" });
  const copy = resource("copy", { ...bound, delete: true });

  test("those that cannot follow, and those that cannot follow these", () => {
    const asked: unknown[] = [];
    const gone = dependentsToReplace(
      base,
      [base, bound, loose, further, beside, withBase, child, copy],
      (each, inputs) => {
        asked.push(inputs);
        const changes = diffValues(each.inputs ?? {}, inputs);
        const replaces = changes.map(({ path }) => path).filter((path) => path === "color");
        return { changes, replaces, deleteBeforeReplace: false };
      },
    );
    expect(gone).toEqual([bound, further, withBase]);
    expect(asked[0]).toEqual({ color: UNKNOWN });
  });

  const at = (name: string, inputs: object) => resource(name, { inputs: inputs as never });
  test.each<[string, ResourceState[], boolean]>([
    ["another place", [at("a", { domain: "x" }), at("b", { domain: "y" })], true],
    ["the same place", [at("a", { domain: "x", key: "1" }), at("b", { domain: "x", key: "2" })], false],
    ["a place that was not on record", [at("a", {}), at("b", { domain: "y" })], false],
    ["a provider that is gone", [at("b", { domain: "y" })], false],
  ])("a provider of %s", (_, resources, expected) => {
    expect(isProviderReplaced("a::id-a", "b::id-b", () => resources, ["domain"])).toBe(expected);
    expect(isProviderReplaced("b::id-b", "b::id-b", () => resources, ["domain"])).toBe(false);
    expect(isProviderReplaced(undefined, "b::id-b", () => resources, ["domain"])).toBe(false);
  });
});
