import type * as z from "zod/mini";
import { diagnostic, toCamel } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { childOf, fieldKeys, isFreeForm } from "../kinds/index.ts";
import { formatPath } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";

/**
 * Renames snake_case keys to the camelCase ones of the schema, in place, positions included. Both spellings of one
 * field in one object are an error (OpenMCF's protojson accepts either, and refuses both).
 */
export function normalizeKeys(document: LocatedDocument, schema: z.ZodMiniType): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  walk(document.value, schema, []);
  return diagnostics;

  function walk(value: PropertyValue | undefined, at: z.ZodMiniType, path: (string | number)[]): void {
    if (value === null || typeof value !== "object" || isFreeForm(at)) return;
    if (Array.isArray(value)) {
      const item = childOf(at, 0);
      if (item) for (const [index, child] of value.entries()) walk(child, item, [...path, index]);
      return;
    }
    rename(value, at, path);
    for (const [key, child] of Object.entries(value)) {
      const field = childOf(at, key);
      if (field) walk(child, field, [...path, key]);
    }
  }

  function rename(object: PropertyMap, at: z.ZodMiniType, path: (string | number)[]): void {
    const known = new Set(fieldKeys(at));
    for (const key of Object.keys(object)) {
      const camel = toCamel(key);
      if (known.has(key) || camel === key || !known.has(camel)) continue;
      if (Object.hasOwn(object, camel)) {
        const message = `${camel} is given twice: as ${camel} and as ${key}`;
        const place = locate(document, [...path, key], true);
        diagnostics.push(
          diagnostic("duplicate-spelling", message, {
            path: formatPath([...path, camel]),
            hint: "keep one of them",
            ...place,
          }),
        );
        delete object[key];
        continue;
      }
      object[camel] = object[key];
      delete object[key];
      movePlaces(document, formatPath([...path, key]), formatPath([...path, camel]));
    }
  }
}

function movePlaces(document: LocatedDocument, from: string, to: string): void {
  for (const [text, place] of document.places) {
    if (text === from || text.startsWith(`${from}.`) || text.startsWith(`${from}[`)) {
      document.places.delete(text);
      document.places.set(to + text.slice(from.length), place);
    }
  }
}
