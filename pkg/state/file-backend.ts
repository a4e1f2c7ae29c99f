import { constants } from "node:fs";
import { access, readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { removeTemporaries } from "./atomic-write.ts";
import { codeOf, readingIfThere, writing } from "./file-problems.ts";
import { History } from "./history.ts";
import type { HistoryEntry, HistoryRecord } from "./history.ts";
import { Layout } from "./layout.ts";
import { takeLock } from "./lock.ts";
import { SaltFile } from "./salt-file.ts";
import type { SaltSource } from "./secrets.ts";
import { StackFile } from "./stack-file.ts";
import { requireFileNames } from "./stack-ref.ts";
import type { Deployment, StackRef } from "./types.ts";

/**
 * State in a folder, in the layout of Pulumi's file backend (project-scoped, meta version 1). What the file system
 * refuses, and what cannot be understood, is a StateProblem with the path.
 */
export class FileBackend {
  readonly #root: string;
  readonly #layout: Layout;
  /** The salt that this backend's new stacks share. */
  readonly salts: SaltSource;
  readonly #swept = new Set<string>();
  #clock = 0n;

  /** @param folder the folder that holds (or will hold) `.pulumi`. */
  constructor(folder: string) {
    this.#root = join(folder, ".pulumi");
    this.#layout = new Layout(this.#root);
    this.salts = new SaltFile(join(this.#root, "auth0-streams.encryptionsalt"), () => this.#layout.prepare());
  }

  /** The folder, for messages. */
  get location(): string {
    return this.#root;
  }

  /** The file of a stack, for messages. */
  fileOf(ref: StackRef): string {
    return this.#file(ref).path;
  }

  /** Whether state could be written here, without writing any. The folder need not exist yet. */
  async isWritable(): Promise<boolean> {
    for (let path = this.#root; ; path = dirname(path)) {
      try {
        if (!(await stat(path)).isDirectory()) return false;
        await access(path, constants.W_OK | constants.X_OK);
        return true;
      } catch (error) {
        if (codeOf(error) !== "ENOENT" || dirname(path) === path) return false;
      }
    }
  }

  /** The stack's deployment; `undefined` when there is no such stack. */
  async read(ref: StackRef): Promise<Deployment | undefined> {
    await this.#layout.check();
    return this.#file(ref).read();
  }

  /** Whether there is such a stack; nothing is read. */
  async has(ref: StackRef): Promise<boolean> {
    await this.#layout.check();
    return (await this.#file(ref).newest()) !== undefined;
  }

  /** Replaces the stack's deployment, durably. */
  async write(ref: StackRef, deployment: Deployment): Promise<void> {
    await this.#layout.prepare();
    await this.#file(ref).write(deployment);
  }

  /** Keeps the present file as `.bak`; called once before an operation's first write. */
  async backUp(ref: StackRef): Promise<void> {
    await this.#file(ref).backUp();
  }

  /** Records a finished operation in the stack's history and keeps a backup, as the CLI does. */
  async record(ref: StackRef, entry: HistoryEntry): Promise<void> {
    await new History(this.#root, ref).add(this.#file(ref).path, this.#nanoseconds(), entry);
  }

  /** What was recorded of finished operations, newest first. */
  async history(ref: StackRef): Promise<HistoryRecord[]> {
    return new History(this.#root, ref).list();
  }

  /** Removes a stack; its history stays, as with the CLI. */
  async remove(ref: StackRef): Promise<void> {
    await this.#file(ref).remove();
  }

  /** Removes all locks of a stack, including those of running processes. */
  async unlock(ref: StackRef): Promise<void> {
    const folder = this.#lockFolder(ref);
    await writing(folder, () => rm(folder, { recursive: true, force: true }));
  }

  /** Takes the stack's lock; gives the function that releases it. @throws StateProblem that names the holder. */
  async lock(ref: StackRef): Promise<() => Promise<void>> {
    await this.#layout.prepare();
    await this.#sweep(ref.project);
    return takeLock(this.#lockFolder(ref), `${ref.project}/${ref.stack}`);
  }

  /** Once a project: its folders have entries for all of its stacks. */
  async #sweep(project: string): Promise<void> {
    if (this.#swept.has(project)) return;
    this.#swept.add(project);
    await removeTemporaries(join(this.#root, "stacks", project));
    await removeTemporaries(join(this.#root, "locks", "organization", project));
  }

  /** Names of all stacks. */
  async stacks(): Promise<StackRef[]> {
    await this.#layout.check();
    const folder = join(this.#root, "stacks");
    const projects = (await readingIfThere(folder, () => readdir(folder, { withFileTypes: true }))) ?? [];
    const found = await Promise.all(
      projects
        .filter((entry) => !entry.isFile())
        .map(async ({ name: project }) => {
          const path = join(folder, project);
          const files = (await readingIfThere(path, () => readdir(path))) ?? [];
          const stacks = files.flatMap((name) => /^(.+)\.json(?:\.gz|\.zst)?$/.exec(name)?.[1] ?? []);
          return [...new Set(stacks)].map((stack) => ({ project, stack }));
        }),
    );
    return found.flat();
  }

  #file(ref: StackRef): StackFile {
    return new StackFile(this.#root, ref);
  }

  #lockFolder({ project, stack }: StackRef): string {
    requireFileNames({ project, stack });
    return join(this.#root, "locks", "organization", project, stack);
  }

  /** Strictly increasing, so that two entries of one millisecond have two names. */
  #nanoseconds(): bigint {
    const now = BigInt(Date.now()) * 1_000_000n;
    this.#clock = now > this.#clock ? now : this.#clock + 1n;
    return this.#clock;
  }
}
