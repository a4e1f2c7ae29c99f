import type { Vector } from "./pattern-probes.ts";
import { chance, fraction, pick, upTo } from "./random.ts";

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
  const kind = fraction();
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
  const kind = fraction();
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

/** A random pattern with an event that it often matches; plain values. */
export function plainVector(): Vector {
  const source = pattern(0);
  return { pattern: source, event: chance(0.7) ? eventFor(source) : event(0) };
}
