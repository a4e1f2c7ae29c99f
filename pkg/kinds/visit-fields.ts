import type * as z from "zod/mini";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import { childOf } from "./schema-walk.ts";

/** A value in a manifest, beside what the schema says of its place. */
export interface FieldNode {
  value: PropertyValue;
  schema: z.ZodMiniType;
  path: readonly (string | number)[];
}

/** What to do on the way. */
interface Visitor {
  /**
   * Gives the value to keep: the same one, another one (its children are visited next), or `undefined` to leave it out
   * (an item of a list stays, as null).
   */
  field: (node: FieldNode) => PropertyValue | undefined;
  /** A value for which the schema has no field. It is kept, and nothing in it is visited. */
  unknown?: (path: FieldNode["path"]) => void;
}

/**
 * Walks a value and its schema side by side, parents before children.
 * @returns the value with the changes; parts without a change are the same objects as before.
 */
export function visitFields<Value extends PropertyValue>(value: Value, schema: z.ZodMiniType, visitor: Visitor): Value {
  return walk({ value, schema, path: [] }, visitor) as Value;
}

function walk(node: FieldNode, visitor: Visitor): PropertyValue | undefined {
  const { schema, path } = node;
  const value = visitor.field(node);
  if (value === undefined || value === null || typeof value !== "object") return value;
  const child = (step: string | number, each: PropertyValue): PropertyValue | undefined => {
    const field = childOf(schema, step);
    if (field) return walk({ value: each, schema: field, path: [...path, step] }, visitor);
    visitor.unknown?.([...path, step]);
    return each;
  };
  return Array.isArray(value) ? walkList(value, child) : walkMap(value, child);
}

type Child = (step: string | number, value: PropertyValue) => PropertyValue | undefined;

function walkList(list: PropertyValue[], child: Child): PropertyValue[] {
  const result = list.map((each, index) => child(index, each) ?? null);
  return result.every((each, index) => Object.is(each, list[index])) ? list : result;
}

function walkMap(map: PropertyMap, child: Child): PropertyMap {
  const result: PropertyMap = {};
  let isSame = true;
  for (const [key, each] of Object.entries(map)) {
    const kept = each === undefined ? undefined : child(key, each);
    if (!Object.is(kept, each)) isSame = false;
    if (kept !== undefined) result[key] = kept;
  }
  return isSame ? map : result;
}
