import { SYSTEM_CLOCK } from "../clock.ts";
import type { Clock } from "../clock.ts";
import type { Event, Malformed } from "../event.ts";
import { IdWindow, digestOf } from "./id-window.ts";
import type { CommitRequest, CursorMove, DeadLetter, Opened, SpoolFinding, SpoolSize, StoredRow } from "./messages.ts";
import { SpoolError } from "./spool-error.ts";
import { SpoolThread } from "./spool-thread.ts";

/** How a spool is kept. */
export interface SpoolOptions {
  /** Where its files are; made when it is not there. */
  folder: string;
  /** Names of the sinks that read from it. */
  sinks: string[];
  /** Bytes of events at which it is full. */
  maxBytes: number;
  /** How many ids, and for how long, are remembered to know a duplicate. */
  idWindow: { count: number; ms: number };
  /** Bytes of dead letters that are kept, the newest; 64 MB when left out. */
  maxDeadLetterBytes?: number;
  /** Bytes that may wait for the disk; more are refused as `busy`. */
  maxWaiting: number;
  clock?: Clock;
}

/** What became of a batch: every event of it is on the disk now, whether it came with this batch or before. */
export interface Appended {
  accepted: number;
  duplicates: number;
  malformed: number;
}

interface Waiting {
  bodies: string[];
  digests: string[];
  deadLetters: DeadLetter[];
  bytes: number;
  result: Appended;
  resolve: (result: Appended) => void;
  reject: (error: unknown) => void;
}

/** Bytes of one transaction; what waits beyond them goes into the next. */
const MAX_COMMIT = 4 * 1024 * 1024;
/** Transactions that the thread has at once. More make smaller ones and more flushes. {@link Spool.flush} adds its own. */
const MAX_IN_FLIGHT = 1;
/** Cursors ride along with the next batch of events, or go alone after this long. */
const CURSOR_DELAY_MS = 100;

/**
 * Events on the disk, from where every sink takes them at its own pace. Batches that arrive together share one flush:
 * while one transaction is written, the next is gathered.
 */
export class Spool {
  readonly findings: readonly SpoolFinding[];
  readonly cursors: ReadonlyMap<string, CursorMove>;
  readonly #options: SpoolOptions;
  readonly #clock: Clock;
  readonly #thread: SpoolThread;
  readonly #window: IdWindow;
  /** Ids of the window from this number on wait for the disk. */
  #stored = 0;
  #size: SpoolSize;
  #queue: Waiting[] = [];
  #waitingBytes = 0;
  #moves = new Map<string, CursorMove>();
  #deadLetters: DeadLetter[] = [];
  /** Transactions of an epoch succeed up to one that fails, and all behind it fail. */
  #epoch = 0;
  #inFlight = 0;
  #isScheduled = false;
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #readers: (() => void)[] = [];

