import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readFile, readdir, rename, stat, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { SYSTEM_CLOCK } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { SinkStart } from "../sink.ts";

/** Where the files are and when one is complete. */
export interface RotationOptions {
  directory: string;
  /** `jsonl` or `csv`. */
  extension: string;
  /** A file is complete when it would grow beyond this, or when its first event has been in it for so long. */
  maxBytes: number;
  maxAgeMs: number;
  gzip: boolean;
  /** Stands at the start of each file. */
  header: string;
  clock?: Clock;
}

/** The open file, as the cursor knows it. `count` is 0 where no file is open. */
interface Open {
  /** Number of its first event, which names it. */
  first: number;
  since: number;
  count: number;
  bytes: number;
}

/** A line of `complete.jsonl`: a file that nothing is written to any more. */
export interface CompleteFile {
  file: string;
  firstPosition: number;
  events: number;
  /** Size of the file as it lies there. */
  bytes: number;
  completedAt: string;
}

const LIST = "complete.jsonl";
const NONE: Open = { first: 0, since: 0, count: 0, bytes: 0 };

/**
 * Files of lines in one folder. `open-<first>.<extension>` grows; when it is complete it gets its final name, at once
 * and as a whole, and a line in `complete.jsonl`. After a crash the open file is cut back to what the cursor has
 * confirmed, so that events which come again stand in it once.
 */
export class RotatingFile {
  readonly #options: RotationOptions;
  readonly #clock: Clock;
  #handle: FileHandle | undefined;
  #open: Open = NONE;
  /** A rotation that failed on its way must be ended before anything is written. */
  #isRotating = false;
  #confirm: () => Promise<void> = async () => {};

  constructor(options: RotationOptions) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  /** Finds the state that the cursor knows of, and makes it so. */
  async open({ resume, confirm }: SinkStart): Promise<string | undefined> {
    this.#confirm = confirm;
    await mkdir(this.#options.directory, { recursive: true });
    const found = (await readdir(this.#options.directory)).filter((name) => /^open-\d+\./.test(name));
    if (resume === null) {
      // A spool that is new knows nothing of files that an earlier one left: they are kept.
      for (const name of found) await rename(this.#path(name), this.#path(`left-${this.#clock.now()}-${name}`));
      return JSON.stringify(NONE);
    }
    const known = JSON.parse(resume) as Open;
    const mine = this.#openName(known.first);
    // No cursor knows of the others: all of their events come again.
    for (const name of found.filter((each) => each !== mine)) await unlink(this.#path(name));
    if (known.count === 0) return undefined;
    const size = await sizeOf(this.#path(mine));
    if (size === undefined || size < known.bytes) await this.#finish(known);
    else {
      this.#handle = await open(this.#path(mine), "r+");
      await this.#handle.truncate(known.bytes);
      this.#open = known;
    }
    return undefined;
  }

  /**
   * Appends lines; they are on the disk when this resolves.
   * @param text lines in UTF-8, the last one ended.
   * @param events how many events they tell of.
   * @param first number of the first of them.
   * @returns what to give to `open` after a restart.
   */
  async append(text: Buffer, events: number, first: number): Promise<string> {
    if (this.#isRotating || this.#isComplete(text.length)) await this.#rotate();
    if (this.#open.count === 0) await this.#begin(first);
    const { bytes, count } = this.#open;
    const handle = this.#handle;
    if (!handle) throw new Error("no file is open");
    await writeAll(handle, text, bytes);
    await handle.datasync();
    this.#open = { ...this.#open, count: count + events, bytes: bytes + text.length };
    return JSON.stringify(this.#open);
  }

  /** The open file stays as it is; the next start goes on with it. */
  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }

  #path(name: string): string {
    return join(this.#options.directory, name);
  }

  #openName(first: number): string {
    return `open-${digits(first)}.${this.#options.extension}`;
  }

  #isComplete(more: number): boolean {
    const { bytes, since, count } = this.#open;
    const age = this.#clock.now() - since;
    // A clock that was set back makes a negative age; such a file is closed as well.
    return count > 0 && (bytes + more > this.#options.maxBytes || age >= this.#options.maxAgeMs || age < 0);
  }

  async #begin(first: number): Promise<void> {
    const header = Buffer.from(this.#options.header);
    // A write that failed may have left the file behind.
    await this.#handle?.close();
    this.#handle = await open(this.#path(this.#openName(first)), "w");
    await writeAll(this.#handle, header, 0);
    this.#open = { first, since: this.#clock.now(), count: 0, bytes: header.length };
  }

  async #rotate(): Promise<void> {
    // A complete file is final: the cursor must not ask for any of its events again.
    await this.#confirm();
    this.#isRotating = true;
    await this.close();
    await this.#finish(this.#open);
    this.#open = NONE;
    this.#isRotating = false;
  }

  /** Gives the complete file its name and lists it. After a crash it does what of this is left to do. */
  async #finish({ first, since, count }: Open): Promise<void> {
    const { extension, gzip } = this.#options;
    const from = this.#path(this.#openName(first));
    const stamp = new Date(since).toISOString().replaceAll(/[-:]|\.\d+/g, "");
    const name = `${stamp}-${digits(first)}.${extension}${gzip ? ".gz" : ""}`;
    if ((await sizeOf(from)) !== undefined) {
      if (gzip) await this.#compress(from, this.#path(name));
      else await rename(from, this.#path(name));
    }
    await this.#list({ file: name, firstPosition: first, events: count });
  }

  async #compress(from: string, to: string): Promise<void> {
    await pipeline(createReadStream(from), createGzip(), createWriteStream(`${to}.tmp`, { flush: true }));
    await rename(`${to}.tmp`, to);
    await unlink(from);
  }

  async #list(file: Pick<CompleteFile, "file" | "firstPosition" | "events">): Promise<void> {
    const bytes = await sizeOf(this.#path(file.file));
    const list = await readFile(this.#path(LIST), "utf8").catch(() => "");
    if (bytes === undefined || list.includes(`"file":${JSON.stringify(file.file)}`)) return;
    const line: CompleteFile = { ...file, bytes, completedAt: new Date(this.#clock.now()).toISOString() };
    const handle = await open(this.#path(LIST), "a");
    try {
      // A line that a crash cut off is ended first.
      await handle.write(`${list === "" || list.endsWith("\n") ? "" : "\n"}${JSON.stringify(line)}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  }
}

function digits(position: number): string {
  return String(position).padStart(12, "0");
}

/** A write may take less than it is given; on a disk that fills up it does. */
async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}
