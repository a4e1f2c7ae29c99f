import type * as z from "zod/mini";
import { positionOf } from "../diagnostics/index.ts";
import { visitFields } from "../kinds/index.ts";
import type { FieldNode } from "../kinds/index.ts";
import { formatPath, getPath } from "../values/index.ts";
import type { PropertyValue } from "../values/index.ts";
import type { LocatedDocument } from "./document.ts";
import { placeAt } from "./place.ts";
import type { Place } from "./place.ts";
import { showValue } from "./show-value.ts";
import { showOrigin } from "./value-origin.ts";
import type { SourcedValue } from "./value-origin.ts";

/** A value that no text repeats, and what is shown instead. */
export interface HiddenValue {
  path: readonly (string | number)[];
  value: string;
  shown: string;
}

/** A key without its colon, and what is below it, becomes a part of the value above: that may be a secret. */
const SEVERAL_LINES = "[a text of several lines]";

/** The values of a document that no text repeats, besides those that the schema calls secret. */
export function hiddenValues(
  document: LocatedDocument,
  schema: z.ZodMiniType,
  sourced: readonly SourcedValue[],
): HiddenValue[] {
  const hidden = sourced.map(({ path, value, origin }) => ({ path, value, shown: showOrigin(origin) }));
  const field = ({ value, path }: FieldNode): PropertyValue => {
    if (typeof value === "string" && isSwallowing(document, placeAt(document.places, path)))
      hidden.push({ path, value, shown: SEVERAL_LINES });
    return value;
  };
  visitFields(document.value, schema, { field });
  return hidden;
}

/** The value at `path` as a message repeats it. */
export function showAt(document: LocatedDocument, path: readonly (string | number)[]): string {
  return isSwallowing(document, placeAt(document.places, path))
    ? SEVERAL_LINES
    : showValue(getPath(document.value, path));
}

/** Whether a value takes more than one line of its text. */
export function isOverLines({ source }: Pick<LocatedDocument, "source">, { value: [start, end] }: Place): boolean {
  return positionOf(source, start).line !== positionOf(source, end).line;
}

/** Block scalars say that they have several lines. */
function isSwallowing(document: LocatedDocument, place: Place | undefined): boolean {
  if (!place || place.children || /[|>]/.test(document.source.text[place.value[0]] ?? "")) return false;
  return isOverLines(document, place);
}

/** What is shown instead of hidden values, by formatted path. */
export function shownByPath(hidden: readonly HiddenValue[]): ReadonlyMap<string, string> {
  return new Map(hidden.map(({ path, shown }) => [formatPath(path), shown]));
}
