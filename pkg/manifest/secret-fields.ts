import type * as z from "zod/mini";
import { childOf, fieldKeys, fieldOf, specSchemaFor } from "../kinds/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import type { Manifest } from "./manifest.ts";

/** Whether a manifest gives a value for any field that its kind calls secret. */
export function hasSecrets({ kind, spec }: Manifest): boolean {
  return some(spec as PropertyMap, specSchemaFor(kind, spec));
}

function some(value: PropertyValue | undefined, schema: z.ZodMiniType): boolean {
  if (value === undefined || value === null) return false;
  if (fieldOf(schema).secret) return true;
  if (typeof value !== "object" || Array.isArray(value)) return false;
  return fieldKeys(schema).some((key) => {
    const field = childOf(schema, key);
    return field !== undefined && some(value[key], field);
  });
}
