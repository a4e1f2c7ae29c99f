import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readSync, truncateSync } from "node:fs";
import type { SandboxFolder } from "./folder.ts";
import { withLockFile } from "./lock-file.ts";

/** Takes in entries, and forgets them all. */
interface Reader<Entry> {
  take: (entry: Entry) => void;
  forget: () => void;
}

/**
 * A journal of whole records, appended line by line, so that a kill between two requests or two processes at once cannot
 * spoil it. Every access first takes in what others have appended.
 */
export class JournalFile<Entry extends object> {
  readonly #folder: SandboxFolder;
  readonly #name: string;
  readonly #reader: Reader<Entry>;
  #offset = 0;
  /** Lines of the change that is under way. */
  #written: string[] = [];

  /** @param name of the file in the folder, without `.jsonl`. */
  constructor(folder: SandboxFolder, name: string, reader: Reader<Entry>) {
    this.#folder = folder;
    this.#name = name;
    this.#reader = reader;
    folder.ensure();
    this.sync();
  }

  /** Takes in what other processes have written. */
  sync(): void {
    const path = this.#folder.file(`${this.#name}.jsonl`);
    if (!existsSync(path)) return;
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      if (size < this.#offset) {
        this.#reader.forget();
        this.#offset = 0;
      }
      if (size === this.#offset) return;
      const bytes = Buffer.alloc(size - this.#offset);
      readSync(file, bytes, 0, bytes.length, this.#offset);
      const end = bytes.lastIndexOf(10) + 1;
      this.#offset += end;
      for (const line of bytes.subarray(0, end).toString("utf8").split("\n"))
        if (line) this.#reader.take(JSON.parse(line) as Entry);
    } finally {
      closeSync(file);
    }
  }

  /** Changes the data as one step, with nobody else in between. What it writes is in the file at its end, in one write. */
  async change<T>(work: () => T): Promise<T> {
    return withLockFile(this.#folder.file(`${this.#name}.lock`), () => {
      this.sync();
      try {
        return work();
      } finally {
        this.#flush();
      }
    });
  }

  /** Adds an entry; call inside {@link change}. */
  write(entry: Entry): void {
    // Through the text, so that what is kept here and what others read are the same.
    const line = JSON.stringify(entry);
    this.#written.push(line);
    this.#reader.take(JSON.parse(line) as Entry);
  }

  #flush(): void {
    if (this.#written.length === 0) return;
    const path = this.#folder.file(`${this.#name}.jsonl`);
    const text = Buffer.from(this.#written.map((line) => `${line}\n`).join(""));
    this.#written = [];
    // A process that was killed while it wrote has left half a line behind.
    if (existsSync(path)) truncateSync(path, this.#offset);
    appendFileSync(path, text, { mode: 0o600 });
    this.#offset += text.length;
  }
}
