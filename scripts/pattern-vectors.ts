// Development only: writes tests/patterns/vectors.json. Patterns and events are made here; what is expected of them comes
// from the library that EventBridge itself runs. Needs a JDK and Maven; nothing else does.
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ORACLE = "software.amazon.event.ruler:event-ruler:2.0.1";
const CLASSPATH = [
  ORACLE,
  "com.fasterxml.jackson.core:jackson-databind:2.21.0",
  "com.fasterxml.jackson.core:jackson-core:2.21.0",
  "com.fasterxml.jackson.core:jackson-annotations:2.21",
  "ch.randelshofer:fastdoubleparser:2.0.1",
];

interface Vector {
  pattern: unknown;
  event: object;
  expected?: unknown;
}

/** A small generator of random numbers (mulberry32): the same vectors every time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const random = generator(20261121);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
const chance = (p: number): boolean => random() < p;
const upTo = (n: number): number => 1 + Math.floor(random() * n);

const WORDS = [
  "s",
  "fp",
  "slo",
  "user.created",
  "User.Created",
  "auth0|507f",
  "a*b",
  "a\\b",
  "",
  "日本",
  "Straße",
  "x",
];
const ADDRESSES = ["10.0.0.1", "10.0.0.255", "192.168.7.9", "2001:db8::1", "2001:0db8:0:0:0:0:0:1", "::ffff:0a00:0001"];
const NUMBERS = [0, 1, -1, 3.5, 300, 1e3, 2.99792458e8, -0.25, 123456789012, 5e-10];
const FIELDS = ["a", "b", "c"];

const scalar = (): unknown => {
  const kind = random();
  if (kind < 0.55) return pick(WORDS);
  if (kind < 0.65) return pick(ADDRESSES);
  return kind < 0.9 ? pick(NUMBERS) : pick([true, false, null]);
};

function item(): unknown {
  const word = pick(WORDS.filter((each) => each !== ""));
  const cut = word.slice(0, upTo(word.length));
  const tail = word.slice(-upTo(word.length));
  const [low, high] = [pick(NUMBERS), pick(NUMBERS)].toSorted((a, b) => a - b) as [number, number];
  return pick<() => unknown>([
    scalar,
    scalar,
    () => ({ prefix: cut }),
    () => ({ suffix: tail }),
    () => ({ prefix: { "equals-ignore-case": cut.toUpperCase() } }),
    () => ({ suffix: { "equals-ignore-case": tail.toUpperCase() } }),
    () => ({ "equals-ignore-case": pick([word, word.toUpperCase(), word.toLowerCase()]) }),
    () => ({
      wildcard: pick([
        `${cut.replaceAll(/[*\\]/g, "")}*`,
        `*${tail.replaceAll(/[*\\]/g, "")}`,
        "*",
        "u*.*d",
        "a\\*b",
        "a\\\\b",
      ]),
    }),
    () => ({ numeric: [pick(["=", "<", "<=", ">", ">="]), pick(NUMBERS)] }),
    () => ({ numeric: [pick([">", ">="]), low, pick(["<", "<="]), high] }),
    () => ({ exists: chance(0.5) }),
    () => ({
      cidr: pick(["10.0.0.0/24", "10.0.0.0/31", "192.168.0.0/16", "0.0.0.0/0", "2001:db8::/32", "2001:db8::1/127"]),
    }),
    () => ({
      "anything-but": pick<unknown>([word, pick(NUMBERS), [word, pick(WORDS)], [pick(NUMBERS), pick(NUMBERS)]]),
    }),
    () => ({ "anything-but": { prefix: pick<unknown>([cut, [cut, "zz"]]) } }),
    () => ({ "anything-but": { suffix: pick<unknown>([tail, [tail, "zz"]]) } }),
    () => ({
      "anything-but": { "equals-ignore-case": pick<unknown>([word.toUpperCase(), [word.toUpperCase(), "q"]]) },
    }),
    () => ({ "anything-but": { wildcard: pick<unknown>(["u*d", ["*x", "s*"]]) } }),
  ])();
}

const items = (): unknown[] => Array.from({ length: chance(0.7) ? 1 : upTo(3) }, item);

function pattern(depth: number): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const field of FIELDS)
    if (chance(depth === 0 ? 0.6 : 0.5)) result[field] = depth < 2 && chance(0.35) ? pattern(depth + 1) : items();
  if (chance(0.2)) result["$or"] = Array.from({ length: 1 + upTo(2) }, () => pattern(depth + 1));
  return Object.keys(result).length === 0 ? { [pick(FIELDS)]: items() } : result;
}

function value(depth: number): unknown {
  const kind = random();
  if (depth < 3 && kind < 0.25) return event(depth + 1);
  if (depth < 3 && kind < 0.5) return Array.from({ length: upTo(4) - 1 }, () => value(depth + 1));
  return scalar();
}

function event(depth: number): Record<string, unknown> {
  return Object.fromEntries(FIELDS.filter(() => chance(0.75)).map((field) => [field, value(depth)]));
}

/** An event made to match, mostly: the pattern's own values where they are plain. */
function eventFor(source: Record<string, unknown>): Record<string, unknown> {
  const result = event(1);
  for (const [field, wanted] of Object.entries(source)) {
    if (field === "$or") Object.assign(result, eventFor(pick(wanted as Record<string, unknown>[])));
    else if (!Array.isArray(wanted))
      result[field] = chance(0.3) ? [eventFor(wanted as never), event(2)] : eventFor(wanted as never);
    else {
      const [first] = wanted as unknown[];
      const isPlain = typeof first !== "object" || first === null;
      const inner = !isPlain && typeof Object.values(first)[0] === "string" ? Object.values(first)[0] : undefined;
      const chosen = isPlain ? first : (inner ?? scalar());
      result[field] = chance(0.2) ? [scalar(), chosen] : chosen;
    }
  }
  return result;
}

