import type * as z from "zod/mini";
import { API_VERSION, childOf, envelopeOf, fieldKeys, fieldOf } from "../kinds/index.ts";
import { UNKNOWN } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import type { Manifest } from "./manifest.ts";

/**
 * A manifest as it will be applied: overlays, `--set` and references taken in, secrets as `[secret]`, what is not
 * known yet as `[not known yet]`. Keys in the schema's order.
 */
export function effectiveManifest(manifest: Manifest): PropertyMap {
  const { kind, document } = manifest;
  const { status: _, ...value } = document.value;
  return show({ ...value, apiVersion: API_VERSION, kind: kind.kind }, envelopeOf(kind)) as PropertyMap;
}

function show(value: PropertyValue, schema: z.ZodMiniType): PropertyValue {
  if (fieldOf(schema).secret) return "[secret]";
  if (value === UNKNOWN) return "[not known yet]";
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) {
    const item = childOf(schema, 0);
    return item ? value.map((child) => show(child, item)) : value;
  }
  const keys = fieldKeys(schema);
  if (keys.length === 0) return value;
  const result: PropertyMap = {};
  for (const key of keys) {
    const field = childOf(schema, key);
    const child = value[key];
    if (field && child !== undefined) result[key] = show(child, field);
  }
  return result;
}
