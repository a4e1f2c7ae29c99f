import type * as z from "zod/mini";
import type { Span } from "../diagnostics/index.ts";
import { fieldOf, isAnything, isContainer, visitFields } from "../kinds/index.ts";
import type { FieldNode } from "../kinds/index.ts";
import type { PropertyValue } from "../values/index.ts";
import type { LocatedDocument } from "./document.ts";
import { isOverLines } from "./hidden-values.ts";
import { placeAt } from "./place.ts";
import { parseReference } from "./value-origin.ts";

/**
 * The ranges of a document that code frames mask. Shown are values of fields that the schema knows and does not call
 * secret; anything else, such as a block at the wrong place or the value of a misspelt field, may hold a secret.
 */
export function masksOf(document: LocatedDocument, schema: z.ZodMiniType): Span[] {
  const masks: Span[] = [];
  const mask = (path: FieldNode["path"]): void => {
    const span = placeAt(document.places, path)?.value;
    if (span) masks.push(span);
  };
  const field = (node: FieldNode): PropertyValue => {
    const visibility = visibilityOf(node);
    const place = typeof node.value === "string" ? placeAt(document.places, node.path) : undefined;
    if (visibility === "masked" || (place && isOverLines(document, place))) mask(node.path);
    return visibility === "descend" ? node.value : null;
  };
  visitFields(document.value, schema, { field, unknown: mask });
  return masks;
}

function visibilityOf({ value, schema, path }: FieldNode): "shown" | "masked" | "descend" {
  if (value === null) return "shown";
  // The status block is ignored, so nothing says what is in it.
  if (path[0] === "status") return "masked";
  if (isAnything(schema)) return "shown";
  const { secret, ref } = fieldOf(schema);
  if (typeof value === "object") {
    if (isContainer(schema)) return "descend";
    if (!ref || Array.isArray(value)) return "masked";
    const reference = parseReference(value);
    return typeof reference === "string" || "literal" in reference ? "masked" : "shown";
  }
  return secret || isContainer(schema) ? "masked" : "shown";
}
