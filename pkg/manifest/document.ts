import { positionOf } from "../diagnostics/index.ts";
import type { Diagnostic, SourceText } from "../diagnostics/index.ts";
import { formatPath } from "../values/index.ts";
import type { PropertyMap } from "../values/index.ts";
import { childPlace } from "./place.ts";
import type { Place } from "./place.ts";

/** A YAML document as plain data that still knows where each value stands. */
export interface LocatedDocument {
  readonly file: string;
  /** Where relative paths in the document start; `undefined` for a document from elsewhere, which may read nothing. */
  readonly folder: string | undefined;
  readonly source: SourceText;
  /** Each step of loading makes a new value: with keys in camelCase, with `--set`, without references. */
  readonly value: PropertyMap;
  /** Places in the text, in the spelling of the text. */
  readonly places: Place;
  /** Line the document starts on, from 1. */
  readonly line: number;
  /** By formatted path: values set by `--set`, with the flag's text. They stand in no file. */
  readonly overrides: ReadonlyMap<string, string>;
}

/** Where a path stands: line and column from 1. Falls back to the nearest ancestor that stands in the file. */
export function locate(document: LocatedDocument, path: readonly PropertyKey[], atKey = false): Partial<Diagnostic> {
  const flag = flagOf(document, path);
  if (flag !== undefined) return { file: flag };
  const { file, source } = document;
  let place = document.places;
  let found = 0;
  for (const step of path) {
    const next = childPlace(place, step as string | number);
    if (!next) break;
    place = next;
    found += 1;
  }
  // Of an object that lacks something, show its key: its value starts a line further down.
  const [start, end] = place.key && (atKey || found < path.length) ? place.key : place.value;
  const from = positionOf(source, start);
  const to = positionOf(source, end);
  return { file, ...from, source, ...(to.line === from.line ? { endColumn: to.column } : {}) };
}

/** The `--set` flag that gave the value at `path`, or an object that it is in. */
function flagOf({ overrides }: LocatedDocument, path: readonly PropertyKey[]): string | undefined {
  if (overrides.size === 0) return undefined;
  const ends = path.map((_, index) => formatPath(path.slice(0, index + 1)));
  return ends.map((end) => overrides.get(end)).find((flag) => flag !== undefined);
}
