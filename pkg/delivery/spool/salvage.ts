import { existsSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SpoolFinding, WorkerStart } from "./messages.ts";
import { SPOOL_FILE, SpoolStore } from "./store.ts";
import { tornFrames } from "./torn-tail.ts";

const DAMAGED = new Set([11, 26]);

/**
 * Opens the spool's file. A damaged one is set aside, and what can still be read of it goes into a new one.
 * @returns the store, and what there is to say about the file.
 */
export function openStore({ folder, idWindow, maxDeadLetterBytes }: WorkerStart): {
  store: SpoolStore;
  findings: SpoolFinding[];
} {
  const path = join(folder, SPOOL_FILE);
  const findings: SpoolFinding[] = [];
  const torn = existsSync(`${path}-wal`) ? tornFrames(readFileSync(`${path}-wal`)) : 0;
  if (torn > 0)
    findings.push({
      code: "torn-tail",
      message: `the last write was cut off (${torn} pages); nothing of it had been confirmed, and it is dropped`,
    });
  try {
    if (existsSync(path)) check(path);
    return { store: new SpoolStore(folder, idWindow, maxDeadLetterBytes), findings };
  } catch (error) {
    if (!DAMAGED.has(((error as { errcode?: number }).errcode ?? 0) & 0xff)) throw error;
  }
  const aside = `${path}.damaged-${Date.now()}`;
  renameSync(path, aside);
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
  const store = new SpoolStore(folder, idWindow, maxDeadLetterBytes);
  const saved = copyReadable(aside, path);
  findings.push({
    code: "damaged-file",
    message: `the spool's file is damaged; it is set aside as ${aside}, and ${saved} rows of it are saved`,
  });
  return { store, findings };
}

/** @throws SQLite's error when the structure of the file is broken. */
function check(path: string): void {
  const db = new DatabaseSync(path);
  try {
    const rows = db.prepare("PRAGMA quick_check(1)").all() as { quick_check: string }[];
    if (rows[0]?.quick_check !== "ok") throw Object.assign(new Error("the file is damaged"), { errcode: 11 });
  } finally {
    db.close();
  }
}

/** Copies row by row whatever can still be read. @returns how many. */
function copyReadable(from: string, to: string): number {
  let copied = 0;
  const target = new DatabaseSync(to);
  try {
    const source = new DatabaseSync(from, { readOnly: true });
    for (const table of ["batch", "seen", "cursor", "dead_letter", "counter"])
      copied += copyTable(source, target, table);
    source.close();
  } catch {
    // Not even its first page can be read: the file itself is what is left of it.
  }
  target.exec(
    "INSERT OR REPLACE INTO counter SELECT 'next', max(value) FROM (SELECT 1 AS value UNION ALL " +
      "SELECT value FROM counter WHERE name = 'next' UNION ALL SELECT first + count FROM batch " +
      "UNION ALL SELECT first + count FROM seen UNION ALL SELECT position FROM cursor)",
  );
  target.close();
  return copied;
}

function copyTable(source: DatabaseSync, target: DatabaseSync, table: string): number {
  let copied = 0;
  const seen = new Set<unknown>();
  // From either end up to the damage: a broken page in the middle hides neither side.
  for (const order of ["ASC", "DESC"]) {
    try {
      for (const row of source.prepare(`SELECT rowid AS "#", * FROM ${table} ORDER BY rowid ${order}`).iterate()) {
        const { "#": id, ...fields } = row as Record<string, null | number | string | Uint8Array>;
        if (seen.has(id)) break;
        seen.add(id);
        const marks = Object.keys(fields).map(() => "?");
        target.prepare(`INSERT OR REPLACE INTO ${table} VALUES (${marks.join(", ")})`).run(...Object.values(fields));
        copied += 1;
      }
    } catch {
      // The damage: go on from the other end.
    }
  }
  return copied;
}
