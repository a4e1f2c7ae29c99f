import type * as z from "zod/mini";
import { API_VERSION, childOf, envelopeOf, fieldKeys, fieldOf, visitFields } from "../kinds/index.ts";
import type { FieldNode } from "../kinds/index.ts";
import { SECRET_TEXT, UNKNOWN, formatPath } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import type { Manifest } from "./manifest.ts";
import { showOrigin } from "./value-origin.ts";

/**
 * A manifest as it will be applied: overlays, `--set` and references taken in. Secrets are `[secret]`, values from
 * elsewhere say where they come from, what is not known yet is `[not known yet]`. Keys in the schema's order.
 */
export function effectiveManifest({ kind, document, sourced }: Manifest): PropertyMap {
  const { status: _, ...value } = document.value;
  const origins = new Map(sourced.map(({ path, origin }) => [formatPath(path), showOrigin(origin)]));
  const field = (node: FieldNode): PropertyValue => {
    const origin = origins.get(formatPath(node.path));
    if (origin !== undefined) return origin;
    if (fieldOf(node.schema).secret) return SECRET_TEXT;
    return node.value === UNKNOWN ? "[not known yet]" : inOrder(node.value, node.schema);
  };
  return visitFields({ ...value, apiVersion: API_VERSION, kind: kind.kind }, envelopeOf(kind), { field });
}

function inOrder(value: PropertyValue, schema: z.ZodMiniType): PropertyValue {
  const keys = fieldKeys(schema);
  if (keys.length === 0 || typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = keys.flatMap((key) => (value[key] === undefined || !childOf(schema, key) ? [] : [[key, value[key]]]));
  return Object.fromEntries(entries) as PropertyMap;
}
