import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import type { CommitRequest, CursorMove, Opened, SpoolFinding, SpoolSize, StoredRow } from "./messages.ts";

/** Name of the spool's file in its folder. */
export const SPOOL_FILE = "spool.db";
const VERSION = 1;

// Big pages, because a row is a list of events; a log of 64 MB before it is copied into the file.
const SETUP = `
  PRAGMA page_size = 16384;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 4096;
  PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -8192;
  CREATE TABLE IF NOT EXISTS batch (
    first INTEGER PRIMARY KEY, count INTEGER NOT NULL, at INTEGER NOT NULL, crc INTEGER NOT NULL, events BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS seen (
    first INTEGER PRIMARY KEY, at INTEGER NOT NULL, count INTEGER NOT NULL, ids BLOB NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS cursor (sink TEXT PRIMARY KEY, position INTEGER NOT NULL, resume TEXT) STRICT;
  CREATE TABLE IF NOT EXISTS dead_letter (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, sink TEXT, event_id TEXT, reason TEXT NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
  PRAGMA user_version = ${VERSION};
`;

type Row = Record<string, unknown>;

/** The spool's file: one SQLite database. Everything here blocks; it runs in a thread of its own. */
export class SpoolStore {
  readonly #folder: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  readonly #idWindow: number;
  readonly #maxDeadLetterBytes: number;
  #size: SpoolSize = { bytes: 0, next: 1, deadLetters: 0 };
  #seen = 0;
  #deadLetterBytes = 0;

  /** @throws what SQLite throws when the file is no database or cannot be written. */
  constructor(folder: string, idWindow: number, maxDeadLetterBytes: number) {
    // Events are personal data: only the owner may look.
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#idWindow = idWindow;
    this.#maxDeadLetterBytes = maxDeadLetterBytes;
    this.#db = new DatabaseSync(join(folder, SPOOL_FILE), { timeout: 5000 });
    this.#db.exec(SETUP);
  }

