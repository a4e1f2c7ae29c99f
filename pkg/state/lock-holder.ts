import { readFile } from "node:fs/promises";
import { userInfo } from "node:os";
import * as z from "zod/mini";
import { livenessOf, thisProcess } from "../processes/index.ts";
import type { ProcessIdentity } from "../processes/index.ts";
import { readingIfThere } from "./file-problems.ts";

/** Who holds a lock: the fields of the Pulumi CLI and, in locks of this program, the identity of the process. */
interface LockHolder extends Partial<ProcessIdentity> {
  pid: number;
  username: string;
  hostname: string;
  /** ISO 8601. */
  timestamp: string;
}

const word = z._default(z.string(), "");
const holderSchema = z.object({
  pid: z.int(),
  username: word,
  hostname: word,
  timestamp: word,
  platform: z.optional(z.string()),
  bootId: z.optional(z.string()),
  pidNamespace: z.optional(z.string()),
  startTime: z.optional(z.string()),
});

/** A lock file of another run. */
export interface ForeignLock {
  path: string;
  /** Absent when the file does not say. */
  holder?: LockHolder;
}

/** The text of a lock file of this process. The Pulumi CLI ignores fields that it does not know. */
export function ownLock(): string {
  const holder: LockHolder = { ...thisProcess(), username: username(), timestamp: new Date().toISOString() };
  return JSON.stringify(holder);
}

/** Reads another run's lock file; `undefined` when it is gone. */
export async function readLock(path: string): Promise<ForeignLock | undefined> {
  const text = await readingIfThere(path, () => readFile(path, "utf8"));
  if (text === undefined) return undefined;
  try {
    const parsed = holderSchema.safeParse(JSON.parse(text));
    return parsed.success ? { path, holder: parsed.data } : { path };
  } catch {
    return { path };
  }
}

/** Whether a lock's holder has certainly ended. */
export function isLeftBehind({ path, holder }: ForeignLock): boolean {
  return holder !== undefined && livenessOf(holder, path) === "dead";
}

/** Who holds a lock, for a message. */
export function describeHolder({ path, holder }: ForeignLock): string {
  if (!holder) return `an unreadable lock file (${path})`;
  const { username: user, hostname, pid, timestamp } = holder;
  return `${user}@${hostname} (pid ${pid}) since ${timestamp}`;
}

/** What to do about a lock. */
export function unlockHint({ path, holder }: ForeignLock): string {
  const remove = `remove ${path} or run pulumi cancel`;
  if (holder && livenessOf(holder, path) === "alive") return `wait for that run to end, or end it`;
  return `wait for that run to end; it is not known here whether it still runs. If it has ended, ${remove}`;
}

function username(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
