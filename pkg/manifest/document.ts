import { LineCounter, isAlias, isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import type { Document, Node, YAMLMap } from "yaml";
import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic, SourceText } from "../diagnostics/index.ts";
import { formatPath } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";

/** Character range `[start, end)` in the text. */
type Span = readonly [number, number];

/** A YAML document as plain data that still knows where each value stands. */
export interface LocatedDocument {
  file: string;
  source: SourceText;
  value: PropertyMap;
  /** By formatted path: where the key and the value stand, and the scalar as it was written. */
  places: Map<string, Place>;
  /** Line the document starts on, from 1. */
  line: number;
  /** Paths set by `--set`, with the flag's text: they stand in no file. */
  overrides: Map<string, string>;
  lineCounter: LineCounter;
}

interface Place {
  key?: Span;
  value: Span;
  written?: string;
}

/** More nodes than any manifest has, and fewer than an alias bomb makes. */
const MAX_NODES = 200_000;
const MAX_DEPTH = 64;

/**
 * Parses every document of a text.
 * @param root steps to the manifest inside each document (`["target"]` for a stack input file).
 * @returns the documents that are objects, and a diagnostic for everything that is not.
 */
export function parseDocuments(
  file: string,
  text: string,
  root?: string,
): { documents: LocatedDocument[]; diagnostics: Diagnostic[] } {
  const lineCounter = new LineCounter();
  const source: SourceText = { text };
  const documents: LocatedDocument[] = [];
  const diagnostics: Diagnostic[] = [];
  const problem = (message: string, offset: number, more: Partial<Diagnostic> = {}): Diagnostic => {
    const { line, col } = lineCounter.linePos(Math.min(offset, text.length));
    return diagnostic("yaml-syntax", message, {
      file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      source,
      ...more,
    });
  };
  let parsed: Document.Parsed[] = [];
  try {
    const result = parseAllDocuments(text, { lineCounter, prettyErrors: false, merge: true, logLevel: "silent" });
    parsed = Array.isArray(result) ? result : [];
  } catch (error) {
    // The parser is recursive: a text nested thousands deep overflows the stack.
    diagnostics.push(problem(error instanceof RangeError ? "nested too deeply" : (error as Error).message, 0));
  }
  for (const document of parsed) {
    for (const error of document.errors) diagnostics.push(problem(plainMessage(error.message), error.pos[0]));
    if (document.errors.length > 0) continue;
    const contents = root && isMap(document.contents) ? document.contents.get(root, true) : document.contents;
    if (contents === null || contents === undefined || (isScalar(contents) && contents.value === null)) {
      if (root) diagnostics.push(problem(`no "${root}" in this stack input`, 0, { code: "not-a-manifest" }));
      continue;
    }
    try {
      const converter = new Converter(document);
      const value = converter.convert(contents, [], 0);
      const start = (contents as Node).range?.[0] ?? 0;
      if (!isObject(value)) {
        diagnostics.push(
          problem("a manifest is an object with apiVersion, kind, metadata and spec", start, {
            code: "not-a-manifest",
          }),
        );
        continue;
      }
      const line = Math.max(1, lineCounter.linePos(start).line);
      documents.push({ file, source, value, places: converter.places, line, overrides: new Map(), lineCounter });
    } catch (error) {
      if (!(error instanceof ConversionError)) throw error;
      diagnostics.push(problem(error.message, error.offset));
    }
  }
  return { documents, diagnostics };
}

/** Where a path stands: line and column from 1. Falls back to the nearest ancestor that stands in the file. */
export function locate(document: LocatedDocument, path: readonly PropertyKey[], atKey = false): Partial<Diagnostic> {
  for (let length = path.length; length >= 0; length -= 1) {
    const text = formatPath(path.slice(0, length));
    const flag = document.overrides.get(text);
    if (flag !== undefined) return { file: flag };
    const place = document.places.get(text);
    if (!place) continue;
    // Of an object that lacks something, show its key: its value starts a line further down.
    const span = place.key && (atKey || length < path.length) ? place.key : place.value;
    const { line, col } = document.lineCounter.linePos(span[0]);
    const end = document.lineCounter.linePos(span[1]);
    const endColumn = end.line === line ? end.col : undefined;
    return { file: document.file, line, column: col, source: document.source, ...(endColumn ? { endColumn } : {}) };
  }
  return { file: document.file, line: document.line, column: 1, source: document.source };
}

function plainMessage(message: string): string {
  return message.replace(/ at line \d+, column \d+:?[\s\S]*$/, "").trim();
}

function isObject(value: PropertyValue): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

class ConversionError extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Turns YAML nodes into plain data and writes down where each stood. */
class Converter {
  readonly places = new Map<string, Place>();
  #document: Document.Parsed;
  #nodes = 0;

  constructor(document: Document.Parsed) {
    this.#document = document;
  }

  convert(node: Node | null, path: (string | number)[], depth: number, key?: Span): PropertyValue {
    const range = node?.range ?? [0, 0, 0];
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) throw new ConversionError("aliases make this document too large", range[0]);
    if (depth > MAX_DEPTH) throw new ConversionError("nested too deeply", range[0]);
    const span: Span = [range[0], range[1]];
    const place: Place = { value: span, ...(key ? { key } : {}) };
    this.places.set(formatPath(path), place);
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (!target) throw new ConversionError(`alias "${node.source}" has no anchor`, range[0]);
      const value = this.convert(target, path, depth + 1, key);
      this.places.set(formatPath(path), place);
      return value;
    }
    if (isMap(node)) return this.#map(node, path, depth);
    if (isSeq(node))
      return node.items.map((item, index) => this.convert(item as Node | null, [...path, index], depth + 1));
    if (!isScalar(node)) return null;
    place.written = node.source ?? "";
    const { value } = node;
    if (value === undefined || value === null) return null;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
    return node.source ?? null;
  }

  #map(node: YAMLMap, path: (string | number)[], depth: number): PropertyMap {
    const result: PropertyMap = {};
    const merged: PropertyMap[] = [];
    for (const pair of node.items) {
      const keyNode = pair.key as Node | null;
      const at = keyNode?.range?.[0] ?? 0;
      if (!isScalar(keyNode)) throw new ConversionError("a key must be a plain name", at);
      if (keyNode.source === "<<" || typeof keyNode.value === "symbol") {
        merged.push(...this.#mergeSources(pair.value as Node | null, path, depth));
        continue;
      }
      const name = String(keyNode.value);
      if (name === "__proto__") throw new ConversionError("__proto__ is not a field", at);
      const span: Span = [at, keyNode.range?.[1] ?? at];
      result[name] = this.convert(pair.value as Node | null, [...path, name], depth + 1, span);
    }
    for (const source of merged)
      for (const [name, value] of Object.entries(source)) if (!(name in result)) result[name] = value;
    return result;
  }

  #mergeSources(node: Node | null, path: (string | number)[], depth: number): PropertyMap[] {
    const before = new Map(this.places);
    const value = this.convert(node, path, depth + 1);
    const sources = Array.isArray(value) ? value : [value];
    // What the object itself says wins over what is merged in, positions too.
    for (const [text, place] of before) this.places.set(text, place);
    if (!sources.every(isObject)) throw new ConversionError('"<<" merges only objects', node?.range?.[0] ?? 0);
    return sources;
  }
}
