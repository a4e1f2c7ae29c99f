import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { closest, diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import { parseDocuments } from "./parse-documents.ts";

/** Name of the file with settings for the manifests of its folder and the folders below. */
export const SETTINGS_FILE = "openmcf.yaml";

const KEYS = ["tenant"];

/** What a settings file says. */
interface FolderSettings {
  document?: LocatedDocument;
  diagnostics: Diagnostic[];
}

/**
 * Finds the settings of a manifest: the nearest `openmcf.yaml` from its folder upward, not beyond the folder of a Git
 * repository. A file of that name that is a manifest itself does not count.
 */
export class FolderSettingsReader {
  readonly #byFolder = new Map<string, FolderSettings | undefined>();

  /**
   * @param file as a manifest's document names it: a path, `<stdin>` (the working folder counts) or a URL (none counts).
   * @returns `diagnostics` only the first time that a settings file is read.
   */
  for(file: string): FolderSettings {
    if (/^https?:/i.test(file)) return { diagnostics: [] };
    // Of a kustomize overlay the name is a folder, which may have settings of its own.
    const start = file === "<stdin>" ? resolve() : resolve(file);
    const found = this.#find(start);
    const diagnostics = found?.diagnostics.splice(0) ?? [];
    return { ...(found?.document ? { document: found.document } : {}), diagnostics };
  }

  #find(folder: string): FolderSettings | undefined {
    if (this.#byFolder.has(folder)) return this.#byFolder.get(folder);
    const above = dirname(folder);
    const isTop = above === folder || existsSync(join(folder, ".git"));
    const found = readSettings(join(folder, SETTINGS_FILE)) ?? (isTop ? undefined : this.#find(above));
    this.#byFolder.set(folder, found);
    return found;
  }
}

/** Whether a text is a manifest rather than settings. */
export function isManifestText(text: string): boolean {
  return /^(apiVersion|api_version|kind)\s*:/m.test(text);
}

function readSettings(path: string): FolderSettings | undefined {
  if (!existsSync(path)) return undefined;
  const inside = relative("", path);
  const file = inside.startsWith("..") ? path : inside;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    return { diagnostics: [diagnostic("file-unreadable", `${file} cannot be read: ${code}`, { file })] };
  }
  if (isManifestText(text)) return undefined;
  const { documents, diagnostics } = parseDocuments({ file, folder: dirname(path), text });
  const [document] = documents;
  if (document) diagnostics.push(...unknownKeys(document));
  return { ...(document ? { document } : {}), diagnostics };
}

function unknownKeys(document: LocatedDocument): Diagnostic[] {
  return Object.keys(document.value)
    .filter((key) => !KEYS.includes(key))
    .map((key) => {
      const near = closest(key, KEYS);
      const hint = near ? `did you mean "${near}"?` : `it has ${KEYS.join(", ")}`;
      const message = `${SETTINGS_FILE} has no field "${key}"`;
      return diagnostic("unknown-field", message, { path: key, hint, ...locate(document, [key], true) });
    });
}
