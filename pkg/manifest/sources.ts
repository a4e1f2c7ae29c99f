import { constants, accessSync, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { diagnostic, maskText } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { SETTINGS_FILE, isManifestText } from "./folder-settings.ts";

/** Where manifests are asked for. */
export interface SourceOptions {
  /** Files, folders, URLs, or `-` for standard input. */
  manifests: readonly string[];
  recursive?: boolean;
  stackInput?: string;
  kustomizeDir?: string;
  overlay?: string;
  env: NodeJS.ProcessEnv;
  stdin?: () => Promise<string>;
}

/** A text that holds manifests. */
export interface Source {
  file: string;
  text: string;
  /** Key below which the manifest stands (a stack input file). */
  root?: string;
}

const MAX_BYTES = 16 * 1024 * 1024;
const URL_TIMEOUT_MS = 15_000;
/** Files of other tools that stand beside manifests. */
const NOT_MANIFESTS = /^(kustomization\.ya?ml|Kustomization|Pulumi(\..+)?\.ya?ml)$/;

/** Reads everything that was asked for; what cannot be read becomes a diagnostic, the rest is still read. */
export async function readSources(options: SourceOptions): Promise<{ sources: Source[]; diagnostics: Diagnostic[] }> {
  const sources: Source[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of options.manifests) {
    const result = await readOne(name, options);
    sources.push(...result.sources);
    diagnostics.push(...result.diagnostics);
  }
  if (options.stackInput) {
    const read = options.stackInput === "-" ? await readOne("-", options) : readFile(options.stackInput);
    sources.push(...read.sources.map((source) => ({ ...source, root: "target" })));
    diagnostics.push(...read.diagnostics);
  }
  if (options.kustomizeDir !== undefined || options.overlay !== undefined) {
    const built = await kustomize(options);
    if ("code" in built) diagnostics.push(built);
    else sources.push(built);
  }
  const asked =
    options.manifests.length + (options.stackInput ? 1 : 0) + ((options.kustomizeDir ?? options.overlay) ? 1 : 0);
  if (asked === 0) {
    const hint = "give -f FILE, a folder, a URL or -; or --kustomize-dir with --overlay; or -i FILE";
    diagnostics.push(diagnostic("no-manifest", "no manifest is given", { hint }));
  }
  return { sources, diagnostics };
}

type Read = { sources: Source[]; diagnostics: Diagnostic[] };

async function readOne(name: string, options: SourceOptions): Promise<Read> {
  if (name === "-") return { sources: [{ file: "<stdin>", text: (await options.stdin?.()) ?? "" }], diagnostics: [] };
  if (/^https?:\/\//i.test(name)) return readUrl(name);
  let isFolder: boolean;
  try {
    isFolder = statSync(name).isDirectory();
  } catch {
    return failed(
      diagnostic("file-unreadable", `${name} does not exist`, { file: name, hint: "check the path given with -f" }),
    );
  }
  return isFolder ? readFolder(name, options.recursive ?? false) : readFile(name);
}

function readFile(file: string): Read {
  try {
    const size = statSync(file).size;
    if (size > MAX_BYTES)
      return failed(diagnostic("file-unreadable", `${file} is larger than ${MAX_BYTES >> 20} MiB`, { file }));
    return { sources: [{ file, text: readFileSync(file, "utf8").replace(/^\uFEFF/, "") }], diagnostics: [] };
  } catch (error) {
    return failed(
      diagnostic(
        "file-unreadable",
        `${file} cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown error"}`,
        { file },
      ),
    );
  }
}

function readFolder(folder: string, recursive: boolean): Read {
  const result: Read = { sources: [], diagnostics: [] };
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  let hasSubfolders = false;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name.startsWith(".")) continue;
      hasSubfolders = true;
      if (!recursive) continue;
      const inner = readFolder(path, true);
      result.sources.push(...inner.sources);
      result.diagnostics.push(...inner.diagnostics.filter(({ code }) => code !== "no-manifest"));
    } else if (/\.(ya?ml|json)$/.test(entry.name) && !NOT_MANIFESTS.test(entry.name)) {
      const read = readFile(path);
      if (entry.name === SETTINGS_FILE && !read.sources.some(({ text }) => isManifestText(text))) continue;
      result.sources.push(...read.sources);
      result.diagnostics.push(...read.diagnostics);
    }
  }
  if (result.sources.length === 0 && result.diagnostics.length === 0) {
    const hint = hasSubfolders && !recursive ? "-R looks into its subfolders" : "manifests end in .yaml, .yml or .json";
    result.diagnostics.push(diagnostic("no-manifest", `${folder} holds no manifest`, { file: folder, hint }));
  }
  return result;
}

async function readUrl(url: string): Promise<Read> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(URL_TIMEOUT_MS) });
    if (!response.ok)
      return failed(
        diagnostic("url-unreachable", `${shown(url)} answered ${response.status} ${response.statusText}`.trim(), {
          file: shown(url),
        }),
      );
    return { sources: [{ file: shown(url), text: await response.text() }], diagnostics: [] };
  } catch (error) {
    const cause = (error as { cause?: NodeJS.ErrnoException }).cause?.code ?? (error as Error).name;
    return failed(diagnostic("url-unreachable", `${shown(url)} cannot be reached: ${cause}`, { file: shown(url) }));
  }
}

/** A URL without its query and credentials, which may be secret. */
function shown(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.protocol}//${parsed.host}${parsed.pathname}` : url;
}

async function kustomize({ kustomizeDir, overlay, env }: SourceOptions): Promise<Source | Diagnostic> {
  if (!kustomizeDir || !overlay) {
    return diagnostic("bad-flag", "--kustomize-dir and --overlay are given together", {
      hint: "--kustomize-dir DIR --overlay NAME builds DIR/overlays/NAME",
    });
  }
  const folder = join(kustomizeDir, "overlays", overlay);
  if (!existsSync(folder))
    return diagnostic("file-unreadable", `${folder} does not exist`, {
      file: folder,
      hint: "an overlay stands in DIR/overlays/NAME",
    });
  const command = onPath("kustomize", env)
    ? ["kustomize", "build", folder]
    : onPath("kubectl", env)
      ? ["kubectl", "kustomize", folder]
      : undefined;
  if (!command) {
    return diagnostic("kustomize-missing", "neither kustomize nor kubectl is on PATH", {
      hint: "install kustomize (brew install kustomize, or go install sigs.k8s.io/kustomize/kustomize/v5@latest) or kubectl",
    });
  }
  try {
    const [program = "", ...args] = command;
    // Loading it takes longer than checking a manifest, and hardly any command needs it.
    const [{ execFile }, { promisify }] = await Promise.all([import("node:child_process"), import("node:util")]);
    const { stdout } = await promisify(execFile)(program, args, { env, maxBuffer: MAX_BYTES });
    return { file: folder, text: stdout };
  } catch (error) {
    const lines = ((error as { stderr?: string }).stderr ?? (error as Error).message).trim();
    return diagnostic("kustomize-failed", `${command.join(" ")} failed: ${maskText(lines.slice(0, 500))}`, {
      file: folder,
    });
  }
}

/** Whether a program of that name is on the PATH of `env`. */
function onPath(name: string, env: NodeJS.ProcessEnv): boolean {
  return (env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function failed(problem: Diagnostic): Read {
  return { sources: [], diagnostics: [problem] };
}
