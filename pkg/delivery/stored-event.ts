import { isMalformed } from "./event.ts";
import type { Event, Surface } from "./event.ts";
import { readEvent } from "./readers/read-event.ts";

/** An event from the spool. It is parsed when something of it is asked for: a sink of lines needs only its bytes. */
export class StoredEvent implements Event {
  /** Number of the event in the spool: 1 is the first that was ever accepted. */
  readonly position: number;
  /** The JSON text in UTF-8. */
  readonly bytes: Buffer;
  #read: Event | undefined;

  constructor(position: number, bytes: Buffer) {
    this.position = position;
    this.bytes = bytes;
  }

  get body(): string {
    return this.bytes.toString("utf8");
  }

  get id(): string {
    return this.#event.id;
  }

  get surface(): Surface {
    return this.#event.surface;
  }

  get type(): string {
    return this.#event.type;
  }

  get time(): string | null {
    return this.#event.time;
  }

  get tenant(): string | null {
    return this.#event.tenant;
  }

  get stream(): string | null {
    return this.#event.stream;
  }

  get #event(): Event {
    if (!this.#read) {
      const read = readEvent(this.body);
      if (isMalformed(read)) throw new Error(`event ${this.position} of the spool is not an event: ${read.reason}`);
      this.#read = read;
    }
    return this.#read;
  }
}
