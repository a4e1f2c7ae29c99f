import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { livenessOf, thisProcess } from "../../processes/index.ts";
import type { ProcessIdentity } from "../../processes/index.ts";

const PATIENCE_MS = 30_000;
let count = 0;

/**
 * Runs `work` while holding a lock file. The lock of a process that has ended is taken over. For short critical sections.
 * @param patience milliseconds to wait for another process.
 * @throws Error that names the file and its holder when the wait is over.
 */
export async function withLockFile<T>(path: string, work: () => T, patience = PATIENCE_MS): Promise<T> {
  const own = `${path}.${process.pid}.${(count += 1)}`;
  // A link appears whole or not at all, so that a kill leaves no lock without a holder.
  writeFileSync(own, JSON.stringify(thisProcess()), { mode: 0o600 });
  try {
    let waited = 0;
    for (let wait = 1; !isLinked(own, path); wait = Math.min(wait * 2, 50)) {
      const text = read(path);
      if (text === undefined || takesOver(path, own, text)) continue;
      if (waited >= patience) throw new Error(heldBy(path, text));
      await sleep(wait);
      waited += wait;
    }
  } finally {
    unlinkQuietly(own);
  }
  try {
    return work();
  } finally {
    unlinkQuietly(path);
  }
}

function isLinked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return false;
  }
}

/** Removes a lock that nobody holds. @param text of the lock, as it was read. */
function takesOver(path: string, own: string, text: string): boolean {
  const holder = parse(text);
  if (holder && livenessOf(holder, dirname(path)) !== "dead") return false;
  const aside = `${own}.aside`;
  try {
    renameSync(path, aside);
  } catch {
    return true;
  }
  // Another process may have been faster, and this is its lock: it goes back.
  if (read(aside) !== text) isLinked(aside, path);
  unlinkQuietly(aside);
  return true;
}

function heldBy(path: string, text: string): string {
  const { pid, hostname } = parse(text) ?? {};
  return `${path} is held by process ${pid} on ${hostname}; if that has ended, remove the file`;
}

/** What is no record of ours names no holder. */
function parse(text: string): Partial<ProcessIdentity> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function unlinkQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Somebody else removed it first.
  }
}
