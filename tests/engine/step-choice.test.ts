import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseStep } from "../../pkg/engine/embedded/plan/step-choice.ts";

const name = fc.constantFrom("a", "b.c", "b.d", "e[0]");
const situation = fc.record({
  diff: fc.record({
    changes: fc.uniqueArray(name).map((paths) => paths.map((path) => ({ path, kind: "update" as const }))),
    replaces: fc.uniqueArray(name),
    deleteBeforeReplace: fc.boolean(),
  }),
  ignoreChanges: fc.uniqueArray(fc.constantFrom("a", "b", "b.c", "e", "*")),
  replaceOnChanges: fc.uniqueArray(fc.constantFrom("a", "b", "b.d", "*")),
  isUncertain: fc.boolean(),
  isProviderReplaced: fc.boolean(),
});

test("the step follows from the changes that are left, and from nothing else", () => {
  fc.assert(
    fc.property(situation, (given) => {
      const { op, changes, replaces } = chooseStep(given);
      for (const change of changes) expect(given.diff.changes).toContainEqual(change);
      for (const path of replaces) expect(changes.map((change) => change.path)).toContain(path);
      expect(op === "replace").toBe(replaces.length > 0 || given.isProviderReplaced);
      if (op === "same") expect([changes, given.isUncertain]).toEqual([[], false]);
      if (given.ignoreChanges.includes("*")) expect(changes).toEqual([]);
      if (given.ignoreChanges.length === 0) expect(changes).toEqual(given.diff.changes);
      // More ignored never makes more happen.
      const more = chooseStep({ ...given, ignoreChanges: [...given.ignoreChanges, "a"] });
      expect(more.changes.length).toBeLessThanOrEqual(changes.length);
    }),
  );
});

test("the program's word on the order of a replacement wins over the provider's", () => {
  const given = {
    diff: { changes: [{ path: "a", kind: "update" as const }], replaces: ["a"], deleteBeforeReplace: true },
    ignoreChanges: [],
    replaceOnChanges: [],
    isUncertain: false,
    isProviderReplaced: false,
  };
  expect(chooseStep(given)).toMatchObject({ op: "replace", deleteBeforeReplace: true });
  expect(chooseStep({ ...given, deleteBeforeReplace: false })).toMatchObject({ deleteBeforeReplace: false });
});

test.each<[string, string, string, boolean]>([
  ["the place itself", "a.b", "a.b", true],
  ["a place below it", "a", "a.b.c", true],
  ["a block around it that comes or goes as a whole", "a.b.c", "a", true],
  ["a list around it", "a[0].b", "a", true],
  ["any item of a list", "a[*].b", "a[3].b", true],
  ["another place", "a.b", "a.c", false],
  ["a longer name", "a", "ab", false],
])("an ignored path covers %s", (_, pattern, path, isCovered) => {
  const diff = { changes: [{ path, kind: "add" as const }], replaces: [], deleteBeforeReplace: false };
  const rest = { replaceOnChanges: [], isUncertain: false, isProviderReplaced: false };
  expect(chooseStep({ diff, ignoreChanges: [pattern], ...rest }).op).toBe(isCovered ? "same" : "update");
  const forcing = chooseStep({ diff, ignoreChanges: [], ...rest, replaceOnChanges: [pattern] });
  expect(forcing.op).toBe(isCovered ? "replace" : "update");
});
