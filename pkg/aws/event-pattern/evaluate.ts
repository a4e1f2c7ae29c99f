import { JsonMembers, JsonNumber, numberText } from "./json-text.ts";
import type { Matcher } from "./matchers.ts";
import { looksAt } from "./values.ts";
import type { Looks } from "./values.ts";

/** What a pattern asks of one field. */
export interface FieldTest {
  /** Path with dots. */
  name: string;
  /** One of them must accept a value of the field. */
  matchers: readonly Matcher[];
  mayBeAbsent: boolean;
  looks: Looks;
}

/** Fields that must all match, sorted by name. */
export type Alternative = readonly FieldTest[];

/** A key that a field's name may go on with, and what of the name is left then; nothing is left at its end. */
export interface Cut {
  key: string;
  rest: string | undefined;
}

/** The keys that what is left of a name may go on with: a name with dots in it may be one key of an event, or several. */
export type Cuts = (rest: string) => readonly Cut[];

/** Why one field keeps an event from matching. */
export interface Mismatch {
  /** Path with dots, e.g. `detail.data.type`. */
  field: string;
  reason: string;
}

/** Which elements of which arrays a value was found in, innermost first. */
interface Membership {
  array: readonly unknown[];
  index: number;
  rest: Membership | undefined;
}

interface Found {
  value: unknown;
  membership: Membership | undefined;
}

/** Whether an event matches all fields, with values of one array taken from one of its elements. */
export function matches(alternative: Alternative, event: object, cuts: Cuts): boolean {
  return matchFrom(alternative, 0, { event, cuts }, undefined);
}

interface Subject {
  event: object;
  cuts: Cuts;
}

function matchFrom(fields: Alternative, at: number, subject: Subject, bound: Membership | undefined): boolean {
  const field = fields[at];
  if (!field) return true;
  let isPresent = false;
  for (const { value, membership } of valuesOf(field, subject)) {
    const merged = membership === undefined ? bound : merge(bound, membership);
    if (merged === false) continue;
    isPresent = true;
    if (accepts(field, value) && matchFrom(fields, at + 1, subject, merged)) return true;
  }
  return field.mayBeAbsent && !isPresent && matchFrom(fields, at + 1, subject, bound);
}

function accepts({ matchers, looks }: FieldTest, value: unknown): boolean {
  for (const look of looksAt(value, looks)) for (const { test } of matchers) if (test(look)) return true;
  return false;
}

/** Both memberships together; `false` when they take different elements of one array. */
function merge(bound: Membership | undefined, added: Membership): Membership | undefined | false {
  let merged = bound;
  for (let each: Membership | undefined = added; each; each = each.rest) {
    let known: Membership | undefined = bound;
    while (known && known.array !== each.array) known = known.rest;
    if (!known) merged = { array: each.array, index: each.index, rest: merged };
    else if (known.index !== each.index) return false;
  }
  return merged;
}

function valuesOf({ name }: FieldTest, { event, cuts }: Subject): Found[] {
  const found: Found[] = [];
  /** @param rest what of the field's name is still to come; `undefined` at its end. */
  const collect = (node: unknown, rest: string | undefined, membership: Membership | undefined): void => {
    if (Array.isArray(node)) {
      for (const [index, item] of node.entries()) {
        const isLeaf = typeof item !== "object" || item === null || item instanceof JsonNumber;
        collect(item, rest, isLeaf ? membership : { array: node, index, rest: membership });
      }
      return;
    }
    if (typeof node !== "object" || node === null || node instanceof JsonNumber) {
      if (rest === undefined) found.push({ value: node, membership });
      return;
    }
    if (rest === undefined) return;
    for (const cut of cuts(rest)) {
      if (node instanceof JsonMembers) {
        for (const [key, value] of node.entries) if (key === cut.key) collect(value, cut.rest, membership);
      } else if (Object.hasOwn(node, cut.key)) {
        collect((node as Record<string, unknown>)[cut.key], cut.rest, membership);
      }
    }
  };
  collect(event, name, undefined);
  return found;
}

/** Why no alternative matches: the mismatches of the one that comes nearest. */
export function explain(alternatives: readonly Alternative[], event: object, cuts: Cuts): Mismatch[] {
  let nearest: Mismatch[] | undefined;
  for (const alternative of alternatives) {
    const mismatches = mismatchesOf(alternative, { event, cuts });
    if (mismatches.length === 0) return [];
    if (!nearest || mismatches.length < nearest.length) nearest = mismatches;
  }
  return nearest ?? [];
}

function mismatchesOf(alternative: Alternative, subject: Subject): Mismatch[] {
  if (matchFrom(alternative, 0, subject, undefined)) return [];
  const single = alternative
    .filter((field) => !matchFrom([field], 0, subject, undefined))
    .map((field) => ({ field: field.name, reason: reasonOf(field, subject) }));
  if (single.length > 0) return single;
  const names = alternative.map(({ name }) => name);
  return [
    {
      field: names.join(", "),
      reason: "each matches by itself, but not within one and the same element of the array they are in",
    },
  ];
}

function reasonOf(field: FieldTest, subject: Subject): string {
  const values = valuesOf(field, subject).map(({ value }) => shown(value));
  const wanted = field.matchers.map(({ source }) => shown(source)).join(" or ");
  if (values.length === 0) return `is not in the event; the pattern wants ${wanted}`;
  const listed = values.slice(0, 5).join(", ") + (values.length > 5 ? `, and ${values.length - 5} more` : "");
  return `is ${listed}; the pattern wants ${wanted}`;
}

function shown(value: unknown): string {
  return numberText(value) ?? JSON.stringify(value);
}
