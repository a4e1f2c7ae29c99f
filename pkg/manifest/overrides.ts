import type * as z from "zod/mini";
import { diagnostic, toCamel } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { childOf, fieldKeys, fieldOf, typeName } from "../kinds/index.ts";
import { formatPath, parsePath, setPath } from "../values/index.ts";
import type { PropertyValue } from "../values/index.ts";
import type { LocatedDocument } from "./document.ts";

/**
 * Applies `--set path=value` to a document, in place. Values are typed: numbers, booleans, null and JSON are what they
 * look like, unless the field is a string, which takes the text as it is (so that an account id keeps its zeros).
 */
export function applyOverrides(
  document: LocatedDocument,
  schema: z.ZodMiniType,
  assignments: readonly string[],
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const assignment of assignments) {
    const equals = assignment.indexOf("=");
    const name = equals < 0 ? assignment : assignment.slice(0, equals);
    try {
      if (equals < 1) throw new Error("write it as path=value");
      const path = parsePath(name);
      const { field, canonical } = follow(schema, path);
      const text = assignment.slice(equals + 1);
      setPath(document.value, canonical, field && typeName(field) === "string" ? stringValue(text) : typedValue(text));
      const formatted = formatPath(canonical);
      for (const place of document.places.keys()) {
        if (place === formatted || place.startsWith(`${formatted}.`) || place.startsWith(`${formatted}[`))
          document.places.delete(place);
      }
      // Only a value that is known to be no secret is repeated: not that of a misspelt field, nor a whole block.
      const isPlain = field && fieldKeys(field).length === 0 && !fieldOf(field).secret;
      document.overrides.set(formatted, isPlain ? `--set ${assignment}` : `--set ${name}`);
    } catch (error) {
      diagnostics.push(
        diagnostic("bad-set", `--set ${name}: ${(error as Error).message}`, {
          hint: "for example --set spec.subscriptions[0]=user.created or --set 'metadata.labels[\"a.b/c\"]=x'",
        }),
      );
    }
  }
  return diagnostics;
}

function follow(
  schema: z.ZodMiniType,
  path: (string | number)[],
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