  private constructor(options: SpoolOptions, thread: SpoolThread, opened: Opened) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#thread = thread;
    this.#size = opened.size;
    this.findings = opened.findings;
    this.cursors = new Map(opened.cursors.map((cursor) => [cursor.sink, cursor]));
    this.#window = new IdWindow(options.idWindow.count);
    for (const { at, ids } of opened.window) this.#window.addBlock(ids, at);
    this.#stored = this.#window.next;
  }

  /** @throws SpoolError `owned` with who has it, or with what is wrong with the folder. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const { folder, sinks, idWindow, clock = SYSTEM_CLOCK } = options;
    const { thread, opened } = await SpoolThread.start({
      folder,
      sinks,
      idWindow: idWindow.count,
      maxDeadLetterBytes: options.maxDeadLetterBytes ?? 64 * 1024 * 1024,
      forgetBefore: clock.now() - idWindow.ms,
    });
    return new Spool(options, thread, opened);
  }

  get size(): Readonly<SpoolSize> {
    return this.#size;
  }

  /**
   * Stores a batch. When this resolves, each of its events is on the disk and will be delivered.
   * @throws SpoolError; nothing of the batch is kept then.
   */
  append(events: readonly Event[], malformed: readonly Malformed[] = []): Promise<Appended> {
    if (this.#isClosed) return Promise.reject(new SpoolError("closed", "the spool is closing"));
    const bytes = byteLength(events) + byteLength(malformed);
    if (this.#waitingBytes + bytes > this.#options.maxWaiting)
      return Promise.reject(new SpoolError("busy", "too much is waiting for the disk"));
    if (this.#size.bytes + this.#waitingBytes + bytes > this.#options.maxBytes)
      return Promise.reject(new SpoolError("full", "the spool is full"));
    const fresh = this.#withoutDuplicates(events);
    const result = {
      accepted: fresh.bodies.length,
      duplicates: events.length - fresh.bodies.length,
      malformed: malformed.length,
    };
    if (fresh.bodies.length === 0 && malformed.length === 0 && !fresh.joins) return Promise.resolve(result);
    const deadLetters = malformed.map(({ reason, body }) => ({ sink: null, eventId: null, reason, body }));
    return new Promise((resolve, reject) => {
      this.#queue.push({ ...fresh, deadLetters, bytes, result, resolve, reject });
      this.#waitingBytes += bytes;
      this.#write();
    });
  }

  /** Rows from `position` on. Empty when there is nothing yet. */
  async read(position: number, maxBytes: number): Promise<{ rows: StoredRow[]; findings: SpoolFinding[] }> {
    if (position >= this.#size.next) return { rows: [], findings: [] };
    return this.#thread.ask<"read">({ op: "read", position, maxBytes });
  }

  /** Waits until there are events at `position` or behind it, or the signal is aborted. */
  async grown(position: number, signal: AbortSignal): Promise<void> {
    let wake = (): void => {};
    const stop = (): void => wake();
    signal.addEventListener("abort", stop);
    while (this.#size.next <= position && !signal.aborted) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        this.#readers.push(resolve);
      });
    }
    signal.removeEventListener("abort", stop);
  }

  /** Notes how far a sink has come, with what it refused. It is on the disk after {@link flush}, or soon. */
  advance(move: CursorMove, deadLetters: readonly DeadLetter[] = []): void {
    this.#moves.set(move.sink, move);
    this.#deadLetters.push(...deadLetters);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write();
    }, CURSOR_DELAY_MS);
  }

  /** Waits until everything noted so far is on the disk. @throws SpoolError when the disk refuses. */
  flush(): Promise<void> {
    // Transactions are written in order: with the last one, all are done.
    return this.#hasWork ? this.#commit() : this.#last;
  }

  /** Ends what is under way and gives the spool up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.flush().catch(() => {});
    await this.#thread.ask<"close">({ op: "close" });
  }

  get #hasWork(): boolean {
    return this.#queue.length > 0 || this.#moves.size > 0 || this.#deadLetters.length > 0;
  }

  #withoutDuplicates(events: readonly Event[]): { bodies: string[]; digests: string[]; joins: boolean } {
    const now = this.#clock.now();
    this.#window.forgetBefore(now - this.#options.idWindow.ms);
    const fresh = { bodies: [] as string[], digests: [] as string[], joins: false };
    for (const { id, body } of events) {
      const digest = digestOf(id);
      const { next } = this.#window;
      const number = this.#window.add(digest, now);
      if (number === next) {
        fresh.bodies.push(body);
        fresh.digests.push(digest);
      } else if (number >= this.#stored) fresh.joins = true;
    }
    return fresh;
  }

  /** What arrives in the same turn of the event loop, or while the disk is busy, shares a flush. */
  #write(): void {
    if (this.#isScheduled || this.#inFlight >= MAX_IN_FLIGHT) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      // Callers of append get the failure; cursors are kept for the next transaction.
      if (this.#hasWork) this.#commit().catch(() => {});
    });
  }

  #commit(): Promise<void> {
    const group = this.#takeGroup();
    const moves = this.#moves;
    const noted = this.#deadLetters;
    this.#moves = new Map();
    this.#deadLetters = [];
    const digests = group.flatMap((each) => each.digests);
    const events = encode(group.flatMap(({ bodies }) => bodies));
    const ids = Uint8Array.from(Buffer.from(digests.join(""), "latin1"));
    const at = this.#clock.now();
    const request: CommitRequest = {
      op: "commit",
      epoch: this.#epoch,
      at,
      events,
      count: digests.length,
      ids,
      cursors: [...moves.values()],
      deadLetters: [...noted, ...group.flatMap(({ deadLetters }) => deadLetters)],
      forgetBefore: at - this.#options.idWindow.ms,
    };
    this.#inFlight += 1;
    const done = this.#thread
      .ask<"commit">(request, [events.buffer, ids.buffer])
      .then(
        ({ size }) => this.#written(group, size, digests.length),
        (error: unknown) => this.#failed(error, request.epoch, group, moves, noted),
      )
      .finally(() => {
        this.#inFlight -= 1;
        if (this.#queue.length > 0) this.#write();
      });
    this.#last = done;
    done.catch(() => {});
    return done;
  }

  #written(group: readonly Waiting[], size: SpoolSize, count: number): void {
    this.#size = size;
    this.#stored += count;
    this.#settle(group);
    if (count > 0) for (const resolve of this.#readers.splice(0)) resolve();
  }

  /** Transactions that were sent behind a failed one fail too: they may count on its events being there. */
  #failed(
    error: unknown,
    epoch: number,
    group: readonly Waiting[],
    moves: ReadonlyMap<string, CursorMove>,
    noted: readonly DeadLetter[],
  ): never {
    for (const [sink, move] of moves) if (!this.#moves.has(sink)) this.#moves.set(sink, move);
    this.#deadLetters.unshift(...noted);
    if (epoch === this.#epoch) {
      this.#epoch += 1;
      this.#window.forgetFrom(this.#stored);
      this.#settle(this.#queue.splice(0), error);
    }
    this.#settle(group, error);
    throw error;
  }

  #takeGroup(): Waiting[] {
    let bytes = 0;
    const end = this.#queue.findIndex((each) => (bytes += each.bytes) > MAX_COMMIT);
    return this.#queue.splice(0, end < 0 ? this.#queue.length : Math.max(1, end));
  }

  #settle(group: readonly Waiting[], error?: unknown): void {
    for (const { bytes, result, resolve, reject } of group) {
      this.#waitingBytes -= bytes;
      if (error === undefined) resolve(result);
      else reject(error);
    }
  }
}

function byteLength(texts: readonly { body: string }[]): number {
  let length = 0;
  for (const { body } of texts) length += body.length;
  return length;
}

function encode(bodies: readonly string[]): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(bodies.join("\n"));
}
