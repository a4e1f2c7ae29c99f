import * as z from "zod/mini";
import { EVENT_TYPES } from "./event-types.ts";

/** What is said of a field besides its type. */
interface FieldMeta {
  description?: string;
  /** It may also be `{value}` or `{valueFrom}`. */
  ref?: true;
  /** It is hidden everywhere. */
  secret?: true;
  /** Of a list: JSON Schema's word. */
  uniqueItems?: true;
  /** Of an enum: words of other tools, in lower case, with what they are here. */
  synonyms?: Readonly<Record<string, string>>;
  /** Of a text: values that are known. Others are allowed, since there may be newer ones. */
  suggestions?: readonly string[];
}

/** The schema, with what documentation, editors and the resolving of references say of it. */
export function described<Schema extends z.ZodMiniType>(schema: Schema, meta: FieldMeta): Schema {
  z.globalRegistry.add(schema, { ...meta });
  return schema;
}

/** What {@link described} said of a schema. */
export function metaOf(schema: z.ZodMiniType): FieldMeta {
  return z.globalRegistry.get(schema) ?? {};
}

/** A text that is not empty. */
export function word(): z.ZodMiniString {
  return z.string().check(z.minLength(1, { error: "is empty" }));
}

/** An event type: one that is known, or a newer one. */
export function eventType(): z.ZodMiniString {
  return described(word(), { suggestions: EVENT_TYPES });
}

/** A text that may also be a reference. */
export function text(description: string): z.ZodMiniString {
  return described(word(), { description, ref: true });
}

/** For a text: at most so many characters. */
export function atMost(longest: number): z.core.$ZodCheck<string> {
  return z.maxLength(longest, { error: `is longer than ${longest} characters` });
}

/** A text of at most so many characters. */
export function shortText(longest: number): z.ZodMiniString {
  return z.string().check(atMost(longest));
}

/** A name at EventBridge. */
export function eventBridgeName(description: string): z.ZodMiniString {
  const error = 'has characters other than letters, digits, ".", "-" and "_"';
  return described(word().check(z.regex(/^[.\-_A-Za-z0-9]+$/, { error })), { description });
}

/** A whole number in a range, both ends in it. */
export function count(from: number, to: number, description: string): z.ZodMiniNumber {
  const isOpen = to === Infinity;
  const error = isOpen ? `is less than ${from}` : `is not between ${from} and ${to}`;
  const checks = [z.gte(from, { error }), ...(isOpen ? [] : [z.lte(to, { error })])];
  return described(z.int().check(...checks), { description });
}

/** An object with these fields and no others. */
export function block<Shape extends z.core.$ZodShape>(
  description: string,
  shape: Shape,
): z.ZodMiniObject<Shape, z.core.$strict> {
  return described(z.strictObject(shape), { description });
}

/** A map from texts to texts. */
export function stringMap(description: string): z.ZodMiniRecord<z.ZodMiniString, z.ZodMiniString> {
  return described(z.record(z.string(), z.string()), { description });
}
