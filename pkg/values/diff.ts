import { formatPath } from "./path.ts";
import { containsUnknown, unwrapSecret } from "./secrets.ts";
import { isSecret } from "./wire.ts";
import type { PropertyMap, PropertyValue } from "./wire.ts";

/** One changed place: `path` as Pulumi writes it (`webhookConfiguration.webhookEndpoint`, `subscriptions[1]`). */
export interface PropertyDiff {
  path: string;
  kind: "add" | "update" | "delete";
}

/** Deep equality that looks through secret wrappers and takes an absent key and `undefined` as the same. */
export function equalValues(left: PropertyValue | undefined, right: PropertyValue | undefined): boolean {
  return diffValues(left, right).length === 0;
}

/**
 * The leaves that differ between two values, seen through secret wrappers. Absent and `null` are the same, because
 * providers write `null` for what the program left out. An unknown differs from everything, itself included: it may
 * come to be anything. Keys that start with `__` are the providers' own and are passed over.
 */
export function diffValues(
  before: PropertyValue | undefined,
  after: PropertyValue | undefined,
  path: (string | number)[] = [],
): PropertyDiff[] {
  const old = before === undefined ? null : unwrapSecret(before);
  const now = after === undefined ? null : unwrapSecret(after);
  if (Object.is(old, now) && !containsUnknown(now)) return [];
  if (old === null) return leaves(now, path).map((leaf) => ({ path: leaf, kind: "add" }));
  if (now === null) return leaves(old, path).map((leaf) => ({ path: leaf, kind: "delete" }));
  if (Array.isArray(old) && Array.isArray(now)) return diffLists(old, now, path);
  if (isObject(old) && isObject(now)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((key) => !key.startsWith("__")).sort();
    return keys.flatMap((key) => diffValues(own(old, key), own(now, key), [...path, key]));
  }
  return [{ path: formatPath(path), kind: "update" }];
}

/** Paths of what a block that comes or goes as a whole consists of; a list counts as one. */
function leaves(value: PropertyValue, path: (string | number)[]): string[] {
  if (!isObject(value) || isSecret(value) || path.length === 0) return [formatPath(path)];
  const keys = Object.keys(value).filter(
    (key) => !key.startsWith("__") && value[key] !== undefined && value[key] !== null,
  );
  return keys.length === 0
    ? [formatPath(path)]
    : keys.sort().flatMap((key) => leaves(value[key] ?? null, [...path, key]));
}

function diffLists(old: PropertyValue[], now: PropertyValue[], path: (string | number)[]): PropertyDiff[] {
  const length = Math.max(old.length, now.length);
  return Array.from({ length }, (_, index) => diffValues(old[index], now[index], [...path, index])).flat();
}

function isObject(value: PropertyValue): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function own(object: PropertyMap, key: string): PropertyValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
