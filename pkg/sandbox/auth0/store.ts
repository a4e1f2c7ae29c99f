import type { SandboxFolder } from "../host/folder.ts";
import { JournalFile } from "../host/journal-file.ts";
import { DeliveryLog } from "./delivery-log.ts";
import type { LogStream } from "./log-streams/model.ts";
import type { Stream } from "./model.ts";

type Entry = { stream: Stream } | { deleted: string } | { logStream: LogStream } | { deletedLogStream: string };

/** The tenant's data, kept in a journal; deliveries are kept apart. */
export class TenantStore {
  readonly streams = new Map<string, Stream>();
  /** Streams that were there once. */
  readonly deleted = new Map<string, Stream>();
  readonly logStreams = new Map<string, LogStream>();
  /** Log streams that were there once. */
  readonly deletedLogStreams = new Map<string, LogStream>();
  readonly deliveries: DeliveryLog;
  readonly #journal: JournalFile<Entry>;

  constructor(folder: SandboxFolder) {
    this.deliveries = new DeliveryLog(folder);
    this.#journal = new JournalFile<Entry>(folder, "auth0", {
      take: (entry) => this.#take(entry),
      forget: () => this.#forget(),
    });
  }

  /** Takes in what other processes have written. */
  sync(): void {
    this.#journal.sync();
  }

  /** Changes the data as one step, with nobody else in between. */
  change<T>(work: () => T): Promise<T> {
    return this.#journal.change(work);
  }

  /** Stores a stream; call inside {@link change}. */
  putStream(stream: Stream): void {
    this.#journal.write({ stream });
  }

  /** Removes a stream and its deliveries; call inside {@link change}. */
  deleteStream(id: string): void {
    this.#journal.write({ deleted: id });
    this.deliveries.remove(id);
  }

  /** Stores a log stream; call inside {@link change}. */
  putLogStream(logStream: LogStream): void {
    this.#journal.write({ logStream });
  }

  /** Removes a log stream; call inside {@link change}. */
  deleteLogStream(id: string): void {
    this.#journal.write({ deletedLogStream: id });
  }

  #take(entry: Entry): void {
    if ("stream" in entry) this.streams.set(entry.stream.id, entry.stream);
    else if ("logStream" in entry) this.logStreams.set(entry.logStream.id, entry.logStream);
    else if ("deletedLogStream" in entry) {
      const gone = this.logStreams.get(entry.deletedLogStream);
      if (gone) this.deletedLogStreams.set(gone.id, gone);
      this.logStreams.delete(entry.deletedLogStream);
    } else {
      const gone = this.streams.get(entry.deleted);
      if (gone) this.deleted.set(gone.id, gone);
      this.streams.delete(entry.deleted);
    }
  }

  #forget(): void {
    this.streams.clear();
    this.deleted.clear();
    this.logStreams.clear();
    this.deletedLogStreams.clear();
  }
}