const E = { a: "x", b: { c: ["x", 1] } };
const one = (...list: unknown[]): Vector => ({ pattern: { a: list }, event: E });
const on = (list: unknown[], a: unknown): Vector => ({ pattern: { a: list }, event: { a } });

/** Probes by hand: each refusal, and semantics that chance would seldom hit. */
const PROBES: Vector[] = [
  ...[[], "x", 1, null, {}].map((source) => ({ pattern: source, event: E })),
  ...["x", 1, true, null, [], {}, { b: "x" }, { b: {} }, { b: [] }].map((source) => ({
    pattern: { a: source },
    event: E,
  })),
  one([]),
  one(["x"]),
  one({}),
  one({ foo: 1 }),
  one({ prefix: 1 }),
  one({ prefix: ["x"] }),
  one({ prefix: {} }),
  one({ prefix: { suffix: "x" } }),
  one({ prefix: { "equals-ignore-case": 1 } }),
  one({ prefix: { "equals-ignore-case": "X", x: 1 } }),
  one({ suffix: null }),
  one({ suffix: { prefix: "x" } }),
  one({ suffix: {} }),
  one({ suffix: { "equals-ignore-case": ["x"] } }),
  one({ prefix: "x", suffix: "x" }),
  one({ "equals-ignore-case": ["x"] }),
  one({ "equals-ignore-case": "X", exists: true }),
  one({ wildcard: 1 }),
  one({ wildcard: "a**b" }),
  one({ wildcard: "**" }),
  one({ wildcard: "a\\b" }),
  one({ wildcard: "a\\" }),
  one({ wildcard: "日本**" }),
  one({ wildcard: "x", prefix: "x" }),
  one({ wildcard: "" }),
  one({ wildcard: "*x*" }),
  one({ wildcard: "\\\\\\*" }),
  ...[
    [],
    ["<"],
    [1],
    ["<", "1"],
    ["!=", 1],
    ["=", 1, 2],
    ["<", 1, 2],
    ["<=", 1, ">", 0],
    [">", 5, "<", 3],
    [">", 1, 2],
    [">", 1, ">", 2],
    [">", 1, "<", "2"],
    [">", 1, "<", 2, 3],
    [">=", 5, "<=", 5],
    [">", null],
    [null, 1],
    ["=", true],
    [">", 1, "<"],
    [{}, 1],
    [[], 1],
    "x",
    1,
    {},
  ].map((operand) => one({ numeric: operand })),
  one({ numeric: ["=", 1], exists: true }),
  one({ exists: "yes" }),
  one({ exists: null }),
  one({ exists: true, prefix: "x" }),
  ...[
    "10.0.0.0/33",
    "10.0.0.0/32",
    "10.0.0.0",
    "10.0.0.0/x",
    "10.0.0.0/-1",
    "10.0.0/8",
    "999.0.0.1/8",
    "2001:db8::/129",
    "2001:db8::/128",
    "a/b/c",
    "/8",
    "",
    1,
    "10.0.0.0/",
    "::/0",
    "2001:db8::/0",
    "10.0.0.1/8",
  ].map((operand) => one({ cidr: operand })),
  ...[
    null,
    true,
    {},
    [],
    [null],
    [true],
    ["x", 1],
    [["x"]],
    [{}],
    { foo: "x" },
    { prefix: "" },
    { suffix: "" },
    { prefix: 1 },
    { suffix: [1] },
    { prefix: ["x", ""] },
    { prefix: [] },
    { "equals-ignore-case": 1 },
    { "equals-ignore-case": [1] },
    { "equals-ignore-case": null },
    { wildcard: 1 },
    { wildcard: ["a", 1] },
    { wildcard: "a**" },
    { wildcard: ["a*", "b\\c"] },
    { prefix: "x", suffix: "x" },
    { prefix: null },
    "x",
    "y",
    1,
    ["y", "z"],
    ["x"],
    { numeric: ["=", 1] },
    { prefix: { "equals-ignore-case": "x" } },
  ].map((operand) => one({ "anything-but": operand })),
  one({ "anything-but": "y", prefix: "x" }),
  one({ "anything-but": { prefix: "y" }, prefix: "x" }),
  one({ exactly: "x" }),
  one({ exactly: 1 }),
  one({ exactly: "x", a: 1 }),
  ...[
    [],
    {},
    "x",
    [{ a: ["x"] }],
    [{ a: ["x"] }, 1],
    [{ a: ["x"] }, {}],
    [{ a: ["x"] }, { prefix: ["x"] }],
    [{ a: ["y"] }, { b: { c: [1] } }],
    [{ a: ["y"] }, { b: { c: [2] } }],
    [{ "=": ["x"] }, { a: ["x"] }],
    [{ regex: ["x"] }, { a: ["x"] }],
    [{ a: "x" }, { a: ["x"] }],
    [{ a: ["x"] }, { $or: [{ a: ["y"] }, { b: ["z"] }] }],
  ].map((branches) => ({ pattern: { $or: branches }, event: E })),
  { pattern: { a: ["x"], $or: [{ a: ["y"] }, { b: { c: [9] } }] }, event: E },
  { pattern: { $or: [{ a: ["y"] }, { b: { c: [1] } }], a: ["x"] }, event: E },
  { pattern: { b: { $or: [{ c: ["nope"] }, { c: [1] }] }, a: ["x"] }, event: E },
  { pattern: { $or: [{ a: ["x"] }, { a: ["y"] }], b: { $or: [{ c: ["x"] }, { c: ["y"] }] } }, event: E },
  on([{ "anything-but": "x" }], ["x", "y"]),
  on([{ "anything-but": "x" }], []),
  { pattern: { q: [{ "anything-but": "x" }] }, event: E },
  on([{ exists: false }], {}),
  on([{ exists: false }], { z: 1 }),
  on([{ exists: true }], []),
  on([{ exists: true }], [[]]),
  on([{ exists: false }], []),
  on([{ exists: true }], null),
  on([{ exists: false }], null),
  on([{ exists: true }, "x"], "y"),
  on([{ exists: false }, "x"], "x"),
  on([{ exists: false }, "x"], "y"),
  on([300], 300),
  on([300], "300"),
  on(["300"], 300),
  on([3e2], 300),
  on([true], "true"),
  on(["true"], true),
  on([null], "null"),
  on([null], null),
  on([""], ""),
  on([{ prefix: "" }], "x"),
  on([{ prefix: "" }], 5),
  on([{ prefix: "3" }], 300),
  on([{ suffix: "" }], ""),
  on([{ wildcard: "*" }], 5),
  on([{ wildcard: "*" }], ""),
  on([{ "equals-ignore-case": "straße" }], "STRASSE"),
  on([{ "equals-ignore-case": "straße" }], "STRAßE"),
  on([{ "equals-ignore-case": "STRASSE" }], "straße"),
  on([{ "equals-ignore-case": "ⱥ" }], "Ⱥ"),
  on([{ prefix: { "equals-ignore-case": "日" } }], "日本"),
  on([{ suffix: { "equals-ignore-case": "SSE" } }], "Strasse"),
  on(["10.0.0.1"], "10.0.0.1"),
  on(["10.0.0.1"], "10.0.0.2"),
  on(["2001:db8::1"], "2001:0DB8:0:0::1"),
  on(["::1"], "0:0:0:0:0:0:0:1"),
  on(["12:30"], "12:30"),
  on(["1.2.3.4.5"], "1.2.3.4.5"),
  on(["999.1.1.1"], "999.1.1.1"),
  on([{ cidr: "10.0.0.0/8" }], "10.255.1.2"),
  on([{ cidr: "10.0.0.0/8" }], "11.0.0.0"),
  on([{ cidr: "2001:db8::/32" }], "2001:db8:ffff::"),
  on([{ cidr: "10.0.0.0/8" }], "host"),
  on([{ prefix: "10." }], "10.0.0.1"),
  on([{ "anything-but": "10.0.0.1" }], "10.0.0.1"),
  on([{ "anything-but": ["10.0.0.1"] }], "10.0.0.2"),
  on([{ "anything-but": 5 }], 5.0),
  on([{ "anything-but": 5 }], "5"),
  on([{ "anything-but": [5, 6] }], [5, 6]),
  on([{ "anything-but": [5, 6] }], [5, 7]),
  on([{ "anything-but": "5" }], 5),
  on([{ "anything-but": "x" }], null),
  on([{ "anything-but": "x" }], true),
  on([{ "anything-but": 5 }], null),
  on([{ "anything-but": { prefix: "x" } }], 5),
  on([{ "anything-but": { suffix: "x" } }], null),
  on([{ "anything-but": { wildcard: "*" } }], 5),
  on([{ "anything-but": { wildcard: "*" } }], "q"),
  on([{ "anything-but": { prefix: [] } }], "q"),
  on([{ numeric: ["<", 5] }], "4"),
  on([{ numeric: ["<", 5] }], [9, 4]),
  on([{ numeric: [">", -1, "<", 0] }], -0.5),
  on([{ numeric: ["=", 0] }], -0),
  on([{ numeric: [">=", 1e21] }], 1e22),
  { pattern: { a: { b: ["x"], c: ["y"] } }, event: { a: [{ b: "x" }, { c: "y" }] } },
  { pattern: { a: { b: ["x"], c: ["y"] } }, event: { a: [{ b: "x", c: "y" }, { c: "z" }] } },
  { pattern: { a: { b: ["x"], c: [{ exists: false }] } }, event: { a: [{ b: "x" }, { c: "y" }] } },
  { pattern: { a: { b: [{ exists: false }], c: ["y"] } }, event: { a: [{ b: "x" }, { c: "y" }] } },
  { pattern: { a: { b: ["x"], c: ["y"] } }, event: { a: [[{ b: "x" }], [{ c: "y" }]] } },
  { pattern: { a: { b: ["x"], c: ["y"] } }, event: { a: [[{ b: "x" }, { c: "y" }]] } },
  { pattern: { a: { b: { c: ["x"] }, d: ["y"] } }, event: { a: [{ b: [{ c: "w" }, { c: "x" }], d: "y" }] } },
  { pattern: { a: ["x"], b: ["x"] }, event: { a: ["x", "y"], b: ["z", "x"] } },
  { pattern: { "a.b": ["x"] }, event: { a: { b: "x" } } },
  { pattern: { a: { b: ["x"] } }, event: { "a.b": "x" } },
  { pattern: { "a.b": ["x"] }, event: { "a.b": "x" } },
  { pattern: { a: ["x"] }, event: { A: "x" } },
];