  /**
   * Checks what is pending and makes the sinks' cursors: a new sink starts with the oldest event that is kept, and a
   * sink that is no longer declared does not keep events.
   */
  open(sinks: readonly string[], forgetBefore: number): Omit<Opened, "op"> {
    const findings = this.#checkRows();
    const known = this.#all("SELECT sink, position, resume FROM cursor") as unknown as CursorMove[];
    const [{ value: next = 1 } = {}] = this.#all("SELECT value FROM counter WHERE name = 'next'") as Row[];
    const [{ first: oldest = next } = {}] = this.#all("SELECT first FROM batch ORDER BY first LIMIT 1") as Row[];
    this.#transaction(() => {
      for (const { sink } of known.filter((each) => !sinks.includes(each.sink))) {
        findings.push({
          code: "forgotten-sink",
          message: `sink "${sink}" is no longer declared; its place is dropped`,
        });
        this.#run("DELETE FROM cursor WHERE sink = ?", sink);
      }
      for (const sink of sinks.filter((name) => !known.some((each) => each.sink === name)))
        this.#run("INSERT INTO cursor VALUES (?, ?, NULL)", sink, Number(oldest));
      this.#forgetIds(forgetBefore);
      this.#trim();
    });
    this.#measure(Number(next));
    const window = this.#all("SELECT at, ids FROM seen ORDER BY first") as unknown as Opened["window"];
    const cursors = this.#all("SELECT sink, position, resume FROM cursor") as unknown as CursorMove[];
    return { size: { ...this.#size }, cursors, window, findings };
  }

  /** Writes a batch, cursors and dead letters in one transaction, which is on the disk when this returns. */
  commit(request: CommitRequest): SpoolSize {
    const before = { ...this.#size };
    const seenBefore = this.#seen;
    const lettersBefore = this.#deadLetterBytes;
    try {
      this.#transaction(() => this.#write(request));
    } catch (error) {
      this.#size = before;
      this.#seen = seenBefore;
      this.#deadLetterBytes = lettersBefore;
      throw error;
    }
    return { ...this.#size };
  }

  #write({ at, events, count, ids, cursors, deadLetters, forgetBefore }: CommitRequest): void {
    const { next } = this.#size;
    if (count > 0) {
      this.#run("INSERT INTO batch VALUES (?, ?, ?, ?, ?)", next, count, at, crc32(events), events);
      this.#run("INSERT INTO seen VALUES (?, ?, ?, ?)", next, at, count, ids);
      this.#size.next += count;
      this.#size.bytes += events.byteLength;
      this.#seen += count;
      this.#run("INSERT OR REPLACE INTO counter VALUES ('next', ?)", this.#size.next);
      if (this.#seen > this.#idWindow * 1.1) this.#forgetIds(forgetBefore);
    }
    for (const { sink, eventId, reason, body } of deadLetters) {
      this.#run("INSERT INTO dead_letter VALUES (NULL, ?, ?, ?, ?, ?)", at, sink, eventId, reason, body);
      this.#size.deadLetters += 1;
      this.#deadLetterBytes += Buffer.byteLength(body);
    }
    this.#dropOldDeadLetters();
    for (const { sink, position, resume } of cursors)
      this.#run("INSERT OR REPLACE INTO cursor VALUES (?, ?, ?)", sink, position, resume);
    if (cursors.length > 0) this.#trim();
  }

  /** Rows from the one that holds `position` on, until `maxBytes` are together; at least one where there is one. */
  read(position: number, maxBytes: number): { rows: StoredRow[]; findings: SpoolFinding[] } {
    const rows: StoredRow[] = [];
    const damaged: StoredRow[] = [];
    let bytes = 0;
    const query = this.#prepare(
      "SELECT first, count, at, crc, events FROM batch WHERE first >= " +
        "coalesce((SELECT max(first) FROM batch WHERE first <= ?1), ?1) ORDER BY first",
    );
    for (const { crc, ...row } of query.iterate(position) as Iterable<Row> as Iterable<StoredRow & { crc: number }>) {
      if (row.first + row.count <= position) continue;
      if (crc32(row.events) !== crc) {
        damaged.push(row);
        continue;
      }
      rows.push(row);
      bytes += row.events.byteLength;
      if (bytes >= maxBytes) break;
    }
    return { rows, findings: this.#setAside(damaged) };
  }

  /** Copies the log into the file, so that the next start finds one file. */
  close(): void {
    try {
      this.#db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    } finally {
      this.#db.close();
    }
  }

  /** Every row that is still needed is read once: what a disk spoilt is found now, not in the middle of work. */
  #checkRows(): SpoolFinding[] {
    const damaged: StoredRow[] = [];
    const query = this.#prepare("SELECT first, count, at, crc, events FROM batch ORDER BY first");
    for (const { crc, ...row } of query.iterate() as Iterable<Row> as Iterable<StoredRow & { crc: number }>)
      if (crc32(row.events) !== crc) damaged.push(row);
    return this.#setAside(damaged);
  }

  /** Takes rows whose checksum is wrong out of the way, into files of their own. */
  #setAside(damaged: readonly StoredRow[]): SpoolFinding[] {
    return damaged.map(({ first, count, events }) => {
      const name = `damaged-events-${first}-to-${first + count - 1}.bin`;
      writeFileSync(join(this.#folder, name), events, { flush: true });
      this.#transaction(() => this.#run("DELETE FROM batch WHERE first = ?", first));
      return {
        code: "damaged-rows",
        message: `${count} events are damaged on the disk; they are set aside in ${name}`,
      };
    });
  }

  /** Rows that every sink has settled are of no more use. */
  #trim(): void {
    const [{ low } = {}] = this.#all("SELECT min(position) AS low FROM cursor") as Row[];
    if (low === null || low === undefined) return;
    const gone = this.#all(
      "SELECT first, length(events) AS bytes FROM batch WHERE first < ?1 AND first + count <= ?1",
      Number(low),
    ) as { first: number; bytes: number }[];
    for (const { first, bytes } of gone) {
      this.#run("DELETE FROM batch WHERE first = ?", first);
      this.#size.bytes -= bytes;
    }
  }

  /** Dead letters must not fill the disk: the oldest go. */
  #dropOldDeadLetters(): void {
    while (this.#deadLetterBytes > this.#maxDeadLetterBytes) {
      const [oldest] = this.#all(
        "SELECT number, length(CAST(body AS BLOB)) AS bytes FROM dead_letter ORDER BY number LIMIT 1",
      ) as { number: number; bytes: number }[];
      if (!oldest) return;
      this.#run("DELETE FROM dead_letter WHERE number = ?", oldest.number);
      this.#size.deadLetters -= 1;
      this.#deadLetterBytes -= oldest.bytes;
    }
  }

  #forgetIds(before: number): void {
    this.#run("DELETE FROM seen WHERE at < ?", before);
    const rows = this.#all("SELECT first, count FROM seen ORDER BY first DESC") as { first: number; count: number }[];
    this.#seen = 0;
    for (const { first, count } of rows) {
      if (this.#seen >= this.#idWindow) {
        this.#run("DELETE FROM seen WHERE first <= ?", first);
        return;
      }
      this.#seen += count;
    }
  }

  #measure(next: number): void {
    const [{ bytes = 0 } = {}] = this.#all("SELECT coalesce(sum(length(events)), 0) AS bytes FROM batch") as Row[];
    const [{ count = 0, letters = 0 } = {}] = this.#all(
      "SELECT count(*) AS count, coalesce(sum(length(CAST(body AS BLOB))), 0) AS letters FROM dead_letter",
    ) as Row[];
    this.#size = { bytes: Number(bytes), next, deadLetters: Number(count) };
    this.#deadLetterBytes = Number(letters);
  }

  #transaction(work: () => void): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#db.exec("COMMIT");
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #run(sql: string, ...values: (string | number | null | Uint8Array)[]): void {
    this.#prepare(sql).run(...values);
  }

  #all(sql: string, ...values: (string | number)[]): unknown[] {
    return this.#prepare(sql).all(...values);
  }
}
