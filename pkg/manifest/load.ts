import { parse } from "yaml";
import { diagnostic, hasErrors } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { formatPath } from "../values/index.ts";
import { locate, parseDocuments } from "./document.ts";
import { FolderSettingsReader } from "./folder-settings.ts";
import type { Manifest } from "./manifest.ts";
import { namedTenant } from "./named-tenant.ts";
import { manifestKey, orderByReferences } from "./references.ts";
import { readSources } from "./sources.ts";
import type { SourceOptions } from "./sources.ts";
import { validateDocument } from "./validate.ts";

/** From so many files on, zod compiles its schemas to code. */
const MIN_FOR_COMPILED_SCHEMA = 20;

/** Where manifests come from and how strictly they are taken. */
export interface LoadOptions extends SourceOptions {
  set: readonly string[];
  /** Warnings are errors. */
  strict: boolean;
  /** What an absent environment variable or file is: an error, or (away from the place of deployment) a warning. */
  absent: "error" | "defer";
}

/** Everything that was found. `manifests` is only complete when `diagnostics` holds no error. */
export interface LoadResult {
  manifests: Manifest[];
  diagnostics: Diagnostic[];
  /** `provider_config` of a stack input file, not validated. */
  providerConfig?: { file: string; value: unknown };
}

/** Reads, parses and validates all manifests asked for. All problems of all files are in the result; nothing is thrown. */
export async function loadManifests(options: LoadOptions): Promise<LoadResult> {
  const { sources, diagnostics } = await readSources(options);
  // Compiling a schema pays off only over many documents.
  const jitless = sources.length < MIN_FOR_COMPILED_SCHEMA;
  const result: LoadResult = { manifests: [], diagnostics };
  const settings = new FolderSettingsReader();
  for (const source of sources) {
    const { documents, diagnostics: problems } = parseDocuments(source.file, source.text, source.root);
    diagnostics.push(...problems);
    if (documents.length === 0 && problems.length === 0) {
      diagnostics.push(diagnostic("no-manifest", `${source.file} holds no document`, { file: source.file }));
    }
    for (const document of documents) {
      const { manifest, diagnostics: found } = validateDocument(document, { ...options, jitless });
      diagnostics.push(...found);
      const folder = settings.for(document.file);
      const { tenant, diagnostics: unusable } = namedTenant(document, folder.document);
      diagnostics.push(...folder.diagnostics, ...unusable);
      if (manifest) result.manifests.push(tenant ? { ...manifest, tenant } : manifest);
    }
    if (source.root && problems.length === 0) {
      const input = parse(source.text, { logLevel: "silent" }) as Record<string, unknown>;
      const value = input["provider_config"] ?? input["providerConfig"];
      if (value !== undefined) result.providerConfig = { file: source.file, value };
    }
  }
  diagnostics.push(...collisions(result.manifests));
  if (!hasErrors(diagnostics)) diagnostics.push(...orderByReferences(result.manifests).diagnostics);
  if (options.strict) for (const problem of diagnostics) problem.severity = "error";
  return result;
}

/** Two manifests of one stack, or of one stream name: whichever came last would win, so neither may. */
function collisions(manifests: readonly Manifest[]): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const stacks = new Map<string, Manifest>();
  const named = new Map<string, Manifest[]>();
  const claims = new Map<string, Manifest>();
  for (const manifest of manifests) {
    const { project, stack } = manifest.stack;
    const sameStack = stacks.get(`${project}/${stack}`);
    const namesakes = named.get(manifestKey(manifest)) ?? [];
    const sameName = namesakes.find((other) => mayShareTenant(other, manifest));
    const where = (other: Manifest): string => `${other.document.file}:${other.document.line}`;
    if (sameStack) {
      diagnostics.push(
        diagnostic("duplicate-stack", `stack ${project}/${stack} is already that of ${where(sameStack)}`, {
          hint: "give each manifest its own stack.name label, env or name",
          path: "metadata",
          ...locate(manifest.document, ["metadata", "name"]),
        }),
      );
    } else if (sameName) {
      diagnostics.push(
        diagnostic(
          "duplicate-stream-name",
          `${manifestKey(manifest)} is already that of ${where(sameName)}; a name is unique on a tenant`,
          {
            path: "metadata.name",
            hint: "name each one's tenant with the label openmcf.org/auth0-domain, if they are for two tenants",
            ...locate(manifest.document, ["metadata", "name"]),
          },
        ),
      );
    }
    stacks.set(`${project}/${stack}`, manifest);
    named.set(manifestKey(manifest), [...namesakes, manifest]);
    diagnostics.push(...claimedTwice(manifest, claims));
  }
  return diagnostics;
}

/** Whether two manifests may be for one tenant: also where one does not say. */
function mayShareTenant({ tenant: one }: Manifest, { tenant: other }: Manifest): boolean {
  return !one || !other || one.domain === other.domain;
}

/** Things outside Auth0 that two manifests would both make. */
function claimedTwice(manifest: Manifest, claims: Map<string, Manifest>): Diagnostic[] {
  const { kind, spec, metadata, document } = manifest;
  return (kind.claims?.(spec, metadata.name) ?? []).flatMap(({ code, key, path, message }) => {
    const other = claims.get(key);
    claims.set(key, manifest);
    if (!other) return [];
    const taken = `${message} is already that of ${other.document.file}:${other.document.line}`;
    return [diagnostic(code, taken, { path: formatPath(path), ...locate(document, path) })];
  });
}
