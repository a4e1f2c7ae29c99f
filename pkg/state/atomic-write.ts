import { randomUUID } from "node:crypto";
import { copyFile, link, mkdir, open, rename, unlink, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes a file so that a kill at any moment leaves the old content or the new: temporary file, fsync, rename. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await openIn(temporary);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/**
 * Makes a file that a kill leaves whole or not there at all. Cheaper than `writeDurably`: a power cut may still lose it.
 * @param temporary where it is written first: on the same file system, and a name that nobody else uses.
 */
export async function placeWhole(path: string, text: string, temporary = `${path}.${randomUUID()}.tmp`): Promise<void> {
  await writeFile(temporary, text, { mode: 0o600 });
  await rename(temporary, path);
}

/** Makes `target` a copy of `source` that later replacements of `source` leave alone. Cheap where hard links work. */
export async function snapshotFile(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  try {
    await link(source, target);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return;
    if (code === "EEXIST") await unlink(target);
    await copyFile(source, target);
  }
}

async function openIn(path: string): ReturnType<typeof open> {
  try {
    return await open(path, "w", 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, "w", 0o600);
  }
}
