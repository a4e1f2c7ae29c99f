import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readSync } from "node:fs";
import { renameSync, unlinkSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { SandboxFolder } from "./folder.ts";

/** Keeps a sum over all entries of a log, so that nobody has to read them all. */
export interface Tally<Entry, Sum> {
  start: () => Sum;
  /** The sum with an entry more; may change `sum` itself. */
  add: (sum: Sum, entry: Entry) => Sum;
}

interface Kept<Sum> {
  /** Which file, and how much of it, the sum is over. */
  inode: number;
  offset: number;
  sum: Sum;
}

/** Bytes that a reader may have to read because no one has kept a sum of them. */
const MAX_UNKEPT = 64 * 1024;
const CHUNK = 4 * 1024 * 1024;

/**
 * A file of what has happened, a line each, that only grows: many processes may append. A sum over it is kept beside it
 * with the place up to which it counts, so that what follows costs the same after a million entries as after none.
 */
export class EventLog<Entry extends object, Sum> {
  readonly #path: string;
  readonly #folder: SandboxFolder;
  readonly #tally: Tally<Entry, Sum>;
  #known: Kept<Sum> | undefined;
  #keptOffset = 0;
  /** Bytes that this process has appended without a sum. */
  #appended = 0;
  #isChecked = false;

  /** @param name of the file in the folder, without `.jsonl`; may stand in a folder of its own. */
  constructor(folder: SandboxFolder, name: string, tally: Tally<Entry, Sum>) {
    this.#folder = folder;
    this.#path = folder.file(name);
    this.#tally = tally;
  }

  /** Adds entries, in one write: what one process appends at once stays together. */
  append(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    const text = Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    const file = this.#open();
    try {
      const before = fstatSync(file);
      writeSync(file, text);
      const after = fstatSync(file);
      this.#appended += text.length;
      const known = this.#known;
      const isNext = known?.offset === before.size && (before.size === 0 || known.inode === after.ino);
      // Nobody has come in between: the sum goes on without reading what was written.
      if (known && isNext && after.size === before.size + text.length) {
        this.#known = { inode: after.ino, offset: after.size, sum: entries.reduce(this.#tally.add, known.sum) };
        if (after.size - this.#keptOffset > MAX_UNKEPT) this.#keep(this.#known);
        return;
      }
    } finally {
      closeSync(file);
    }
    if (this.#appended > MAX_UNKEPT) {
      this.#appended = 0;
      this.sum();
    }
  }

  /** The file, to append to; a line that a kill has cut off is ended first. */
  #open(): number {
    const path = `${this.#path}.jsonl`;
    const flags = "a+";
    if (this.#isChecked) return openSync(path, flags, 0o600);
    this.#isChecked = true;
    this.#folder.ensure();
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, flags, 0o600);
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    if (size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 10) writeSync(file, "\n");
    this.#known ??= size === 0 ? { inode: 0, offset: 0, sum: this.#tally.start() } : undefined;
    return file;
  }

  /** The sum over all entries. Reads what came since somebody last kept it. */
  sum(): Sum {
    this.#known ??= this.#readKept();
    const known = this.#known ?? { inode: 0, offset: 0, sum: this.#tally.start() };
    const { entries, inode, offset, isNew } = this.readFrom(known.offset, known.inode);
    let sum = isNew ? this.#tally.start() : known.sum;
    for (const entry of entries) sum = this.#tally.add(sum, entry);
    this.#known = { inode, offset, sum };
    if (offset - this.#keptOffset > MAX_UNKEPT) this.#keep(this.#known);
    return sum;
  }

  /**
   * Entries from a place on. A line cut off by a kill, and what is no JSON, is left out.
   * @param inode of the file that the place is in; another file is read from its start.
   */
  readFrom(from: number, inode?: number): { entries: Entry[]; inode: number; offset: number; isNew: boolean } {
    let file: number;
    try {
      file = openSync(`${this.#path}.jsonl`, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return { entries: [], inode: 0, offset: 0, isNew: from > 0 };
    }
    try {
      const { size, ino } = fstatSync(file);
      const isNew = from > size || (inode !== undefined && inode !== ino);
      const entries: Entry[] = [];
      const offset = readLines(file, isNew ? 0 : from, size, (line) => {
        const entry = parsed<Entry>(line);
        if (entry) entries.push(entry);
      });
      return { entries, inode: ino, offset, isNew };
    } finally {
      closeSync(file);
    }
  }

  /** The last entries, oldest first. */
  last(count: number): Entry[] {
    let file: number;
    try {
      file = openSync(`${this.#path}.jsonl`, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      return [];
    }
    try {
      const { size } = fstatSync(file);
      for (let length = count * 1024; ; length *= 4) {
        const start = Math.max(0, size - length);
        const lines: string[] = [];
        readLines(file, start, size, (line) => lines.push(line));
        // Unless it starts the file, the first line may be the end of one.
        const whole = start === 0 ? lines : lines.slice(1);
        if (start === 0 || whole.length >= count)
          return whole.slice(-count).flatMap((line) => parsed<Entry>(line) ?? []);
      }
    } finally {
      closeSync(file);
    }
  }

  /** Removes all entries. */
  clear(): void {
    for (const path of [`${this.#path}.jsonl`, `${this.#path}.sum.json`]) {
      try {
        unlinkSync(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      }
    }
    this.#known = undefined;
    this.#keptOffset = 0;
    this.#isChecked = false;
  }

  #readKept(): Kept<Sum> | undefined {
    try {
      const kept = JSON.parse(readFileSync(`${this.#path}.sum.json`, "utf8")) as Kept<Sum>;
      this.#keptOffset = kept.offset;
      return kept;
    } catch {
      return undefined;
    }
  }

  #keep(known: Kept<Sum>): void {
    const temporary = `${this.#path}.sum.json.${process.pid}`;
    writeFileSync(temporary, JSON.stringify(known), { mode: 0o600 });
    renameSync(temporary, `${this.#path}.sum.json`);
    this.#keptOffset = known.offset;
  }
}

/** Calls `take` with each whole line between two places. @returns the end of the last one. */
function readLines(file: number, from: number, to: number, take: (line: string) => void): number {
  let at = from;
  let rest: Buffer = Buffer.alloc(0);
  while (at + rest.length < to) {
    const start = at + rest.length;
    const chunk = Buffer.alloc(Math.min(CHUNK, to - start));
    const count = readSync(file, chunk, 0, chunk.length, start);
    if (count === 0) break;
    const bytes = Buffer.concat([rest, chunk.subarray(0, count)]);
    const end = bytes.lastIndexOf(10) + 1;
    for (const line of bytes.subarray(0, end).toString("utf8").split("\n")) if (line) take(line);
    at += end;
    rest = bytes.subarray(end);
  }
  return at;
}

function parsed<Entry>(line: string): Entry | undefined {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return undefined;
  }
}
