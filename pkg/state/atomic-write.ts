import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, mkdir, open, readdir, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "./file-problems.ts";

/**
 * Writes a file so that a kill or a power cut at any moment leaves the old content or the new: temporary file, fsync,
 * rename, fsync of the folder.
 * @param newerThan a modification time, in milliseconds since the epoch, that the file's own must exceed.
 */
export async function writeDurably(path: string, text: string, newerThan?: number): Promise<void> {
  await viaTemporary(path, async (temporary) => {
    const file = await openNew(temporary);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    if (newerThan !== undefined && (await stat(temporary)).mtimeMs <= newerThan) {
      // Whole seconds, as the coarsest file systems store them.
      const time = Math.floor(newerThan / 1000) + 2;
      await utimes(temporary, time, time);
    }
    await rename(temporary, path);
  });
  await syncFolder(dirname(path));
}

/**
 * Makes a file that a kill leaves whole or not there at all. Cheaper than {@link writeDurably}: a power cut may still
 * lose it.
 * @param base where the temporary file goes: its path up to the random part, on the same file system.
 */
export async function placeWhole(path: string, text: string, base = path): Promise<void> {
  await viaTemporary(base, async (temporary) => {
    await writeFile(temporary, text, { mode: 0o600, flag: "wx" });
    await rename(temporary, path);
  });
}

/** Makes a file unless there is one. Whoever is first wins, and a kill leaves no empty file. */
export async function placeFirst(path: string, text: string): Promise<void> {
  await viaTemporary(path, async (temporary) => {
    await writeFile(temporary, text, { mode: 0o600, flag: "wx" });
    await link(temporary, path).catch((error: unknown) => {
      if (codeOf(error) !== "EEXIST") throw error;
    });
    await unlink(temporary);
  });
}

/**
 * Makes `target` a copy of `source` that later replacements of `source` leave alone. Cheap where hard links work. Does
 * nothing when there is no `source`.
 */
export async function snapshotFile(source: string, target: string): Promise<void> {
  await makeFolder(dirname(target));
  await removeFile(target);
  try {
    await link(source, target);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    await copyFile(source, target, constants.COPYFILE_EXCL);
  }
}

/** Removes a file, if it is there. */
export async function removeFile(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== "ENOENT") throw error;
  });
}

/**
 * Makes a folder and its parents. Node's recursive `mkdir` never ends where the file system answers ENOENT for a folder
 * whose parent exists, as /proc does.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return;
    const parent = dirname(path);
    if (codeOf(error) !== "ENOENT" || parent === path) throw error;
    await makeFolder(parent);
    await mkdir(path).catch((again: unknown) => {
      if (codeOf(again) !== "EEXIST") throw again;
    });
  }
  await syncFolder(dirname(path));
}

/** Longer than a file is being written, on any disk. */
const HOUR_MS = 3_600_000;
const TEMPORARY = /\.[0-9a-f-]{36}\.tmp$/;

/** Removes temporary files that killed runs left in a folder. Other runs may be writing now: only old ones are removed. */
export async function removeTemporaries(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((each) => TEMPORARY.test(each))) {
    const path = join(folder, name);
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > HOUR_MS) await unlink(path).catch(() => {});
  }
}

/** The name is random and the file is made anew: a link that somebody put there cannot lead the write elsewhere. */
async function viaTemporary(base: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${base}.${randomUUID()}.tmp`;
  try {
    await write(temporary);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

/** O_EXCL: an existing file or link is refused. */
async function openNew(path: string): ReturnType<typeof open> {
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    await makeFolder(dirname(path));
    return open(path, "wx", 0o600);
  }
}

/** Makes what was renamed, made or removed in a folder survive a power cut. */
async function syncFolder(path: string): Promise<void> {
  // Windows cannot open folders.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } catch (error) {
    // Some network file systems have no fsync for folders.
    if (codeOf(error) !== "EINVAL" && codeOf(error) !== "ENOTSUP") throw error;
  } finally {
    await folder.close();
  }
}
