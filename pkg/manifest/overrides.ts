import type * as z from "zod/mini";
import { diagnostic, toCamel } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { childOf, fieldKeys, fieldOf, typeName } from "../kinds/index.ts";
import { formatPath, parsePath, setPath } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import type { LocatedDocument } from "./document.ts";
import type { Pass } from "./normalize.ts";

/** A `--set path=value`, taken apart. */
export interface Assignment {
  /** As it was typed, up to the `=`. */
  name: string;
  path: (string | number)[];
  text: string;
}

/** Says which manifest it is, so it cannot be set in one. */
const FIXED = new Set(["apiVersion", "api_version", "kind"]);

/** Takes `--set` flags apart. */
export function parseAssignments(flags: readonly string[]): { assignments: Assignment[]; diagnostics: Diagnostic[] } {
  const assignments: Assignment[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const flag of flags) {
    const equals = flag.indexOf("=");
    const name = equals < 0 ? flag : flag.slice(0, equals);
    try {
      if (equals < 1) throw new Error("write it as path=value");
      const path = parsePath(name);
      if (FIXED.has(String(path[0]))) throw new Error(`${String(path[0])} says what the manifest is and cannot be set`);
      assignments.push({ name, path, text: flag.slice(equals + 1) });
    } catch (error) {
      diagnostics.push(badSet(name, error));
    }
  }
  return { assignments, diagnostics };
}

/**
 * The document with `--set` assignments. Values are typed: numbers, booleans, null and JSON are what they look like,
 * unless the field is a string, which takes the text as it is (so that an account id keeps its zeros).
 */
export function override(document: LocatedDocument, schema: z.ZodMiniType, assignments: readonly Assignment[]): Pass {
  const diagnostics: Diagnostic[] = [];
  const overrides = new Map(document.overrides);
  let { value } = document;
  for (const { name, path, text } of assignments) {
    try {
      const { field, canonical } = follow(schema, path);
      const isString = field && typeName(field) === "string";
      const changed = copyAlong(value, canonical) as PropertyMap;
      setPath(changed, canonical, isString ? stringValue(text) : typedValue(text));
      value = changed;
      // Only a value that is known to be no secret is repeated: not that of a misspelt field, nor a whole block.
      const isPlain = field && fieldKeys(field).length === 0 && !fieldOf(field).secret;
      overrides.set(formatPath(canonical), isPlain ? `--set ${name}=${text}` : `--set ${name}`);
    } catch (error) {
      diagnostics.push(badSet(name, error));
    }
  }
  return { document: { ...document, value, overrides }, diagnostics };
}

function badSet(name: string, error: unknown): Diagnostic {
  return diagnostic("bad-set", `--set ${name}: ${(error as Error).message}`, {
    hint: "for example --set spec.subscriptions[0]=user.created or --set 'metadata.labels[\"a.b/c\"]=x'",
  });
}

/** The field at `path`, and the path in the schema's spelling. */
function follow(
  schema: z.ZodMiniType,
  path: readonly (string | number)[],
): { field?: z.ZodMiniType; canonical: (string | number)[] } {
  let field: z.ZodMiniType | undefined = schema;
  const canonical: (string | number)[] = [];
  for (const step of path) {
    const camel: string | number = typeof step === "string" && field && !childOf(field, step) ? toCamel(step) : step;
    const known: z.ZodMiniType | undefined = field && childOf(field, camel);
    canonical.push(known ? camel : step);
    field = known;
  }
  return field ? { field, canonical } : { canonical };
}

/** A copy of the objects and lists along `path`: what is set in it changes nothing else. */
function copyAlong(
  value: PropertyValue | undefined,
  [step, ...rest]: readonly (string | number)[],
): PropertyValue | undefined {
  if (typeof value !== "object" || value === null || step === undefined) return value;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as PropertyMap;
  if (Object.hasOwn(copy, step)) copy[step] = copyAlong(copy[step], rest);
  return copy;
}

/** A string field may still take a reference, written as JSON. */
function stringValue(text: string): PropertyValue {
  return /^\{\s*"value(From)?"\s*:/.test(text) ? typedValue(text) : text;
}

function typedValue(text: string): PropertyValue {
  if (/^(true|false|null|-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?)$/.test(text)) return JSON.parse(text) as PropertyValue;
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text) as PropertyValue;
    } catch {
      throw new Error("the value looks like JSON and is not");
    }
  }
  return text;
}
