import type { SandboxFolder } from "../host/folder.ts";
import { JournalFile } from "../host/journal-file.ts";

/** A thing in the account, under `<account>/<region>/<type>/<name>`. */
export type Item = Record<string, unknown>;

type Entry = { key: string; item: Item | null };

/** What exists in the sandbox's AWS accounts, kept in a journal. */
export class AwsStore {
  readonly #items = new Map<string, Map<string, Item>>();
  readonly #journal: JournalFile<Entry>;

  constructor(folder: SandboxFolder) {
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
    return this.#journal.change(work);
  }

  /** One item. @param shelf `<account>/<region>/<type>`. */
  get(shelf: string, name: string): Item | undefined {
    return this.#items.get(shelf)?.get(name);
  }

  /** All items of a shelf, by name, oldest first. */
  all(shelf: string): [string, Item][] {
    return [...(this.#items.get(shelf) ?? [])];
  }

  /** All shelves that hold something. */
  shelves(): string[] {
    return [...this.#items].filter(([, items]) => items.size > 0).map(([shelf]) => shelf);
  }

  /** Stores an item; call inside {@link change}. */
  put(shelf: string, name: string, item: Item): void {
    this.#journal.write({ key: `${shelf}\n${name}`, item });
  }

  /** Removes an item; call inside {@link change}. */
  remove(shelf: string, name: string): void {
    this.#journal.write({ key: `${shelf}\n${name}`, item: null });
  }

  #take(key: string, item: Item | null): void {
    const [shelf = "", name = ""] = key.split("\n");
    let items = this.#items.get(shelf);
    if (!items) this.#items.set(shelf, (items = new Map()));
    if (item) items.set(name, item);
    else items.delete(name);
  }
}
