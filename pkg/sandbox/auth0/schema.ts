import { invalidBody } from "./errors.ts";

/** A JSON object. */
export type Json = Record<string, unknown>;

/** An object. @throws ApiFault 400. */
export function object(input: unknown, path: string): Json {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw invalidBody(
      `Expected type object but found type ${input === undefined ? "undefined" : Array.isArray(input) ? "array" : typeof input}`,
      path,
    );
  }
  return input as Json;
}

/** Refuses other keys than those known. @throws ApiFault 400. */
export function allowOnly(given: Json, known: readonly string[], path: string): void {
  const extra = Object.keys(given).find((key) => !known.includes(key));
  if (extra) throw invalidBody(`Additional properties not allowed: ${extra}`, path ? `${path}.${extra}` : extra);
}

/** A text within limits. @throws ApiFault 400. */
export function text(
  input: unknown,
  path: string,
  { min, max, pattern }: { min?: number; max?: number; pattern?: RegExp },
): string {
  if (typeof input !== "string")
    throw invalidBody(
      input === undefined
        ? `Missing required property: ${path.split(".").at(-1)}`
        : `Expected type string but found type ${typeof input}`,
      path,
    );
  if (min !== undefined && input.length < min)
    throw invalidBody(`String is too short (${input.length} chars), minimum ${min}`, path);
  if (max !== undefined && input.length > max)
    throw invalidBody(`String is too long (${input.length} chars), maximum ${max}`, path);
  if (pattern && !pattern.test(input)) throw invalidBody(`String does not match pattern ${pattern.source}`, path);
  return input;
}

/** One of some texts. @throws ApiFault 400. */
export function oneOf(input: unknown, path: string, values: readonly string[]): string {
  if (typeof input === "string" && values.includes(input)) return input;
  throw invalidBody(`No enum match for: ${typeof input === "string" ? input : JSON.stringify(input)}`, path);
}
