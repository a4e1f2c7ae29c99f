import { createHash } from "node:crypto";
import { EventLog } from "../host/event-log.ts";
import type { SandboxFolder } from "../host/folder.ts";
import type { Item } from "./store.ts";

/** `n` says how many items more there are. */
interface Entry {
  key: string;
  item: Item | null;
  n: number;
}

const COUNT = { start: () => 0, add: (count: number, { n }: Entry): number => count + n };

/**
 * A shelf of what comes in masses: messages of a queue, events of a log group. It has a file of its own, which is read
 * only when somebody looks at the items; adding some, and counting them, does not need that.
 */
export class DataShelf {
  readonly #log: EventLog<Entry, number>;
  #items: Map<string, Item> | undefined;
  #offset = 0;
  #inode = 0;
  #added: Entry[] = [];

  constructor(folder: SandboxFolder, shelf: string) {
    const name = createHash("sha256").update(shelf).digest("hex").slice(0, 32);
    this.#log = new EventLog(folder, `aws-data/${name}`, COUNT);
  }

  /** All items by name, with what other processes have written. */
  items(): ReadonlyMap<string, Item> {
    return this.#load();
  }

  /** How many items there are. */
  count(): number {
    return this.#log.sum();
  }

  /** Adds an item that is not there yet. */
  add(key: string, item: Item): void {
    this.#write({ key, item, n: 1 });
  }

  put(key: string, item: Item): void {
    this.#write({ key, item, n: this.#load().has(key) ? 0 : 1 });
  }

  remove(key: string): void {
    if (this.#load().has(key)) this.#write({ key, item: null, n: -1 });
  }

  clear(): void {
    this.#log.clear();
    this.#items = undefined;
    this.#added = [];
  }

  /** Writes what a change has added to the file. */
  flush(): void {
    const added = this.#added;
    this.#added = [];
    this.#log.append(added);
    // What was taken in already is read again: it changes nothing.
  }

  #write(entry: Entry): void {
    this.#added.push(entry);
    if (this.#items) take(this.#items, entry);
  }

  #load(): Map<string, Item> {
    const { entries, offset, inode, isNew } = this.#log.readFrom(
      this.#items ? this.#offset : 0,
      this.#items && this.#inode,
    );
    if (!this.#items || isNew) this.#items = new Map();
    for (const entry of [...entries, ...this.#added]) take(this.#items, entry);
    [this.#offset, this.#inode] = [offset, inode];
    return this.#items;
  }
}

function take(items: Map<string, Item>, { key, item }: Entry): void {
  if (item) items.set(key, item);
  else items.delete(key);
}
