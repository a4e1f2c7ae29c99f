import type { Auth0Client } from "./client.ts";
import type { WireEventStream } from "./wire.ts";

/** Below this many, single reads cost no more requests than a list. */
const MIN_FOR_LIST = 2;

/**
 * Reads streams by id. When many are about to be read, lists the tenant a page of 100 at a time instead, as long as
 * that takes fewer requests than single reads. A stream from a list is used once, so that nothing read after a
 * change is stale.
 */
export class StreamReads {
  readonly #client: Auth0Client;
  readonly #listed = new Map<string, WireEventStream>();
  #expected = 0;
  #isComplete = false;
  #listing: Promise<void> | undefined;

  constructor(client: Auth0Client) {
    this.#client = client;
  }

  /** Announces that about `count` streams are going to be read. */
  expect(count: number): void {
    this.#expected = count;
    this.#listing = undefined;
    this.#listed.clear();
    this.#isComplete = false;
  }

  /** The stream, or `undefined` when there is none of that id. */
  async get(id: string, signal: AbortSignal): Promise<WireEventStream | undefined> {
    if (this.#expected >= MIN_FOR_LIST) {
      await (this.#listing ??= this.#list(signal));
      const stream = this.#listed.get(id);
      this.#listed.delete(id);
      if (stream) return stream;
      // A complete list that lacks it: gone, unless it was made since or read before.
      if (this.#isComplete && !this.#seen.has(id)) return undefined;
    }
    return this.#client.getEventStream(id, signal);
  }

  readonly #seen = new Set<string>();

  async #list(signal: AbortSignal): Promise<void> {
    let pages = 0;
    for await (const page of this.#client.listEventStreams(signal)) {
      pages += 1;
      for (const stream of page) {
        this.#listed.set(stream.id, stream);
        this.#seen.add(stream.id);
      }
      if (pages >= this.#expected) return;
    }
    this.#isComplete = true;
  }
}
