import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  InvalidEventPattern,
  compileEventPattern,
  compileEventPatternText,
  parseJsonText,
} from "../../../pkg/aws/event-pattern/index.ts";

interface Vectors {
  oracle: string;
  count: number;
  vectors: Vector[];
}

/** A pattern and an event, as values, or as texts where it matters how they are written. */
interface Vector {
  pattern?: unknown;
  event?: object;
  patternText?: string;
  eventText?: string;
  expected: boolean | string;
}

const { oracle, count, vectors } = JSON.parse(readFileSync("tests/aws/event-pattern/vectors.json", "utf8")) as Vectors;

/** The verdict on an event, or the words of a refusal. */
function verdict(compile: () => { matches: (event: object) => boolean }, event: object): boolean | string {
  try {
    return compile().matches(event);
  } catch (error) {
    if (error instanceof InvalidEventPattern) return error.message;
    throw error;
  }
}

/** By the texts, which is how EventBridge gets them. */
function answerOfText({ pattern, event, patternText, eventText }: Vector): boolean | string {
  const text = patternText ?? JSON.stringify(pattern);
  return verdict(() => compileEventPatternText(text), parseJsonText(eventText ?? JSON.stringify(event)) as object);
}

describe("event patterns", () => {
  test(`answers ${count} patterns as ${oracle} does, refusals in its words`, () => {
    expect(vectors).toHaveLength(count);
    expect(count).toBeGreaterThanOrEqual(500);
    expect(vectors.filter((each) => answerOfText(each) !== each.expected)).toEqual([]);
    const values = vectors.filter(({ patternText }) => patternText === undefined);
    const wrong = values.filter(
      ({ pattern, event = {}, expected }) => verdict(() => compileEventPattern(pattern), event) !== expected,
    );
    expect(wrong).toEqual([]);
    for (const kind of ["boolean true", "boolean false", "string"]) {
      const some = vectors.filter(({ expected }) => `${typeof expected} ${expected}`.startsWith(kind));
      expect(some.length, kind).toBeGreaterThan(100);
    }
  });

  test("a refusal says where in the pattern it is", () => {
    const places = [
      [{ detail: { type: [{ prefix: "a", suffix: "b" }] } }, ["detail", "type", 0, "suffix"]],
      [{ $or: [{ a: ["x"] }, { b: [{ numeric: ["!=", 1] }] }] }, ["$or", 1, "b", 0, "numeric"]],
      [{ detail: { type: "x" } }, ["detail", "type"]],
      [{ a: [{ "anything-but": { prefx: "x" } }] }, ["a", 0, "anything-but", "prefx"]],
      [{}, []],
    ] as const;
    for (const [pattern, path] of places) {
      expect(() => compileEventPattern(pattern)).toThrow(expect.objectContaining({ path }) as Error);
    }
  });

  test("says which field keeps an event from matching, and why", () => {
    const pattern = compileEventPattern({
      "detail-type": [{ prefix: "user." }],
      detail: { data: { type: ["s", "ss"], connection: [{ exists: true }] } },
    });
    expect(pattern.explain({ "detail-type": "user.created", detail: { data: { type: "fp" } } })).toEqual([
      { field: "detail.data.connection", reason: 'is not in the event; the pattern wants {"exists":true}' },
      { field: "detail.data.type", reason: 'is "fp"; the pattern wants "s" or "ss"' },
    ]);
  });

  test("of several alternatives it tells of the nearest; arrays are told of as arrays", () => {
    const either = compileEventPattern({
      $or: [
        { a: ["1"], b: ["1"] },
        { a: ["2"], c: ["9"] },
      ],
    });
    expect(either.explain({ a: "2", c: "8" })).toEqual([{ field: "c", reason: 'is "8"; the pattern wants "9"' }]);
    const one = compileEventPattern({ list: { a: ["1"], b: ["1"] } });
    expect(one.explain({ list: [{ a: "1" }, { b: "1" }] })).toEqual([
      { field: "list.a, list.b", reason: expect.stringContaining("one and the same element") as string },
    ]);
  });
});

describe("JSON read as it is written", () => {
  test("gives what JSON.parse gives, and the same text again", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(JSON.stringify(parseJsonText(text)))).toEqual(JSON.parse(text));
      }),
    );
    const exact = '{"id":9007199254740993,"rate":1.0,"big":1e400,"deep":[{"n":-0.10}]}';
    expect(JSON.stringify(parseJsonText(exact))).toBe(exact);
  });

  test.each(["", "{", "[1,]", "01", '{"a":1}x', '{"a"}', '"\u0001"'])("refuses %j as JSON.parse does", (text) => {
    expect(() => parseJsonText(text)).toThrow(SyntaxError);
  });

  test("is not nested without end", () => {
    expect(() => parseJsonText("[".repeat(2000) + "]".repeat(2000))).toThrow("deeper than 1000");
  });
});

const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const key = fc.string({ minLength: 1 }).filter((name) => name !== "$or" && name !== "__proto__" && !name.includes("."));
const { event: anyEvent } = fc.letrec<{ event: Record<string, unknown>; value: unknown }>((tie) => ({
  event: fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(leaf), tie("event")),
}));
const somePattern = fc.constantFrom(
  ...vectors.flatMap(({ pattern, event, expected }) =>
    typeof expected === "boolean" && pattern !== undefined && event ? [{ pattern, event }] : [],
  ),
);

/** The pattern that asks for exactly what an event holds; empty parts ask for nothing. */
function patternOf(event: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(event).flatMap(([name, value]): [string, unknown][] => {
    if (Array.isArray(value)) return value.length === 0 ? [] : [[name, [value[0]]]];
    if (typeof value !== "object" || value === null) return [[name, [value]]];
    const inner = patternOf(value as Record<string, unknown>);
    return Object.keys(inner).length === 0 ? [] : [[name, inner]];
  });
  return Object.fromEntries(entries);
}

describe("properties of event patterns", () => {
  test("an event matches the pattern made of its own values, and still does with more fields", () => {
    fc.assert(
      fc.property(anyEvent, anyEvent, (event, more) => {
        const pattern = patternOf(event);
        fc.pre(Object.keys(pattern).length > 0);
        expect(compileEventPattern(pattern).matches({ ...more, ...event })).toBe(true);
      }),
    );
  });

  test("there is an explanation exactly when there is no match", () => {
    fc.assert(
      fc.property(somePattern, anyEvent, ({ pattern, event }, other) => {
        const compiled = compileEventPattern(pattern);
        for (const each of [event, other]) expect(compiled.explain(each).length === 0).toBe(compiled.matches(each));
      }),
    );
  });

  test("alternatives match when one of them does", () => {
    fc.assert(
      fc.property(somePattern, somePattern, ({ pattern: a, event }, { pattern: b }) => {
        const either = compileEventPattern({ $or: [a, b] });
        expect(either.matches(event)).toBe(
          compileEventPattern(a).matches(event) || compileEventPattern(b).matches(event),
        );
      }),
    );
  });
});
