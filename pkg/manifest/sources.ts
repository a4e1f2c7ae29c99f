import { readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { MAX_BYTES, decodeText } from "./decode-text.ts";
import { SETTINGS_FILE, isManifestText } from "./folder-settings.ts";
import { kustomize } from "./kustomize.ts";
import { readUrl, withoutSecrets } from "./url-source.ts";

/** Where manifests are asked for. */
export interface SourceOptions {
  /** Files, folders, URLs, or `-` for standard input. */
  manifests: readonly string[];
  recursive?: boolean;
  stackInput?: string;
  kustomizeDir?: string;
  overlay?: string;
  env: NodeJS.ProcessEnv;
  stdin?: () => Promise<string | Uint8Array>;
}

/** A text that holds manifests. */
export interface Source {
  file: string;
  text: string;
  /** Where relative paths in the text start; `undefined` for a text from a URL. */
  folder: string | undefined;
  /** Key below which the manifest stands (a stack input file). */
  root?: string;
}

/** Sources that could be read, and why others could not. */
interface Read {
  sources: Source[];
  diagnostics: Diagnostic[];
}

/** Files of other tools that stand beside manifests. */
const NOT_MANIFESTS = /^(kustomization\.ya?ml|Kustomization|Pulumi(\..+)?\.ya?ml)$/;

/** Reads everything that was asked for; what cannot be read becomes a diagnostic, the rest is still read. */
export async function readSources(options: SourceOptions): Promise<Read> {
  const { manifests, stackInput, kustomizeDir, overlay } = options;
  const reads: Read[] = [];
  for (const name of manifests) reads.push(await readOne(name, options));
  if (stackInput) reads.push(await readStackInput(stackInput, options));
  if (kustomizeDir !== undefined || overlay !== undefined) {
    const built = await kustomize(options);
    reads.push("code" in built ? failed(built) : { sources: [built], diagnostics: [] });
  }
  if (reads.length === 0) {
    const hint = "give -f FILE, a folder, a URL or -; or --kustomize-dir with --overlay; or -i FILE";
    reads.push(failed(diagnostic("no-manifest", "no manifest is given", { hint })));
  }
  return {
    sources: reads.flatMap(({ sources }) => sources),
    diagnostics: reads.flatMap(({ diagnostics }) => diagnostics),
  };
}

async function readStackInput(name: string, options: SourceOptions): Promise<Read> {
  const { sources, diagnostics } = name === "-" ? await readOne(name, options) : readFile(name);
  return { sources: sources.map((source) => ({ ...source, root: "target" })), diagnostics };
}

async function readOne(name: string, { stdin, recursive = false }: SourceOptions): Promise<Read> {
  if (name === "-") return decoded("<stdin>", ".", (await stdin?.()) ?? "");
  if (/^https?:\/\//i.test(name)) {
    const answer = await readUrl(name);
    return "code" in answer ? failed(answer) : decoded(withoutSecrets(name), undefined, answer);
  }
  let isFolder: boolean;
  try {
    isFolder = statSync(name).isDirectory();
  } catch {
    const hint = "check the path given with -f";
    return failed(diagnostic("file-unreadable", `${name} does not exist`, { file: name, hint }));
  }
  return isFolder ? readFolder(name, recursive) : readFile(name);
}

function readFile(file: string): Read {
  try {
    if (statSync(file).size > MAX_BYTES)
      return failed(diagnostic("file-unreadable", `${file} is larger than ${MAX_BYTES >> 20} MiB`, { file }));
    return decoded(file, dirname(file), readFileSync(file));
  } catch (error) {
    return failed(unreadable(file, error));
  }
}

function decoded(file: string, folder: string | undefined, content: string | Uint8Array): Read {
  const result = decodeText(typeof content === "string" ? Buffer.from(content) : content);
  if ("text" in result) return { sources: [{ file, folder, text: result.text }], diagnostics: [] };
  const { problem, hint } = result;
  return failed(diagnostic("file-unreadable", `${file} ${problem}`, { file, hint }));
}

function readFolder(folder: string, recursive: boolean): Read {
  const result: Read = { sources: [], diagnostics: [] };
  let names: { files: string[]; folders: string[] };
  try {
    names = entriesOf(folder);
  } catch (error) {
    return failed(unreadable(folder, error));
  }
  for (const file of names.files) {
    const read = readFile(join(folder, file));
    const isSettings = file === SETTINGS_FILE && !read.sources.some(({ text }) => isManifestText(text));
    if (!isSettings) addTo(result, read);
  }
  if (recursive)
    for (const inner of names.folders) {
      const { sources, diagnostics } = readFolder(join(folder, inner), true);
      addTo(result, { sources, diagnostics: diagnostics.filter(({ code }) => code !== "no-manifest") });
    }
  if (result.sources.length === 0 && result.diagnostics.length === 0) {
    const isDeeper = names.folders.length > 0 && !recursive;
    const hint = isDeeper ? "-R looks into its subfolders" : "manifests end in .yaml, .yml or .json";
    result.diagnostics.push(diagnostic("no-manifest", `${folder} holds no manifest`, { file: folder, hint }));
  }
  return result;
}

/** Names in a folder, in order: of files that are manifests by their name, and of folders that are not hidden. */
function entriesOf(folder: string): { files: string[]; folders: string[] } {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  const isManifest = (name: string): boolean => /\.(ya?ml|json)$/.test(name) && !NOT_MANIFESTS.test(name);
  return {
    files: entries
      .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && isManifest(entry.name))
      .map(({ name }) => name),
    folders: entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name),
  };
}

function addTo(result: Read, { sources, diagnostics }: Read): void {
  result.sources.push(...sources);
  result.diagnostics.push(...diagnostics);
}

function unreadable(file: string, error: unknown): Diagnostic {
  const { code = "unknown error" } = error as NodeJS.ErrnoException;
  return diagnostic("file-unreadable", `${file} cannot be read: ${code}`, { file });
}

function failed(problem: Diagnostic): Read {
  return { sources: [], diagnostics: [problem] };
}
