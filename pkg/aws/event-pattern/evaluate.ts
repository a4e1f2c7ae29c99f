import type { Matcher, Scalar } from "./matchers.ts";

/** What a pattern asks of one field. */
interface FieldTest {
  /** Path with dots. */
  name: string;
  steps: readonly string[];
  /** One of them must accept a value of the field. */
  matchers: readonly Matcher[];
  mayBeAbsent: boolean;
}

/** Fields that must all match, sorted by name. */
export type Alternative = readonly FieldTest[];

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
  value: Scalar;
  membership: Membership | undefined;
}

/** Whether an event matches all fields, with values of one array taken from one of its elements. */
export function matches(alternative: Alternative, event: object): boolean {
  return matchFrom(alternative, 0, event, undefined);
}

function matchFrom(fields: Alternative, at: number, event: object, bound: Membership | undefined): boolean {
  const field = fields[at];
  if (!field) return true;
  const found = valuesOf(field, event);
  let isPresent = false;
  for (const { value, membership } of found) {
    const merged = membership === undefined ? bound : merge(bound, membership);
    if (merged === false) continue;
    isPresent = true;
    if (accepts(field, value) && matchFrom(fields, at + 1, event, merged)) return true;
  }
  return field.mayBeAbsent && !isPresent && matchFrom(fields, at + 1, event, bound);
}

function accepts({ matchers }: FieldTest, value: Scalar): boolean {
  return matchers.some(({ test }) => test(value));
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

function valuesOf({ steps }: FieldTest, event: object): Found[] {
  const found: Found[] = [];
  collect(event, steps, 0, undefined, found);
  return found;
}

/** Goes down to a field's values. A name with dots in it may be one key of the event, or several. */
function collect(
  node: unknown,
  steps: readonly string[],
  at: number,
  membership: Membership | undefined,
  found: Found[],
): void {
  if (Array.isArray(node)) {
    for (const [index, item] of node.entries()) {
      const isLeaf = typeof item !== "object" || item === null;
      collect(item, steps, at, isLeaf ? membership : { array: node, index, rest: membership }, found);
    }
    return;
  }
  if (typeof node !== "object" || node === null) {
    if (at === steps.length) found.push({ value: node as Scalar, membership });
    return;
  }
  let key = "";
  for (let end = at; end < steps.length; end += 1) {
    key = end === at ? (steps[end] ?? "") : `${key}.${steps[end]}`;
    if (Object.hasOwn(node, key)) collect((node as Record<string, unknown>)[key], steps, end + 1, membership, found);
  }
}

/** Why no alternative matches: the mismatches of the one that comes nearest. */
export function explain(alternatives: readonly Alternative[], event: object): Mismatch[] {
  let nearest: Mismatch[] | undefined;
  for (const alternative of alternatives) {
    const mismatches = mismatchesOf(alternative, event);
    if (mismatches.length === 0) return [];
    if (!nearest || mismatches.length < nearest.length) nearest = mismatches;
  }
  return nearest ?? [];
}

function mismatchesOf(alternative: Alternative, event: object): Mismatch[] {
  if (matches(alternative, event)) return [];
  const single = alternative
    .filter((field) => !matches([field], event))
    .map((field) => ({ field: field.name, reason: reasonOf(field, event) }));
  if (single.length > 0) return single;
  const names = alternative.map(({ name }) => name);
  return [
    {
      field: names.join(", "),
      reason: "each matches by itself, but not within one and the same element of the array they are in",
    },
  ];
}

function reasonOf(field: FieldTest, event: object): string {
  const values = valuesOf(field, event).map(({ value }) => JSON.stringify(value));
  const wanted = field.matchers.map(({ source }) => JSON.stringify(source)).join(" or ");
  if (values.length === 0) return `is not in the event; the pattern wants ${wanted}`;
  const shown = values.slice(0, 5).join(", ") + (values.length > 5 ? `, and ${values.length - 5} more` : "");
  return `is ${shown}; the pattern wants ${wanted}`;
}
