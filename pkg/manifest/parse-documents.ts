import { isScalar, parseAllDocuments } from "yaml";
import type { Document, YAMLError } from "yaml";
import { diagnostic, positionOf } from "../diagnostics/index.ts";
import type { Code, Diagnostic, SourceText } from "../diagnostics/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import { ConversionError, Converter } from "./convert-nodes.ts";
import type { LocatedDocument } from "./document.ts";
import { knownWords } from "./known-words.ts";
import type { Place } from "./place.ts";
import type { Source } from "./sources.ts";
import { yamlProblem } from "./yaml-problems.ts";

/** One mistake may upset the parser on every line that follows. */
const MAX_SYNTAX_PROBLEMS = 20;

interface Parsed {
  documents: LocatedDocument[];
  diagnostics: Diagnostic[];
  /** `provider_config` of a stack input. */
  providerConfig?: PropertyValue;
}

/** Makes diagnostics for offsets of one text. */
type Report = (code: Code, message: string, offset: number, hint?: string) => void;

/**
 * Parses every document of a text.
 * @returns the documents that are objects, and a diagnostic for everything that is not. Diagnostics repeat no value.
 */
export function parseDocuments({ file, folder, text, root }: Source): Parsed {
  const source: SourceText = { text, masks: [] };
  const parsed: Parsed = { documents: [], diagnostics: [] };
  const report: Report = (code, message, offset, hint) => {
    const more = { file, ...positionOf(source, offset), source, ...(hint ? { hint } : {}) };
    parsed.diagnostics.push(diagnostic(code, message, more));
  };
  for (const document of compose(text)) {
    if (document.errors.length > 0) reportSyntax(document.errors, text, report);
    else readDocument(document, { file, folder, source, root }, parsed, report);
  }
  // Without a schema, any value may be a secret.
  if (parsed.diagnostics.length > 0) source.onlyKeys = knownWords();
  return parsed;
}

function compose(text: string): Document.Parsed[] {
  // The parser compares each key with all others of its object; the converter has a faster way.
  const options = { prettyErrors: false, merge: true, logLevel: "silent", uniqueKeys: false } as const;
  const result = parseAllDocuments(text, options);
  return Array.isArray(result) ? result : [];
}

function reportSyntax(errors: readonly YAMLError[], text: string, report: Report): void {
  const seen = new Set<string>();
  for (const { code, pos } of errors) {
    const { message, hint } = yamlProblem(code, text[pos[0]]);
    // Each level that is too deep has an error of its own.
    const key = code === "RESOURCE_EXHAUSTION" ? code : `${message} ${pos[0]}`;
    if (seen.has(key) || seen.size >= MAX_SYNTAX_PROBLEMS) continue;
    seen.add(key);
    report("yaml-syntax", message, pos[0], hint);
  }
}

type Origin = Pick<LocatedDocument, "file" | "folder" | "source"> & { root: string | undefined };

function readDocument(document: Document.Parsed, origin: Origin, parsed: Parsed, report: Report): void {
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return;
  const { root, ...where } = origin;
  try {
    const converter = new Converter();
    const whole = converter.convert(contents);
    const { message, hint } = yamlProblem("DUPLICATE_KEY", undefined);
    for (const offset of converter.repeatedKeys) report("yaml-syntax", message, offset, hint);
    const { value, place } = root === undefined ? whole : below(whole, root);
    if (root !== undefined) parsed.providerConfig = providerConfigOf(whole.value);
    if (value === undefined) return report("not-a-manifest", `no "${root}" in this stack input`, 0);
    if (!isObject(value))
      return report(
        "not-a-manifest",
        "a manifest is an object with apiVersion, kind, metadata and spec",
        place.value[0],
      );
    const { line } = positionOf(where.source, place.value[0]);
    parsed.documents.push({ ...where, value, places: place, line, overrides: new Map() });
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    report("yaml-syntax", error.message, error.offset);
  }
}

/** The manifest in a stack input. */
function below(
  { value, place }: { value: PropertyValue; place: Place },
  root: string,
): { value: PropertyValue | undefined; place: Place } {
  const inner = isObject(value) ? (value[root] ?? undefined) : undefined;
  const { key: _, ...found } = place.children?.get(root) ?? place;
  return { value: inner, place: found };
}

function providerConfigOf(value: PropertyValue): PropertyValue | undefined {
  return isObject(value) ? (value["provider_config"] ?? value["providerConfig"]) : undefined;
}

function isObject(value: PropertyValue | undefined): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
