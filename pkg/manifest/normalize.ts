import type * as z from "zod/mini";
import { diagnostic, toCamel } from "../diagnostics/index.ts";
import type { Diagnostic, Span } from "../diagnostics/index.ts";
import { fieldKeys, fieldOf, isAnything, visitFields } from "../kinds/index.ts";
import type { FieldNode } from "../kinds/index.ts";
import { formatPath } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import { placeAt } from "./place.ts";

/** What a step of loading gives: the document as it is now, and what was wrong. */
export interface Pass {
  document: LocatedDocument;
  diagnostics: Diagnostic[];
}

/**
 * The document with the schema's own spelling of keys, and without optional fields that are null, which are absent.
 * Both spellings of one field in one object are an error (OpenMCF's protojson accepts either, and refuses both).
 * @returns also the ranges of values that are left out, for frames to mask.
 */
export function normalize(document: LocatedDocument, schema: z.ZodMiniType): Pass & { masks: Span[] } {
  const diagnostics: Diagnostic[] = [];
  const masks: Span[] = [];
  const field = (node: FieldNode): PropertyValue | undefined => {
    if (isAbsent(node)) return undefined;
    if (!isMap(node.value)) return node.value;
    const { map, repeated } = inCamelCase(node.value, fieldKeys(node.schema));
    for (const key of repeated) {
      diagnostics.push(givenTwice(document, node.path, key));
      const place = placeAt(document.places, [...node.path, key]);
      if (place) masks.push(place.value);
    }
    return map;
  };
  const value = visitFields(document.value, schema, { field });
  return { document: { ...document, value }, diagnostics, masks };
}

/** A null counts as absent, except in a list, where items keep their positions, and where any value is allowed. */
function isAbsent({ value, schema, path }: FieldNode): boolean {
  if (value !== null || typeof path.at(-1) !== "string" || isAnything(schema)) return false;
  return !fieldOf(schema).required;
}

function inCamelCase(map: PropertyMap, known: readonly string[]): { map: PropertyMap; repeated: string[] } {
  const fields = new Set(known);
  const renamed: PropertyMap = {};
  const repeated: string[] = [];
  let isSame = true;
  for (const [key, value] of Object.entries(map)) {
    const camel = toCamel(key);
    if (fields.has(key) || camel === key || !fields.has(camel)) renamed[key] = value;
    else {
      isSame = false;
      if (Object.hasOwn(map, camel) || Object.hasOwn(renamed, camel)) repeated.push(key);
      else renamed[camel] = value;
    }
  }
  return { map: isSame ? map : renamed, repeated };
}

function givenTwice(document: LocatedDocument, path: FieldNode["path"], key: string): Diagnostic {
  const camel = toCamel(key);
  return diagnostic("duplicate-spelling", `${camel} is given twice: as ${camel} and as ${key}`, {
    path: formatPath([...path, camel]),
    hint: "keep one of them",
    ...locate(document, [...path, key], true),
  });
}

function isMap(value: PropertyValue): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
