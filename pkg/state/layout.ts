import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder, placeWhole, removeTemporaries } from "./atomic-write.ts";
import { readingIfThere, unreadable, writing } from "./file-problems.ts";

/** Which layout a state folder has, by its `meta.yaml`: ours (version 1, a folder a project), or none yet. */
export class Layout {
  readonly #root: string;
  readonly #meta: string;
  #checked: Promise<boolean> | undefined;
  #prepared: Promise<void> | undefined;

  constructor(root: string) {
    this.#root = root;
    this.#meta = join(root, "meta.yaml");
  }

  /** @throws StateProblem when the folder cannot be read or has another layout. */
  async check(): Promise<void> {
    await (this.#checked ??= this.#check());
  }

  /** Makes the folder ready to be written to. @throws StateProblem as {@link check}, and when it cannot be written. */
  prepare(): Promise<void> {
    return (this.#prepared ??= this.#prepare());
  }

  /** @returns whether `meta.yaml` is there. */
  async #check(): Promise<boolean> {
    const text = await readingIfThere(this.#meta, () => readFile(this.#meta, "utf8"));
    if (text === undefined) {
      await this.#refuseOldLayout();
      return false;
    }
    const version = /^version:\s*(\S+)\s*$/m.exec(text)?.[1];
    if (version !== "1")
      throw unreadable(
        this.#meta,
        version === undefined ? "it names no version" : `its version is ${version}, and this engine knows 1`,
        'if the stacks in the folder are yours, write the line "version: 1" to it; or use --engine pulumi',
      );
    return true;
  }

  /** Before there were projects, stacks stood in one folder. Folders in there are projects, and only meta.yaml is lost. */
  async #refuseOldLayout(): Promise<void> {
    const stacks = join(this.#root, "stacks");
    const entries = (await readingIfThere(stacks, () => readdir(stacks))) ?? [];
    if (entries.some((name) => /\.json(\.gz|\.zst)?$/.test(name)))
      throw unreadable(this.#root, "it has a layout from before projects", "run pulumi state upgrade");
  }

  async #prepare(): Promise<void> {
    const isThere = await (this.#checked ??= this.#check());
    if (isThere) return;
    await writing(this.#root, async () => {
      await makeFolder(this.#root);
      await removeTemporaries(this.#root);
      await placeWhole(this.#meta, "version: 1\n");
    });
  }
}
