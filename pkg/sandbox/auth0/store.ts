import { existsSync, openSync, readSync, closeSync, fstatSync } from "node:fs";
import type { SandboxFolder } from "../folder.ts";
import { withLockFile } from "../lock-file.ts";
import type { Delivery, Stream } from "./model.ts";

const JOURNAL = "auth0.jsonl";

type Entry = { stream: Stream } | { deleted: string } | { delivery: Delivery };

/**
 * The tenant's data: a journal of whole records, appended line by line, so that a kill between two requests or two
 * processes at once cannot spoil it. Every access first takes in what others have appended.
 */
export class TenantStore {
  readonly streams = new Map<string, Stream>();
  readonly deliveries = new Map<string, Delivery>();
  readonly #folder: SandboxFolder;
  #offset = 0;

  constructor(folder: SandboxFolder) {
    this.#folder = folder;
    folder.ensure();
    this.sync();
  }

  /** Takes in what other processes have written. */
  sync(): void {
    const path = this.#folder.file(JOURNAL);
    if (!existsSync(path)) return;
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      if (size < this.#offset) this.#forget();
      if (size === this.#offset) return;
      const bytes = Buffer.alloc(size - this.#offset);
      readSync(file, bytes, 0, bytes.length, this.#offset);
      const end = bytes.lastIndexOf(10) + 1;
      this.#offset += end;
      for (const line of bytes.subarray(0, end).toString("utf8").split("\n"))
        if (line) this.#take(JSON.parse(line) as Entry);
    } finally {
      closeSync(file);
    }
  }

  /** Changes the data as one step, with nobody else in between. */
  async change<T>(work: () => T): Promise<T> {
    return withLockFile(this.#folder.file("auth0.lock"), () => {
      this.sync();
      return work();
    });
  }

  /** Stores a stream; call inside {@link change}. */
  putStream(stream: Stream): void {
    this.#write({ stream });
  }

  /** Removes a stream and its deliveries; call inside {@link change}. */
  deleteStream(id: string): void {
    this.#write({ deleted: id });
  }

  /** Stores a delivery; call inside {@link change}. */
  putDelivery(delivery: Delivery): void {
    this.#write({ delivery });
  }

  #write(entry: Entry): void {
    this.#folder.append(JOURNAL, entry);
    this.sync();
  }

  #take(entry: Entry): void {
    if ("stream" in entry) this.streams.set(entry.stream.id, entry.stream);
    else if ("delivery" in entry)
      this.deliveries.set(`${entry.delivery.event_stream_id}/${entry.delivery.id}`, entry.delivery);
    else {
      this.streams.delete(entry.deleted);
      for (const [key, { event_stream_id }] of this.deliveries)
        if (event_stream_id === entry.deleted) this.deliveries.delete(key);
    }
  }

  #forget(): void {
    this.streams.clear();
    this.deliveries.clear();
    this.#offset = 0;
  }
}
