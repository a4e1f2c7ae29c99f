import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  UNKNOWN,
  copySecretness,
  diffValues,
  equalValues,
  formatPath,
  getPath,
  hideSecrets,
  matchingPaths,
  parsePath,
  pathMatches,
  secret,
  setPath,
  stripSecrets,
} from "../../pkg/values/index.ts";
import type { PropertyMap, PropertyValue } from "../../pkg/values/index.ts";

const key = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,4}$/);
const scalar = fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.boolean());
const { tree } = fc.letrec<{ tree: PropertyValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie("tree"), { maxLength: 3 }),
    fc.dictionary(key, tie("tree"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const map = fc.dictionary(key, tree, { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<PropertyMap>;
const path = fc
  .array(
    fc.oneof(
      fc.string({ minLength: 1 }).filter((text) => text !== "*" && !text.includes('"') && text !== "__proto__"),
      fc.nat({ max: 9 }),
    ),
    { minLength: 1 },
  )
  .filter(([first]) => typeof first === "string");

/** Wraps some of the leaves. */
function withSecrets(value: PropertyValue, choose: () => boolean): PropertyValue {
  if (choose()) return secret(value);
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((child) => withSecrets(child, choose));
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, withSecrets(child ?? null, choose)]));
}

describe("diff", () => {
  test("a value does not differ from itself, with or without secrets; two that do not differ are equal", () => {
    fc.assert(
      fc.property(map, tree, fc.infiniteStream(fc.boolean()), (value, other, coins) => {
        const choose = (): boolean => coins.next().value;
        expect(diffValues(value, structuredClone(value))).toEqual([]);
        expect(diffValues(value, withSecrets(value, choose))).toEqual([]);
        expect(equalValues(value, other)).toBe(diffValues(other, value).length === 0);
      }),
    );
  });

  test("every changed path leads to two values that differ, and setting them all gives the other value", () => {
    fc.assert(
      fc.property(map, map, (before, after) => {
        const result = structuredClone(before);
        for (const { path: text } of diffValues(before, after).toReversed()) {
          const steps = parsePath(text);
          expect(equalValues(getPath(before, steps), getPath(after, steps))).toBe(false);
        }
        for (const [name, value] of Object.entries(after)) setPath(result, [name], value);
        for (const name of Object.keys(before)) if (!(name in after)) setPath(result, [name], undefined);
        expect(equalValues(result, after)).toBe(true);
      }),
    );
  });

  test("what is not known yet differs from everything, itself included", () => {
    expect(diffValues({ a: UNKNOWN }, { a: UNKNOWN })).toEqual([{ path: "a", kind: "update" }]);
    expect(diffValues({ a: null }, {})).toEqual([]);
  });
});

describe("secrets", () => {
  test("are never in what is shown, and nothing else is lost", () => {
    fc.assert(
      fc.property(map, (value) => {
        const marked = { open: value, shut: secret({ deep: [value, "MARKER"] }) };
        expect(JSON.stringify(hideSecrets(marked))).not.toContain("MARKER");
        expect(stripSecrets(marked)).toEqual({ open: value, shut: { deep: [value, "MARKER"] } });
        expect(hideSecrets({ open: value })).toEqual({ open: value });
      }),
    );
  });

  test("what was secret going in is secret coming out", () => {
    expect(
      copySecretness({ a: { b: 1, c: 2 }, d: [1], e: 1 }, { a: { b: secret(9) }, d: [secret(1)], f: secret(1) }),
    ).toEqual({ a: { b: secret(1), c: 2 }, d: secret([1]), e: 1 });
  });
});

describe("paths", () => {
  test("what is written is read the same", () => {
    fc.assert(
      fc.property(path, (steps) => {
        expect(parsePath(formatPath(steps))).toEqual(steps);
      }),
    );
  });

  test("what is set is there; what is unset is gone", () => {
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), scalar, (steps, value) => {
        const root: PropertyMap = {};
        setPath(root, steps, value);
        expect(getPath(root, steps)).toEqual(value);
        setPath(root, steps, undefined);
        expect(getPath(root, steps)).toBeUndefined();
      }),
    );
  });

  test.each(["", ".", "a.", "a..b", "a[", "a[x]", 'a["x]'])("refuses %s", (text) =>
    expect(() => parsePath(text)).toThrow(),
  );

  test("patterns", () => {
    expect(pathMatches(["a", "*"], ["a", 1, "c"])).toBe(true);
    expect(pathMatches(["a", "b"], ["a"])).toBe(false);
  });
});

test("a pattern names every item of a list and every key of an object", () => {
  const root = { sink: { headers: [{ value: "a" }, { value: "b" }, { name: "c" }], rest: secret({ x: { y: 1 } }) } };
  expect(matchingPaths(root, parsePath("sink.headers[*].value")).map(formatPath)).toEqual([
    "sink.headers[0].value",
    "sink.headers[1].value",
  ]);
  expect(matchingPaths(root, ["sink", "rest", "*", "y"]).map(formatPath)).toEqual(["sink.rest.x.y"]);
  expect(matchingPaths(root, ["sink", "none", "*"])).toEqual([]);
});
