import type { Delivered, Sink } from "../sink.ts";
import type { StoredEvent } from "../stored-event.ts";

/** Writes each event as it arrived, a line each, to a stream that is there already, such as standard output. */
export class WriterSink implements Sink {
  readonly #write: (text: string) => void | Promise<void>;

  /** @param write takes whole lines; its promise holds the next ones back. */
  constructor(write: (text: string) => void | Promise<void>) {
    this.#write = write;
  }

  async deliver(events: readonly StoredEvent[]): Promise<Delivered> {
    await this.#write(events.map(({ body }) => `${body}\n`).join(""));
    return { settled: events.length };
  }
}
