import { explain, matches } from "./evaluate.ts";
import type { Alternative, Cut, Cuts, FieldTest, Mismatch } from "./evaluate.ts";
import { membersOf, parseJsonText } from "./json-text.ts";
import { matcherOf } from "./matchers.ts";
import { Refusal } from "./refusal.ts";

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

/** A compiled pattern. Events are JSON objects, envelope and all, as `JSON.parse` or `parseJsonText` give them. */
export interface EventPattern {
  matches(event: object): boolean;
  /** Why an event does not match; empty when it does. Of several `$or` alternatives the nearest is explained. */
  explain(event: object): Mismatch[];
}

/**
 * Compiles an event pattern, given as text: numbers and repeated keys count as they are written.
 * @throws InvalidEventPattern with the reason that EventBridge gives, SyntaxError for what is no JSON.
 */
export function compileEventPatternText(text: string): EventPattern {
  return compileEventPattern(parseJsonText(text));
}

/**
 * Compiles an event pattern, given as parsed JSON.
 * @throws InvalidEventPattern with the reason that EventBridge gives.
 */
export function compileEventPattern(pattern: unknown): EventPattern {
  const members = membersOf(pattern);
  if (!members) throw new InvalidEventPattern("Filter is not an object", []);
  const compiled = compileObject([], members, { at: [], name: [], insideOr: false }).map((fields): Alternative =>
    // In this order, because what is taken from one array binds the fields that follow.
    [...fields.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  );
  const alternatives = compiled.length > 1 ? withSharedLooks(compiled) : compiled;
  const cuts = cutsOf(alternatives);
  return {
    matches: (event) => alternatives.some((alternative) => matches(alternative, event, cuts)),
    explain: (event) => explain(alternatives, event, cuts),
  };
}

/**
 * The library looks at each value of a field once for all alternatives that agree on the fields before it; so one that
 * wants numbers makes it look at numbers for the others too.
 */
function withSharedLooks(alternatives: readonly Alternative[]): Alternative[] {
  const shared = new Map<string, FieldTest["looks"]>();
  for (const alternative of alternatives) {
    for (const [key, { looks }] of keyed(alternative)) {
      const { numbers, addresses } = shared.get(key) ?? looks;
      shared.set(key, { numbers: numbers || looks.numbers, addresses: addresses || looks.addresses });
    }
  }
  return alternatives.map((alternative) =>
    keyed(alternative).map(([key, field]) => ({ ...field, looks: shared.get(key) ?? field.looks })),
  );
}

/** The fields of an alternative, each with a text that stands for its name and all that is asked before it. */
function keyed(alternative: Alternative): [string, FieldTest][] {
  let before = "";
  return alternative.map((field) => {
    const key = `${before}${JSON.stringify(field.name)}`;
    before = `${key}${JSON.stringify(field.matchers.map(({ source }) => source))}`;
    return [key, field];
  });
}

/**
 * How names are cut into keys. The library skips a key of an event unless each part of it, cut at dots, stands in the name
 * of some field. What was cut once is remembered: every event asks for the same.
 */
function cutsOf(alternatives: readonly Alternative[]): Cuts {
  const parts = new Set(alternatives.flatMap((alternative) => alternative.flatMap(({ name }) => partsOf(name))));
  const isKnown = (key: string): boolean =>
    parts.has(key) || (key.includes(".") && partsOf(key).every((part) => parts.has(part)));
  const known = new Map<string, Cut[]>();
  return (name) => {
    let cuts = known.get(name);
    if (!cuts) {
      const ends = [...name.matchAll(/\./g)].map(({ index }) => index);
      const inner = ends.map((end): Cut => ({ key: name.slice(0, end), rest: name.slice(end + 1) }));
      cuts = [...inner, { key: name, rest: undefined }].filter(({ key }) => isKnown(key));
      known.set(name, cuts);
    }
    return cuts;
  };
}

/** As Java's `split` does it: empty parts at the end are left out, unless the whole text is empty. */
function partsOf(name: string): string[] {
  const parts = name.split(".");
  return name === "" ? parts : parts.slice(0, parts.findLastIndex((part) => part !== "") + 1);
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
function compileObject(
  before: readonly Fields[],
  entries: NonNullable<ReturnType<typeof membersOf>>,
  place: Place,
): Fields[] {
  let alternatives = [...before];
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
    const members = membersOf(value);
    if (members) alternatives = compileObject(alternatives, members, { ...place, at, name });
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
    const members = membersOf(branch);
    if (!members) throw new InvalidEventPattern("Only JSON object is allowed in array of $or relationship.", at);
    const copies = base.map((fields): Fields => new Map(fields));
    return compileObject(copies, members, { ...place, at, insideOr: true });
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
  const isLookedFor = (what: "numbers" | "addresses"): boolean => matchers.some((each) => each.looksFor === what);
  return {
    name: nameOf(steps),
    matchers,
    mayBeAbsent: matchers.some((each) => each.acceptsAbsence),
    looks: { numbers: isLookedFor("numbers"), addresses: isLookedFor("addresses") },
  };
}

/** A field's name. The library loses an empty key at the start. */
function nameOf(steps: readonly string[]): string {
  const base = steps.slice(0, -1).join(".");
  const last = steps.at(-1) ?? "";
  return base === "" ? last : `${base}.${last}`;
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