const vectors: Vector[] = [...PROBES];
for (let count = 0; count < 900; count += 1) {
  const source = pattern(0);
  vectors.push({ pattern: source, event: chance(0.7) ? eventFor(source) : event(0) });
}

/** Refusals inside lists are reported with their position, all others without. */
function expectation(answer: string): unknown {
  const parsed: unknown = JSON.parse(answer);
  return typeof parsed === "string" ? parsed.split("\n at [Source")[0] : parsed;
}

const folder = mkdtempSync(join(tmpdir(), "oracle-"));
const run = (command: string, args: string[], input?: string): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", input, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}${stdout}`);
  return stdout;
};
for (const artifact of CLASSPATH)
  run("mvn", [
    "-q",
    "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy",
    `-Dartifact=${artifact}`,
    `-DoutputDirectory=${folder}`,
  ]);
const classpath = `${folder}/*:${folder}`;
run("javac", ["-cp", classpath, "-d", folder, resolve("scripts/PatternOracle.java")]);
const input = vectors
  .map(({ pattern: p, event: e }) => JSON.stringify({ pattern: JSON.stringify(p), event: JSON.stringify(e) }))
  .join("\n");
const answers = run("java", ["-cp", classpath, "PatternOracle"], `${input}\n`).trim().split("\n");
if (answers.length !== vectors.length) throw new Error(`${answers.length} answers to ${vectors.length} vectors`);
const lines = vectors
  .map((vector, index) => ({ ...vector, expected: expectation(answers[index] ?? "") }))
  .filter(({ expected }) => expected !== null)
  .map((vector) => JSON.stringify(vector));
writeFileSync(
  "tests/patterns/vectors.json",
  `{"oracle": "${ORACLE}", "count": ${lines.length}, "vectors": [\n${lines.join(",\n")}\n]}\n`,
);
