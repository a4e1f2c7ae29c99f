import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { showOrigin } from "./value-origin.ts";
import type { ValueOrigin } from "./value-origin.ts";

/** What manifests may read. Given by flags only, so that no manifest can widen it. */
export interface ReadPolicy {
  env: NodeJS.ProcessEnv;
  /** Names, or beginnings of names with `*` at the end, of variables that hold credentials and may be read all the same. */
  allowEnv?: readonly string[];
  /** Folders beside the manifest's own. */
  allowFiles?: readonly string[];
}

/** The value asked for, or why there is none: it is absent, or the manifest may not read it. */
export type Answer = { value: string } | { absent: string; hint: string } | { refused: string; hint: string };

/** Variables of the credentials that this tool and the tools beside it run with. */
const CREDENTIALS = /^(AUTH0|PULUMI|AWS)_/i;
const MAX_BYTES = 1024 * 1024;

/**
 * Reads values from the environment and files.
 * @param folder where relative paths start; `undefined` for a manifest from a URL, which may read nothing.
 * @returns answers by {@link showOrigin}.
 */
export function readValues(
  origins: readonly ValueOrigin[],
  folder: string | undefined,
  policy: ReadPolicy,
): Map<string, Answer> {
  const answers = new Map<string, Answer>();
  for (const origin of origins) {
    const key = showOrigin(origin);
    if (answers.has(key)) continue;
    if (folder === undefined)
      answers.set(key, {
        refused: "a manifest from a URL may read neither the environment nor files",
        hint: "save the manifest, read it, and use the file",
      });
    else
      answers.set(key, "env" in origin ? readVariable(origin.env, policy) : readValueFile(origin.file, folder, policy));
  }
  return answers;
}

function readVariable(name: string, { env, allowEnv = [] }: ReadPolicy): Answer {
  const isAllowed = allowEnv.some((allowed) =>
    allowed.endsWith("*") ? name.startsWith(allowed.slice(0, -1)) : name === allowed,
  );
  if (CREDENTIALS.test(name) && !isAllowed)
    return {
      refused: `a manifest may not read ${name}: it is one of the credentials that this tool runs with`,
      hint: `use a variable of its own, or allow it: --allow-env ${name}`,
    };
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value) return { value };
  return { absent: `environment variable ${name} is ${value === "" ? "empty" : "not set"}`, hint: `set ${name}` };
}

function readValueFile(file: string, folder: string, { allowFiles = [] }: ReadPolicy): Answer {
  const path = resolve(folder, file);
  const roots = [folder, ...allowFiles].map((root) => resolve(root));
  if (!roots.some((root) => isInside(path, root))) return outside(file, path);
  try {
    const real = realpathSync(path);
    if (!roots.some((root) => isInside(real, realpathSync(root)))) return outside(file, real);
    const stats = statSync(real);
    const hint = "name a file that holds the value and nothing else";
    if (!stats.isFile()) return { absent: `${file} is not a file`, hint };
    if (stats.size > MAX_BYTES) return { absent: `file ${file} is larger than ${MAX_BYTES >> 20} MiB`, hint };
    const value = readFileSync(real, "utf8").replace(/\r?\n$/, "");
    return value ? { value } : { absent: `file ${file} is empty`, hint: "write the value into it" };
  } catch (error) {
    return unreadable(file, path, error as NodeJS.ErrnoException);
  }
}

function unreadable(file: string, path: string, { code = "unknown error" }: NodeJS.ErrnoException): Answer {
  if (code === "ENOENT" || code === "ENOTDIR")
    return { absent: `file ${file} does not exist`, hint: `it is looked for at ${path}` };
  return { absent: `file ${file} cannot be read: ${code}`, hint: `check the permissions of ${path}` };
}

function outside(file: string, path: string): Answer {
  return {
    refused: `a manifest may not read ${file}: it is outside the manifest's folder`,
    hint: `move the file, or allow its folder: --allow-files ${dirname(path)}`,
  };
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
