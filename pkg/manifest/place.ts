import type { Span } from "../diagnostics/index.ts";
import { toCamel } from "../diagnostics/index.ts";

/** Where a value stands in its text, and where what is in it stands. */
export interface Place {
  /** The key, of a value in an object. */
  key?: Span;
  value: Span;
  /** A number as it was written, with its leading zeros. */
  written?: string;
  children?: Map<string | number, Place>;
}

/** The place one step below. A camelCase step also finds the key in snake_case. */
export function childPlace({ children }: Place, step: string | number): Place | undefined {
  const place = children?.get(step);
  if (place || !children || typeof step === "number") return place;
  for (const [key, child] of children) if (typeof key === "string" && toCamel(key) === step) return child;
  return undefined;
}

/** The place at `path`, if the text has it. */
export function placeAt(root: Place, path: readonly PropertyKey[]): Place | undefined {
  return path.reduce<Place | undefined>((place, step) => place && childPlace(place, step as string | number), root);
}
