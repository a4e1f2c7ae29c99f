import type * as z from "zod/mini";
import { toSnake } from "../diagnostics/index.ts";
import { childOf, envelopeOf, fieldKeys, kinds } from "../kinds/index.ts";

let words: ReadonlySet<string> | undefined;

/** The names of all fields of all kinds, in both spellings: what may be shown of text that is not YAML. */
export function knownWords(): ReadonlySet<string> {
  if (words) return words;
  const found = new Set<string>();
  const add = (schema: z.ZodMiniType): void => {
    for (const key of fieldKeys(schema)) {
      found.add(key).add(toSnake(key));
      const child = childOf(schema, key);
      if (child) add(childOf(child, 0) ?? child);
    }
  };
  for (const kind of kinds) add(envelopeOf(kind));
  return (words = found);
}
