import { diagnostic, hasErrors } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { collisions } from "./collisions.ts";
import { FolderSettingsReader } from "./folder-settings.ts";
import { loadDocument } from "./load-document.ts";
import type { Settings } from "./load-document.ts";
import type { Manifest } from "./manifest.ts";
import { orderByReferences } from "./manifest-references.ts";
import { parseAssignments } from "./overrides.ts";
import { parseDocuments } from "./parse-documents.ts";
import type { ReadPolicy } from "./read-values.ts";
import type { Absence } from "./resolve-values.ts";
import { readSources } from "./sources.ts";
import type { Source, SourceOptions } from "./sources.ts";
import type { ManifestIdentity } from "./validate.ts";

/** From so many files on, zod compiles its schemas to code. */
const MIN_FOR_COMPILED_SCHEMA = 20;

/** Where manifests come from, what they may read and how strictly they are taken. */
export interface LoadOptions extends SourceOptions, ReadPolicy {
  set: readonly string[];
  /** Warnings are errors. */
  strict: boolean;
  absent: Absence;
}

/** Everything that was found. `manifests` is only complete when `diagnostics` holds no error. */
export interface LoadResult {
  manifests: Manifest[];
  diagnostics: Diagnostic[];
  /** `provider_config` of a stack input file, not validated. */
  providerConfig?: { file: string; value: unknown };
}

/** A result under way. */
interface Loading extends LoadResult {
  identities: ManifestIdentity[];
}

/**
 * Loads all manifests asked for: read → parse → normalize → override → find references → read values → validate. All
 * problems of all files are in the result; nothing is thrown. A bug of ours is a diagnostic of the file that showed it.
 */
export async function loadManifests(options: LoadOptions): Promise<LoadResult> {
  const { sources, diagnostics } = await readSources(options);
  const { assignments, diagnostics: wrongFlags } = parseAssignments(options.set);
  const loading: Loading = { manifests: [], diagnostics: [...diagnostics, ...wrongFlags], identities: [] };
  // Compiling a schema pays off only over many documents.
  const jitless = sources.length < MIN_FOR_COMPILED_SCHEMA;
  const settings = {
    policy: options,
    absence: options.absent,
    assignments,
    folders: new FolderSettingsReader(),
    jitless,
  };
  for (const source of sources) loadSource(source, settings, loading);
  const { identities, ...result } = loading;
  add(result.diagnostics, collisions(identities, result.manifests));
  if (!hasErrors(result.diagnostics)) add(result.diagnostics, orderByReferences(result.manifests).diagnostics);
  if (options.strict) for (const problem of result.diagnostics) problem.severity = "error";
  return result;
}

function loadSource(source: Source, settings: Settings, loading: Loading): void {
  const { file } = source;
  try {
    const { documents, diagnostics, providerConfig } = parseDocuments(source);
    add(loading.diagnostics, diagnostics);
    if (documents.length === 0 && diagnostics.length === 0)
      loading.diagnostics.push(diagnostic("no-manifest", `${file} holds no document`, { file }));
    for (const document of documents) {
      const validated = loadDocument(document, settings);
      add(loading.diagnostics, validated.diagnostics);
      if (validated.manifest) loading.manifests.push(validated.manifest);
      if (validated.identity) loading.identities.push(validated.identity);
    }
    if (providerConfig !== undefined) loading.providerConfig = { file, value: providerConfig };
  } catch (error) {
    loading.diagnostics.push(ourBug(file, error));
  }
}

/** Reports only where the error happened: its message may repeat a value. */
function ourBug(file: string, error: unknown): Diagnostic {
  const trace = error instanceof Error ? (error.stack ?? "") : "";
  const at = /^\s+(at .*)$/m.exec(trace)?.[1];
  return diagnostic("internal-error", `${file} could not be checked`, {
    file,
    hint: `This is a bug in auth0-streams; please report it${at ? ` (${at})` : ""}.`,
  });
}

/** Appends; a call with all items as arguments would fail for very many. */
function add<Item>(list: Item[], items: readonly Item[]): void {
  for (const item of items) list.push(item);
}
