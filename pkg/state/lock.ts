import { randomUUID } from "node:crypto";
import { mkdir, readFile, readdir, unlink } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StateProblem, diagnostic } from "../diagnostics/index.ts";
import { placeWhole } from "./atomic-write.ts";

interface Holder {
  pid: number;
  username: string;
  hostname: string;
  timestamp: string;
}

const TRIES = 4;

/**
 * Takes a stack's lock by Pulumi's protocol: fail if another lock file is there, write ours, look again. Locks of dead
 * processes of this host are removed. When two runs collide in the middle, both step back and try again.
 * @param folder the stack's lock folder.
 * @returns a function that releases the lock.
 * @throws StateProblem that names the holder.
 */
export async function takeLock(folder: string, stack: string): Promise<() => Promise<void>> {
  const own = `${randomUUID()}.json`;
  await mkdir(folder, { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    const before = await foreignLocks(folder, own);
    if (before.length > 0) throw locked(stack, folder, before);
    const holder: Holder = {
      pid: process.pid,
      username: username(),
      hostname: hostname(),
      timestamp: new Date().toISOString(),
    };
    // Half a lock would name no holder and stay; and Pulumi takes any file in this folder for a lock.
    await placeWhole(join(folder, own), JSON.stringify(holder), `${folder}.${own}.tmp`);
    const after = await foreignLocks(folder, own);
    const release = async (): Promise<void> => {
      await unlink(join(folder, own)).catch(() => {});
    };
    if (after.length === 0) return release;
    await release();
    if (attempt === TRIES) throw locked(stack, folder, after);
    await sleep(Math.random() * 50 * 2 ** attempt);
  }
}

async function foreignLocks(folder: string, own: string): Promise<(Holder | undefined)[]> {
  const holders: (Holder | undefined)[] = [];
  for (const name of await readdir(folder)) {
    if (name === own || !name.endsWith(".json")) continue;
    const holder = await readHolder(join(folder, name));
    if (holder === "gone") continue;
    if (holder && isDead(holder)) await unlink(join(folder, name)).catch(() => {});
    else holders.push(holder);
  }
  return holders;
}

async function readHolder(path: string): Promise<Holder | undefined | "gone"> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as Holder;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "gone" : undefined;
  }
}

/** Only a process of this host can be asked whether it lives. */
function isDead(holder: Holder): boolean {
  if (holder.hostname !== hostname() || !Number.isInteger(holder.pid)) return false;
  if (holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function locked(stack: string, folder: string, holders: readonly (Holder | undefined)[]): StateProblem {
  const [holder] = holders;
  const who = holder
    ? `${holder.username}@${holder.hostname} (pid ${holder.pid}) since ${holder.timestamp}`
    : "an unreadable lock file";
  return new StateProblem(
    diagnostic("state-locked", `stack ${stack} is locked by ${who}`, {
      hint: `wait for that run to end; if it is dead, remove the lock files in ${folder} or run pulumi cancel`,
    }),
  );
}

function username(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
