import { readFile } from "node:fs/promises";
import { placeFirst } from "./atomic-write.ts";
import { isSaltRecord } from "./cipher.ts";
import { readingIfThere, unreadable, writing } from "./file-problems.ts";
import type { SaltSource } from "./secrets.ts";

/** The salt that a backend's new stacks share, kept in a file. */
export class SaltFile implements SaltSource {
  readonly #path: string;
  readonly #prepare: () => Promise<void>;

  /** @param prepare makes the file's folder. */
  constructor(path: string, prepare: () => Promise<void>) {
    this.#path = path;
    this.#prepare = prepare;
  }

  async read(): Promise<string | undefined> {
    const text = await readingIfThere(this.#path, () => readFile(this.#path, "utf8"));
    const salt = text?.trim();
    if (salt !== undefined && !isSaltRecord(salt))
      throw unreadable(
        this.#path,
        "it is not a salt",
        "remove it: stacks that have secrets keep their own copy, and new ones get another",
      );
    return salt;
  }

  async keep(record: string): Promise<string> {
    await this.#prepare();
    await writing(this.#path, () => placeFirst(this.#path, `${record}\n`));
    return (await this.read()) ?? record;
  }
}
