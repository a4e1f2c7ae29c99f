import { existsSync } from "node:fs";
import { access, link, mkdir, readFile, readdir, rm, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { StateProblem, diagnostic } from "../diagnostics/index.ts";
import { placeWhole, snapshotFile, writeDurably } from "./atomic-write.ts";
import { checkIntegrity } from "./integrity.ts";
import { takeLock } from "./lock.ts";
import type { SaltSource } from "./secrets.ts";
import type { Deployment, HistoryKind, StackRef } from "./types.ts";

/** Features of checkpoint version 4 that we would have to understand; version 3 has none. */
const SUPPORTED_VERSION = 3;

/** What history records of a finished operation. */
interface HistoryEntry {
  kind: HistoryKind;
  startTime: Date;
  result: "succeeded" | "failed";
  resourceChanges: Record<string, number>;
}

/** A finished operation, as it is on record. Times are in seconds since the epoch. */
export interface HistoryRecord {
  kind: string;
  startTime: number;
  endTime: number;
  message: string;
  environment: Record<string, string>;
  config: Record<string, unknown>;
  result: string;
  version: number;
  resourceChanges?: Record<string, number>;
}

/** State in a folder, in the layout of Pulumi's file backend (project-scoped, meta version 1). */
export class FileBackend {
  readonly #root: string;
  #ready: Promise<void> | undefined;
  #clock = 0n;

  /** @param folder the folder that holds (or will hold) `.pulumi`. */
  constructor(folder: string) {
    this.#root = join(folder, ".pulumi");
  }

  /** The folder, for messages. */
  get location(): string {
    return this.#root;
  }

  /** @throws StateProblem when the folder holds the old layout, or cannot be written. */
  async #prepare(): Promise<void> {
    const meta = join(this.#root, "meta.yaml");
    const text = await readFile(meta, "utf8").catch(() => undefined);
    if (text !== undefined && /^version:\s*1\s*$/m.test(text)) return;
    if (existsSync(join(this.#root, "stacks"))) {
      throw unreadable(this.#root, "it has a layout from before projects", "run pulumi state upgrade");
    }
    try {
      await mkdir(this.#root, { recursive: true });
      await placeWhole(meta, "version: 1\n");
    } catch (error) {
      throw unreadable(
        this.#root,
        `it cannot be written (${(error as NodeJS.ErrnoException).code})`,
        "check --backend and the folder's permissions",
      );
    }
  }

  /** Whether state could be written here, without writing any. */
  async isWritable(): Promise<boolean> {
    const folder = existsSync(this.#root) ? this.#root : join(this.#root, "..");
    return access(folder, 2).then(
      () => true,
      () => false,
    );
  }

  /** The stack's deployment; `undefined` when there is no such stack. @throws StateProblem when it cannot be understood. */
  async read(ref: StackRef): Promise<Deployment | undefined> {
    const path = await this.#newest(ref);
    if (!path) return undefined;
    let file: { version?: number; features?: string[]; checkpoint?: { latest?: Deployment } };
    try {
      const bytes = await readFile(path);
      const text = path.endsWith(".gz") ? gunzipSync(bytes) : path.endsWith(".zst") ? zstdDecompressSync(bytes) : bytes;
      file = JSON.parse(text.toString("utf8"));
    } catch {
      throw unreadable(
        path,
        "it is not JSON",
        `a copy of what was there before stands beside it as ${ref.stack}.json.bak`,
      );
    }
    if (file.version !== SUPPORTED_VERSION) {
      throw unreadable(
        path,
        `it has checkpoint version ${file.version}, and this engine knows ${SUPPORTED_VERSION}`,
        "use --engine pulumi",
      );
    }
    const deployment = file.checkpoint?.latest ?? { manifest: { time: "", magic: "", version: "" } };
    const [problem] = checkIntegrity(deployment.resources ?? []);
    if (problem) throw unreadable(path, problem, "pulumi state repair may mend it");
    return deployment;
  }

  /** Whether there is such a stack; nothing is read. */
  async has(ref: StackRef): Promise<boolean> {
    return (await this.#newest(ref)) !== undefined;
  }

  /** Replaces the stack's deployment, durably. */
  async write(ref: StackRef, deployment: Deployment): Promise<void> {
    await (this.#ready ??= this.#prepare());
    const stack = `organization/${ref.project}/${ref.stack}`;
    await writeDurably(
      this.#stackFile(ref),
      JSON.stringify({ version: SUPPORTED_VERSION, checkpoint: { stack, latest: deployment } }),
    );
  }

  /** Keeps the present file as `.bak`; called once before an operation's first write. */
  async backUp(ref: StackRef): Promise<void> {
    const path = this.#stackFile(ref);
    await unlink(`${path}.bak`).catch(() => {});
    await snapshotFile(path, `${path}.bak`);
  }

  /** Records a finished operation in the stack's history and keeps a backup, as the CLI does. */
  async record(ref: StackRef, entry: HistoryEntry): Promise<void> {
    const { project, stack } = ref;
    const stamp = this.#nanoseconds();
    const history = join(this.#root, "history", project, stack, `${stack}-${stamp}`);
    await snapshotFile(this.#stackFile(ref), `${history}.checkpoint.json`);
    await snapshotFile(this.#stackFile(ref), join(this.#root, "backups", project, stack, `${stack}.${stamp}.json`));
    const info = {
      kind: entry.kind,
      startTime: Math.floor(entry.startTime.getTime() / 1000),
      message: "",
      environment: { "exec.kind": "auth0-streams" },
      config: {},
      version: 0,
      result: entry.result,
      endTime: Math.floor(Date.now() / 1000),
      resourceChanges: entry.resourceChanges,
    };
    await placeWhole(`${history}.history.json`, JSON.stringify(info));
  }

  /** What was recorded of finished operations, newest first. */
  async history({ project, stack }: StackRef): Promise<HistoryRecord[]> {
    const folder = join(this.#root, "history", project, stack);
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".history.json"));
    const read = async (name: string): Promise<HistoryRecord> =>
      JSON.parse(await readFile(join(folder, name), "utf8")) as HistoryRecord;
    return Promise.all(names.toSorted().toReversed().map(read));
  }

  /** Removes a stack; its history stays, as with the CLI. */
  async remove(ref: StackRef): Promise<void> {
    for (const suffix of ["", ".gz", ".zst", ".bak"]) await unlink(this.#stackFile(ref) + suffix).catch(() => {});
  }

  /** Removes a stack's locks, whoever has them. */
  async unlock({ project, stack }: StackRef): Promise<void> {
    await rm(join(this.#root, "locks", "organization", project, stack), { recursive: true, force: true });
  }

  /** Takes the stack's lock; gives the function that releases it. @throws StateProblem naming the holder. */
  async lock(ref: StackRef): Promise<() => Promise<void>> {
    await (this.#ready ??= this.#prepare());
    return takeLock(join(this.#root, "locks", "organization", ref.project, ref.stack), `${ref.project}/${ref.stack}`);
  }

  /** Names of all stacks. */
  async stacks(): Promise<StackRef[]> {
    const folder = join(this.#root, "stacks");
    const projects = await readdir(folder).catch(() => []);
    const found = await Promise.all(
      projects.map(async (project) => {
        const files = await readdir(join(folder, project)).catch(() => []);
        return files
          .filter((name) => /\.json(\.gz|\.zst)?$/.test(name))
          .map((name) => ({ project, stack: name.replace(/\.json(\.gz|\.zst)?$/, "") }));
      }),
    );
    return found.flat();
  }

  /** The salt that this backend's new stacks share. */
  readonly salts: SaltSource = { read: () => this.#readSalt(), keep: (record) => this.#keepSalt(record) };

  async #readSalt(): Promise<string | undefined> {
    return readFile(this.#saltFile(), "utf8").then(
      (text) => text.trim(),
      () => undefined,
    );
  }

  async #keepSalt(record: string): Promise<string> {
    await (this.#ready ??= this.#prepare());
    const own = `${this.#saltFile()}.${process.pid}`;
    await writeFile(own, `${record}\n`, { mode: 0o600 });
    // A link is made whole or not at all: whoever is first wins, and a kill leaves no empty file.
    await link(own, this.#saltFile()).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
    await unlink(own);
    return (await this.#readSalt()) ?? record;
  }

  #saltFile(): string {
    return join(this.#root, "auth0-streams.encryptionsalt");
  }

  #stackFile({ project, stack }: StackRef): string {
    return join(this.#root, "stacks", project, `${stack}.json`);
  }

  /** The CLI may have written a compressed file; of several the newest counts. */
  async #newest(ref: StackRef): Promise<string | undefined> {
    const paths = ["", ".gz", ".zst"].map((suffix) => this.#stackFile(ref) + suffix);
    const times = await Promise.all(
      paths.map((path) =>
        stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => -1,
        ),
      ),
    );
    const newest = Math.max(...times);
    return newest < 0 ? undefined : paths[times.indexOf(newest)];
  }

  /** Strictly increasing, so that two entries of one millisecond have two names. */
  #nanoseconds(): bigint {
    const now = BigInt(Date.now()) * 1_000_000n;
    this.#clock = now > this.#clock ? now : this.#clock + 1n;
    return this.#clock;
  }
}

function unreadable(path: string, why: string, hint: string): StateProblem {
  return new StateProblem(
    diagnostic("state-unreadable", `the state in ${path} cannot be used: ${why}`, { file: path, hint }),
  );
}
