import { EventLog } from "../host/event-log.ts";
import type { SandboxFolder } from "../host/folder.ts";
import type { Delivery } from "./model.ts";

interface Loaded {
  log: EventLog<Delivery, null>;
  deliveries: Map<string, Delivery>;
  inode: number;
  offset: number;
}

/** Deliveries, a file for each stream (`.sandbox/deliveries/`), which is read only when somebody asks for them. */
export class DeliveryLog {
  readonly #folder: SandboxFolder;
  readonly #streams = new Map<string, Loaded>();

  constructor(folder: SandboxFolder) {
    this.#folder = folder;
  }

  /** The deliveries of a stream, oldest first, as they are now. */
  of(streamId: string): Delivery[] {
    const loaded = this.#stream(streamId);
    const { entries, inode, offset, isNew } = loaded.log.readFrom(loaded.offset, loaded.inode || undefined);
    if (isNew) loaded.deliveries.clear();
    for (const delivery of entries) loaded.deliveries.set(delivery.id, delivery);
    [loaded.inode, loaded.offset] = [inode, offset];
    return [...loaded.deliveries.values()];
  }

  /** Stores deliveries of a stream; those that are known get another state. */
  put(streamId: string, deliveries: readonly Delivery[]): void {
    this.#stream(streamId).log.append(deliveries);
  }

  /** Forgets a stream that is gone. */
  remove(streamId: string): void {
    this.#stream(streamId).log.clear();
    this.#streams.delete(streamId);
  }

  #stream(id: string): Loaded {
    let loaded = this.#streams.get(id);
    if (!loaded) {
      const log = new EventLog<Delivery, null>(this.#folder, `deliveries/${id}`, {
        start: () => null,
        add: () => null,
      });
      this.#streams.set(id, (loaded = { log, deliveries: new Map(), inode: 0, offset: 0 }));
    }
    return loaded;
  }
}
