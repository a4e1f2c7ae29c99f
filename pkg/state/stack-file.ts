import { readFile, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { removeFile, snapshotFile, writeDurably } from "./atomic-write.ts";
import { formatStateFile, parseStateFile } from "./checkpoint-file.ts";
import { codeOf, reading, writing } from "./file-problems.ts";
import { requireFileNames } from "./stack-ref.ts";
import type { Deployment, StackRef } from "./types.ts";

/** What the Pulumi CLI's compressed files end with. */
const COMPRESSED = [".gz", ".zst"] as const;

/** The file that holds a stack's state. Only {@link read} and {@link path} may be used without the stack's lock. */
export class StackFile {
  readonly #ref: StackRef;
  /** Where the state is written. */
  readonly path: string;

  /** @throws StateProblem for a name that leads out of the folder. */
  constructor(root: string, ref: StackRef) {
    requireFileNames(ref);
    this.#ref = ref;
    this.path = join(root, "stacks", ref.project, `${ref.stack}.json`);
  }

  /** The stack's deployment; `undefined` when there is no such stack. @throws StateProblem when it cannot be used. */
  async read(): Promise<Deployment | undefined> {
    const path = await this.newest();
    if (path === undefined) return undefined;
    return parseStateFile(path, await reading(path, () => readFile(path)));
  }

  /** The file that counts: the CLI may have written a compressed one, and of several the newest is taken. */
  async newest(): Promise<string | undefined> {
    let newest: { path: string; time: number } | undefined;
    for (const suffix of ["", ...COMPRESSED]) {
      const path = this.path + suffix;
      const time = await modified(path);
      if (time !== undefined && time > (newest?.time ?? Number.NEGATIVE_INFINITY)) newest = { path, time };
    }
    return newest?.path;
  }

  /** Replaces the deployment, durably. Compressed files that the CLI wrote are renamed to `.bak`, as the CLI does. */
  async write(deployment: Deployment): Promise<void> {
    await writing(this.path, async () => {
      const others: { path: string; time: number }[] = [];
      for (const suffix of COMPRESSED) {
        const time = await modified(this.path + suffix);
        if (time !== undefined) others.push({ path: this.path + suffix, time });
      }
      // Newer than the others from the first moment: a kill before they are renamed must not bring them back.
      const newerThan = others.length > 0 ? Math.max(...others.map(({ time }) => time)) : undefined;
      await writeDurably(this.path, formatStateFile(this.#ref, deployment), newerThan);
      for (const { path } of others) await rename(path, `${path}.bak`);
    });
  }

  /** Keeps the present file as `.bak`; called once before an operation's first write. */
  async backUp(): Promise<void> {
    await writing(`${this.path}.bak`, () => snapshotFile(this.path, `${this.path}.bak`));
  }

  /** Removes the stack. */
  async remove(): Promise<void> {
    for (const suffix of [...COMPRESSED, "", ".bak"]) {
      const path = this.path + suffix;
      await writing(path, () => removeFile(path));
    }
  }
}

/** Modification time in milliseconds; `undefined` when there is no such file. */
async function modified(path: string): Promise<number | undefined> {
  return reading(path, async () => {
    try {
      return (await stat(path)).mtimeMs;
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  });
}
