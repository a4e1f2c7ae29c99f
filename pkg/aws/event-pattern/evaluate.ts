import { membersOf, numberText } from "./json-text.ts";
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

/** Whether the library looks at a key of an event at all. */
export type KeyFilter = (key: string) => boolean;

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
export function matches(alternative: Alternative, event: object, isKnown: KeyFilter): boolean {
  return matchFrom(alternative, 0, { event, isKnown }, undefined);
}

interface Subject {
  event: object;
  isKnown: KeyFilter;
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
  return looksAt(value, looks).some((look) => matchers.some(({ test }) => test(look)));
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

function valuesOf({ name }: FieldTest, { event, isKnown }: Subject): Found[] {
  const found: Found[] = [];
  collect(event, name, undefined);
  return found;

  /** @param rest what of the field's name is still to come; `undefined` at its end. */
  function collect(node: unknown, rest: string | undefined, membership: Membership | undefined): void {
    if (Array.isArray(node)) {
      for (const [index, item] of node.entries()) {
        const isLeaf = !Array.isArray(item) && !membersOf(item);
        collect(item, rest, isLeaf ? membership : { array: node, index, rest: membership });
      }
      return;
    }
    const members = membersOf(node);
    if (!members) {
      if (rest === undefined) found.push({ value: node, membership });
      return;
    }
    if (rest === undefined) return;
    // A name with dots in it may be one key of the event, or several.
    for (const [key, value] of members) {
      if (key === rest) {
        if (isKnown(key)) collect(value, undefined, membership);
      } else if (rest.startsWith(key) && rest[key.length] === "." && isKnown(key))
        collect(value, rest.slice(key.length + 1), membership);
    }
  }
}

/** Why no alternative matches: the mismatches of the one that comes nearest. */
export function explain(alternatives: readonly Alternative[], event: object, isKnown: KeyFilter): Mismatch[] {
  let nearest: Mismatch[] | undefined;
  for (const alternative of alternatives) {
    const mismatches = mismatchesOf(alternative, { event, isKnown });
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
