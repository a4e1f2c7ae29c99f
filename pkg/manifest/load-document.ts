import type * as z from "zod/mini";
import { hasErrors } from "../diagnostics/index.ts";
import type { Span } from "../diagnostics/index.ts";
import { emptySchema } from "../kinds/index.ts";
import type { Kind } from "../kinds/index.ts";
import { formatPath } from "../values/index.ts";
import type { LocatedDocument } from "./document.ts";
import { findReferences } from "./find-references.ts";
import type { FolderSettingsReader } from "./folder-settings.ts";
import { identify } from "./identify.ts";
import { knownWords } from "./known-words.ts";
import { masksOf } from "./masks.ts";
import { namedTenant } from "./named-tenant.ts";
import { normalize } from "./normalize.ts";
import type { Pass } from "./normalize.ts";
import { override } from "./overrides.ts";
import type { Assignment } from "./overrides.ts";
import { readValues } from "./read-values.ts";
import type { ReadPolicy } from "./read-values.ts";
import { resolveValues } from "./resolve-values.ts";
import type { Absence } from "./resolve-values.ts";
import { schemaFor, validate } from "./validate.ts";
import type { Resolved, Validated } from "./validate.ts";

/** How each document is loaded. */
export interface Settings {
  policy: ReadPolicy;
  absence: Absence;
  assignments: readonly Assignment[];
  folders: FolderSettingsReader;
  /** Do not compile schemas to code first. */
  jitless: boolean;
}

/** Takes a parsed document to a manifest: normalize → override → find references → read values → validate. */
export function loadDocument(parsed: LocatedDocument, settings: Settings): Validated {
  const { kind, diagnostics } = identify(parsed);
  if (!kind) {
    hideUnknown(parsed);
    return { diagnostics };
  }
  const schema = schemaFor(kind, parsed, settings.assignments.length > 0);
  const written = asWritten(parsed, schema, settings.assignments);
  const resolved = resolve(kind, schema, written.document, settings);
  const folder = settings.folders.for(parsed.file);
  const named = namedTenant(written.document, folder.document);
  const { manifest, ...validated } = validate(resolved, named.tenant, settings.jitless);
  const all = [diagnostics, written, resolved, folder, named, validated].flatMap((each) =>
    "diagnostics" in each ? each.diagnostics : each,
  );
  return { ...validated, diagnostics: all, ...(manifest && !hasErrors(all) ? { manifest } : {}) };
}

/** The document in the schema's spelling, with flags, and with what frames must not show of it. */
function asWritten(parsed: LocatedDocument, schema: z.ZodMiniType, assignments: readonly Assignment[]): Pass {
  const written = normalize(parsed, schema);
  addMasks(parsed, masksOf(written.document, schema));
  addMasks(parsed, written.masks);
  if (assignments.length === 0) return written;
  const changed = override(written.document, schema, assignments);
  const { document, diagnostics } = normalize(changed.document, schema);
  return { document, diagnostics: [...written.diagnostics, ...changed.diagnostics, ...diagnostics] };
}

function resolve(
  kind: Kind,
  schema: z.ZodMiniType,
  written: LocatedDocument,
  { policy, absence }: Settings,
): Resolved & Pick<Pass, "diagnostics"> {
  const { document, requests, references, broken, diagnostics } = findReferences(written, schema);
  const origins = requests.map(({ origin }) => origin);
  const answers = readValues(origins, document.folder, policy);
  const { sourced, unknown, diagnostics: unread } = resolveValues(document, requests, answers, absence);
  const awaited = references.map(({ path }) => formatPath(path));
  return {
    kind,
    schema,
    document,
    sourced,
    references,
    unknown: new Set([...unknown, ...broken, ...awaited]),
    diagnostics: [...diagnostics, ...unread],
  };
}

/** Of a document that may be anything, frames show little. */
function hideUnknown(document: LocatedDocument): void {
  if (typeof document.value["kind"] === "string") addMasks(document, masksOf(document, emptySchema()));
  else document.source.onlyKeys = knownWords();
}

function addMasks({ source }: LocatedDocument, masks: readonly Span[]): void {
  const all = (source.masks ??= []);
  for (const mask of masks) all.push(mask);
}
