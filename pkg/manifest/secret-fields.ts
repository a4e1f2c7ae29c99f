import { fieldOf, specSchemaFor, visitFields } from "../kinds/index.ts";
import type { FieldNode } from "../kinds/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import type { Manifest } from "./manifest.ts";

/** Whether a manifest gives a value for a field that its kind calls secret, or takes one from the environment or a file. */
export function hasSecrets({ kind, spec, sourced }: Manifest): boolean {
  let isFound = sourced.length > 0;
  const field = ({ value, schema }: FieldNode): PropertyValue => {
    if (value !== null && fieldOf(schema).secret) isFound = true;
    return value;
  };
  visitFields(spec as PropertyMap, specSchemaFor(kind, spec), { field });
  return isFound;
}
