import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { placeWhole, removeFile, removeTemporaries, snapshotFile } from "./atomic-write.ts";
import { readingIfThere, unreadable, writing } from "./file-problems.ts";
import { requireFileNames } from "./stack-ref.ts";
import type { HistoryKind, StackRef } from "./types.ts";

/** So many records, and older ones are removed. */
const LIMIT = 120;
/** Records that stay whatever they say. */
const RECENT = 50;
/** Older records that stay if something was changed. */
const CHANGES = 50;

/** `exec.kind` in the environment of a record names the tool that wrote it. */
const OURS = "auth0-streams";

/** What history records of a finished operation. */
export interface HistoryEntry {
  kind: HistoryKind;
  startTime: Date;
  result: "succeeded" | "failed";
  resourceChanges: Record<string, number>;
}

/** A finished operation, as it is on record (`apitype.UpdateInfo` of Pulumi's SDK). Times are in seconds since the epoch. */
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

/** A stack's finished operations, each with copies of the state it left: `history/` and `backups/` of the file backend. */
export class History {
  readonly #stack: string;
  readonly #records: string;
  readonly #backups: string;

  constructor(root: string, ref: StackRef) {
    requireFileNames(ref);
    const { project, stack } = ref;
    this.#stack = stack;
    this.#records = join(root, "history", project, stack);
    this.#backups = join(root, "backups", project, stack);
  }

  /**
   * Records an operation, and removes the old records that {@link expired} returns.
   * @param stateFile what is copied.
   * @param stamp nanoseconds since the epoch: the record's name. Must be larger than every earlier one.
   */
  async add(stateFile: string, stamp: bigint, entry: HistoryEntry): Promise<void> {
    const base = join(this.#records, `${this.#stack}-${stamp}`);
    const record: HistoryRecord = {
      kind: entry.kind,
      startTime: Math.floor(entry.startTime.getTime() / 1000),
      message: "",
      environment: { "exec.kind": OURS },
      config: {},
      version: 0,
      result: entry.result,
      endTime: Number(stamp / 1_000_000_000n),
      resourceChanges: entry.resourceChanges,
    };
    await writing(this.#records, async () => {
      await snapshotFile(stateFile, `${base}.checkpoint.json`);
      await snapshotFile(stateFile, join(this.#backups, `${this.#stack}.${stamp}.json`));
      await placeWhole(`${base}.history.json`, JSON.stringify(record));
      await this.#prune();
    });
  }

  /** Newest first. @throws StateProblem when a record cannot be read. */
  async list(): Promise<HistoryRecord[]> {
    return Promise.all(
      (await this.#stamps()).map(async (stamp) => {
        const record = await this.#read(stamp);
        if (record) return record;
        throw unreadable(this.#pathOf(stamp), "it is not a record of an operation", "remove it");
      }),
    );
  }

  async #prune(): Promise<void> {
    const stamps = await this.#stamps();
    if (stamps.length <= LIMIT) return;
    const old = await Promise.all(
      stamps.slice(RECENT).map(async (stamp) => ({ stamp, record: await this.#read(stamp) })),
    );
    for (const stamp of expired(old)) {
      // The record goes first: it is what is counted.
      await removeFile(this.#pathOf(stamp));
      await removeFile(join(this.#records, `${this.#stack}-${stamp}.checkpoint.json`));
      await removeFile(join(this.#backups, `${this.#stack}.${stamp}.json`));
    }
    await removeTemporaries(this.#records);
  }

  /** Names of the records, newest first. */
  async #stamps(): Promise<string[]> {
    const names = (await readingIfThere(this.#records, () => readdir(this.#records))) ?? [];
    const prefix = `${this.#stack}-`;
    return names
      .filter((name) => name.startsWith(prefix) && name.endsWith(".history.json"))
      .map((name) => name.slice(prefix.length, -".history.json".length))
      .toSorted()
      .toReversed();
  }

  async #read(stamp: string): Promise<HistoryRecord | undefined> {
    const path = this.#pathOf(stamp);
    const text = await readingIfThere(path, () => readFile(path, "utf8"));
    try {
      const record: unknown = JSON.parse(text ?? "");
      return typeof record === "object" && record !== null ? (record as HistoryRecord) : undefined;
    } catch {
      return undefined;
    }
  }

  #pathOf(stamp: string): string {
    return join(this.#records, `${this.#stack}-${stamp}.history.json`);
  }
}

/**
 * Which old records are removed: those of this program, except the newest {@link CHANGES} that changed something. A scheduled
 * run that finds nothing to do must not push out the record of the last change.
 * @param old records behind the newest {@link RECENT}, newest first.
 */
export function expired(old: readonly { stamp: string; record: HistoryRecord | undefined }[]): string[] {
  let kept = 0;
  const isKept = (record: HistoryRecord | undefined): boolean =>
    record?.environment?.["exec.kind"] !== OURS || (changedSomething(record) && (kept += 1) <= CHANGES);
  return old.filter(({ record }) => !isKept(record)).map(({ stamp }) => stamp);
}

function changedSomething({ result, resourceChanges = {} }: HistoryRecord): boolean {
  return (
    result === "failed" ||
    Object.entries(resourceChanges).some(([op, count]) => op !== "same" && op !== "read" && count > 0)
  );
}
