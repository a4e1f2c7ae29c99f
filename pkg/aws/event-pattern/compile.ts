import { explain, matches } from "./evaluate.ts";
import type { Alternative, Mismatch } from "./evaluate.ts";
import { Refusal, matcherOf } from "./matchers.ts";

/** EventBridge refuses the pattern. */
export class InvalidEventPattern extends Error {
  override name = "InvalidEventPattern";
  /** Steps from the pattern's root to what is wrong. */
  readonly path: readonly (string | number)[];

  /** @param reason in the service's words. */
  constructor(reason: string, path: readonly (string | number)[]) {
    super(reason);
    this.path = path;
  }
}

/** A compiled pattern. Events are parsed JSON objects, envelope and all. */
export interface EventPattern {
  matches(event: object): boolean;
  /** Why an event does not match; empty when it does. Of several `$or` alternatives the nearest is told of. */
  explain(event: object): Mismatch[];
}

/**
 * Compiles an event pattern, given as parsed JSON.
 * @throws InvalidEventPattern with the reason that EventBridge gives.
 */
export function compileEventPattern(pattern: unknown): EventPattern {
  if (!isObject(pattern)) throw new InvalidEventPattern("Filter is not an object", []);
  const alternatives = compileObject([], pattern, { at: [], name: [], insideOr: false }).map((fields): Alternative =>
    // In this order, because what is taken from one array binds the fields that follow.
    [...fields.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  );
  return {
    matches: (event) => alternatives.some((alternative) => matches(alternative, event)),
    explain: (event) => explain(alternatives, event),
  };
}

/** An alternative that grows: a field named twice takes what is said last. */
type Fields = Map<string, Alternative[number]>;

interface Place {
  /** Steps in the pattern, `$or` and its indexes included. */
  at: readonly (string | number)[];
  /** Steps in the event. */
  name: readonly string[];
  insideOr: boolean;
}

/** `$or` multiplies what has been read before it, and is extended by what comes after. */
function compileObject(before: readonly Fields[], object: Record<string, unknown>, place: Place): Fields[] {
  let alternatives = [...before];
  const entries = Object.entries(object);
  if (entries.length === 0) throw new InvalidEventPattern("Empty objects are not allowed", place.at);
  for (const [key, value] of entries) {
    const at = [...place.at, key];
    if (key === "$or") {
      alternatives = compileOr(alternatives, value, { ...place, at });
      continue;
    }
    if (place.insideOr && RESERVED_INSIDE_OR.has(key))
      throw new InvalidEventPattern(`${key} is Ruler reserved fieldName which cannot be used inside $or.`, at);
    const name = [...place.name, key];
    if (isObject(value)) alternatives = compileObject(alternatives, value, { ...place, at, name });
    else if (Array.isArray(value)) {
      const field = compileField(value, at, name);
      if (alternatives.length === 0) alternatives.push(new Map());
      for (const fields of alternatives) fields.set(field.name, field);
    } else throw new InvalidEventPattern(`"${key}" must be an object or an array`, at);
  }
  return alternatives;
}

function compileOr(before: readonly Fields[], value: unknown, place: Place): Fields[] {
  if (!Array.isArray(value)) throw new InvalidEventPattern("It must be an Array followed with $or.", place.at);
  const base: readonly Fields[] = before.length === 0 ? [new Map()] : before;
  const alternatives = value.flatMap((branch: unknown, index) => {
    const at = [...place.at, index];
    if (!isObject(branch))
      throw new InvalidEventPattern("Only JSON object is allowed in array of $or relationship.", at);
    const copies = base.map((fields): Fields => new Map(fields));
    return compileObject(copies, branch, { ...place, at, insideOr: true });
  });
  if (value.length < 2)
    throw new InvalidEventPattern("There must have at least 2 Objects in $or relationship.", place.at);
  return alternatives;
}

function compileField(
  items: readonly unknown[],
  at: readonly (string | number)[],
  steps: readonly string[],
): Alternative[number] {
  if (items.length === 0) throw new InvalidEventPattern("Empty arrays are not allowed", at);
  const matchers = items.map((item, index) => {
    try {
      return matcherOf(item);
    } catch (error) {
      if (error instanceof Refusal) throw new InvalidEventPattern(error.message, [...at, index, ...error.steps]);
      throw error;
    }
  });
  const name = steps.join(".");
  return { name, steps: name.split("."), matchers, mayBeAbsent: matchers.some((each) => each.acceptsAbsence) };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const RESERVED_INSIDE_OR = new Set([
  "exactly",
  "equals-ignore-case",
  "prefix",
  "suffix",
  "anything-but",
  "exists",
  "wildcard",
  "numeric",
  "cidr",
  "=",
  "<",
  "<=",
  ">",
  ">=",
  "regex",
  "not-wildcard",
  "not-equals-ignore-case",
  "date-after",
  "date-on-or-after",
  "date-before",
  "date-on-or-before",
  "in-date-range",
  "ip-address-in-range",
  "ip-address-not-in-range",
]);
