import { waitAfter } from "./backoff.ts";
import type { RetryPolicy } from "./backoff.ts";
import { SYSTEM_CLOCK } from "./clock.ts";
import type { Clock } from "./clock.ts";
import type { Delivered, Sink } from "./sink.ts";
import { StoredEvent } from "./stored-event.ts";
import type { DeadLetter, StoredRow } from "./spool/messages.ts";
import type { Spool } from "./spool/spool.ts";

/** A sink as it is used: its name, which events it wants, how it is tried again. */
export interface SinkSetup {
  name: string;
  sink: Sink;
  /** Only events of these types; all where it is left out. */
  types?: readonly string[];
  retry: RetryPolicy;
  /** Most events, and most bytes of bodies, of one call. */
  maxEvents: number;
  maxBytes: number;
  /** Pause after a call while few events come in, in milliseconds. */
  lingerMs: number;
}

/** How a sink is doing. */
export interface PumpStatus {
  name: string;
  delivered: number;
  deadLettered: number;
  /** Failed tries since the start, and of the batch under way. */
  failures: number;
  failing: number;
  lastError: string | null;
  /** Number of the first event that is not settled. */
  position: number;
}

interface Batch {
  events: StoredEvent[];
  /** Number of the first event behind the batch. */
  end: number;
}

const READ_BYTES = 1024 * 1024;

/** Brings events from the spool to one sink: in order, at least once, from the sink's own cursor. */
export class Pump {
  readonly status: PumpStatus;
  readonly #spool: Spool;
  readonly #setup: SinkSetup;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #types: ReadonlySet<string> | undefined;
  #resume: string | null;

  constructor(spool: Spool, setup: SinkSetup, clock: Clock = SYSTEM_CLOCK, random: () => number = Math.random) {
    const { position = 1, resume = null } = spool.cursors.get(setup.name) ?? {};
    this.#spool = spool;
    this.#setup = setup;
    this.#clock = clock;
    this.#random = random;
    this.#types = setup.types && new Set(setup.types);
    this.#resume = resume;
    this.status = {
      name: setup.name,
      delivered: 0,
      deadLettered: 0,
      failures: 0,
      failing: 0,
      lastError: null,
      position,
    };
  }

  /**
   * Works until `stop` is aborted, then ends what is under way. `cut` aborts also that.
   * @throws what the sink throws when it cannot start, and SpoolError when the spool cannot be read.
   */
  async run(stop: AbortSignal, cut: AbortSignal): Promise<void> {
    const { sink } = this.#setup;
    const word = await sink.open?.({ resume: this.#resume, confirm: () => this.#spool.flush() });
    if (word !== undefined) {
      this.#note([], { settled: 0, resume: word }, this.status.position);
      await this.#spool.flush();
    }
    try {
      while (!stop.aborted) {
        await this.#spool.grown(this.status.position, stop);
        const { rows } = await this.#spool.read(this.status.position, READ_BYTES);
        for (const batch of this.#batches(rows)) {
          if (stop.aborted) break;
          await this.#settle(batch, stop, cut);
        }
        // What comes in meanwhile goes with one call: a sink that flushes to a disk would take most of it otherwise.
        const bytes = rows.reduce((sum, { events }) => sum + events.byteLength, 0);
        if (bytes < READ_BYTES) await this.#clock.sleep(this.#setup.lingerMs, stop);
      }
    } finally {
      await sink.close?.();
    }
  }

  /** What a read brought, cut to the size that the sink takes at once. */
  *#batches(rows: readonly StoredRow[]): Iterable<Batch> {
    const { maxEvents, maxBytes } = this.#setup;
    let batch: Batch = { events: [], end: this.status.position };
    let bytes = 0;
    for (const row of rows) {
      for (const event of eventsOf(row)) {
        const { position } = event;
        if (position < this.status.position) continue;
        if (batch.events.length >= maxEvents || (bytes > 0 && bytes + event.bytes.length > maxBytes)) {
          yield batch;
          batch = { events: [], end: position };
          bytes = 0;
        }
        batch.end = position + 1;
        if (this.#types && !this.#types.has(event.type)) continue;
        batch.events.push(event);
        bytes += event.bytes.length;
      }
    }
    if (batch.end > this.status.position) yield batch;
  }

  /** Gives a batch to the sink until all of it is settled, or the work is to stop. */
  async #settle({ events, end }: Batch, stop: AbortSignal, cut: AbortSignal): Promise<void> {
    let rest = events;
    const started = this.#clock.now();
    while (rest.length > 0) {
      const delivered = await this.#try(rest, cut);
      const settled = rest.slice(0, delivered.settled);
      rest = rest.slice(delivered.settled);
      this.#note(settled, delivered, rest[0]?.position ?? end);
      if (delivered.settled > 0) this.status.failing = 0;
      if (rest.length === 0) return;
      if (!delivered.again && delivered.settled > 0) continue;
      await this.#waitForNext(delivered, stop);
      if (stop.aborted) return;
      const { giveUpAfterMs } = this.#setup.retry;
      if (giveUpAfterMs !== undefined && this.#clock.now() - started >= giveUpAfterMs) {
        const reason = `given up: ${this.status.lastError ?? "no answer"}`;
        this.#note(rest, { settled: rest.length, refused: rest.map((_, index) => ({ index, reason })) }, end);
        return;
      }
    }
    // Nothing for this sink among them: the cursor moves all the same.
    if (events.length === 0) this.#note([], { settled: 0 }, end);
  }

  async #try(events: readonly StoredEvent[], cut: AbortSignal): Promise<Delivered> {
    try {
      return await this.#setup.sink.deliver(events, cut);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      return { settled: 0, again: { reason: code ?? message } };
    }
  }

  async #waitForNext({ again }: Delivered, stop: AbortSignal): Promise<void> {
    this.status.failures += 1;
    this.status.failing += 1;
    this.status.lastError = again?.reason ?? "the sink took nothing";
    await this.#clock.sleep(waitAfter(this.status.failing, this.#setup.retry, this.#random(), again?.afterMs), stop);
  }

  #note(settled: readonly StoredEvent[], { refused = [], resume }: Delivered, position: number): void {
    const deadLetters = refused.flatMap(({ index, reason }): DeadLetter[] => {
      const event = settled[index];
      return event ? [{ sink: this.#setup.name, eventId: event.id, reason, body: event.body }] : [];
    });
    this.status.delivered += settled.length - deadLetters.length;
    this.status.deadLettered += deadLetters.length;
    this.status.position = position;
    if (resume !== undefined) this.#resume = resume;
    this.#spool.advance({ sink: this.#setup.name, position, resume: this.#resume }, deadLetters);
  }
}

/** The events of a row: a line each. */
function* eventsOf({ first, events }: StoredRow): Iterable<StoredEvent> {
  const bytes = Buffer.from(events.buffer, events.byteOffset, events.byteLength);
  let position = first;
  for (let from = 0; from <= bytes.length; position += 1) {
    const end = bytes.indexOf("\n", from);
    yield new StoredEvent(position, bytes.subarray(from, end < 0 ? bytes.length : end));
    from = end < 0 ? bytes.length + 1 : end + 1;
  }
}
