import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const BUSY = 5;

/**
 * Makes this process the spool's only one. The lock is the kernel's, through SQLite: it ends with the process, however
 * that ends. A file beside it says who has it.
 * @returns how to give it up, or who has it.
 */
export function takeOwnership(folder: string): { release: () => void } | { holder: string } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const note = join(folder, "owner.json");
  const lock = new DatabaseSync(join(folder, "owner.lock"), { timeout: 0 });
  try {
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    lock.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== BUSY) throw error;
    return { holder: describe(note) };
  }
  writeFileSync(note, `${JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() })}\n`);
  return { release: () => lock.close() };
}

function describe(note: string): string {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(note, "utf8")) as Record<string, unknown>;
    return `process ${String(pid)} on ${String(host)}, since ${String(since)}`;
  } catch {
    return "another process";
  }
}
