import type { SandboxFolder } from "../host/folder.ts";
import { JournalFile } from "../host/journal-file.ts";
import { DataShelf } from "./data-shelf.ts";

/** A thing in the account, under `<account>/<region>/<type>/<name>`. */
export type Item = Record<string, unknown>;

type Entry = { key: string; item: Item | null };

/** Shelves that grow with every event. */
const DATA = /^[^/]+\/[^/]+\/(message|dedup|log)\//;

/** What exists in the sandbox's AWS accounts, kept in a journal; messages and log events are kept apart. */
export class AwsStore {
  readonly #folder: SandboxFolder;
  readonly #items = new Map<string, Map<string, Item>>();
  readonly #journal: JournalFile<Entry>;
  readonly #data = new Map<string, DataShelf>();
  readonly #changed = new Set<DataShelf>();

  constructor(folder: SandboxFolder) {
    this.#folder = folder;
    this.#journal = new JournalFile<Entry>(folder, "aws", {
      take: ({ key, item }) => this.#take(key, item),
      forget: () => this.#items.clear(),
    });
  }

  /** Takes in what other processes have written. */
  sync(): void {
    this.#journal.sync();
  }

  /** Changes the data as one step, with nobody else in between. */
  change<T>(work: () => T): Promise<T> {
    return this.#journal.change(() => {
      try {
        return work();
      } finally {
        for (const shelf of this.#changed) shelf.flush();
        this.#changed.clear();
      }
    });
  }

  /** One item. @param shelf `<account>/<region>/<type>`. */
  get(shelf: string, name: string): Item | undefined {
    return DATA.test(shelf) ? this.#dataOf(shelf).items().get(name) : this.#items.get(shelf)?.get(name);
  }

  /** All items of a shelf, by name, oldest first. */
  all(shelf: string): [string, Item][] {
    return [...(DATA.test(shelf) ? this.#dataOf(shelf).items() : (this.#items.get(shelf) ?? []))];
  }

  /** How many items a shelf of messages or log events has; does not read them. */
  countOf(shelf: string): number {
    return this.#dataOf(shelf).count();
  }

  /** All shelves that hold something, those of messages and log events left out. */
  shelves(): string[] {
    return [...this.#items].filter(([shelf, items]) => items.size > 0 && !DATA.test(shelf)).map(([shelf]) => shelf);
  }

  /** Stores an item; call inside {@link change}. */
  put(shelf: string, name: string, item: Item): void {
    if (DATA.test(shelf)) this.#changing(shelf).put(name, item);
    else this.#journal.write({ key: `${shelf}\n${name}`, item });
  }

  /** Adds a message or a log event, whose name nobody has; call inside {@link change}. */
  add(shelf: string, name: string, item: Item): void {
    this.#changing(shelf).add(name, item);
  }

  /** Removes an item; call inside {@link change}. */
  remove(shelf: string, name: string): void {
    if (DATA.test(shelf)) this.#changing(shelf).remove(name);
    else this.#journal.write({ key: `${shelf}\n${name}`, item: null });
  }

  /** Removes all messages or log events of a shelf; call inside {@link change}. */
  clear(shelf: string): void {
    this.#dataOf(shelf).clear();
  }

  #dataOf(shelf: string): DataShelf {
    let data = this.#data.get(shelf);
    if (!data) this.#data.set(shelf, (data = new DataShelf(this.#folder, shelf)));
    return data;
  }

  #changing(shelf: string): DataShelf {
    const data = this.#dataOf(shelf);
    this.#changed.add(data);
    return data;
  }

  #take(key: string, item: Item | null): void {
    const [shelf = "", name = ""] = key.split("\n");
    let items = this.#items.get(shelf);
    if (!items) this.#items.set(shelf, (items = new Map()));
    if (item) items.set(name, item);
    else items.delete(name);
  }
}
