import { maskText } from "../diagnostics/index.ts";
import type { PropertyValue } from "../values/index.ts";

const MAX_LENGTH = 80;

/** A value as a message repeats it: texts and numbers in short, of objects and lists only that they are such. */
export function showValue(value: PropertyValue | undefined): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object") return value === null ? "empty" : withArticle(typeOf(value));
  const text = JSON.stringify(typeof value === "string" ? maskText(value) : value);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

/** A type as a person calls it. */
export function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  return typeof value === "object" ? "map" : typeof value;
}

/** `an integer`, `a list`. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
