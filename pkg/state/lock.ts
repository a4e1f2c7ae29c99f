import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StateProblem, diagnostic } from "../diagnostics/index.ts";
import { makeFolder, placeWhole, removeFile } from "./atomic-write.ts";
import { reading, writing } from "./file-problems.ts";
import { describeHolder, isLeftBehind, ownLock, readLock, unlockHint } from "./lock-holder.ts";
import type { ForeignLock } from "./lock-holder.ts";

const TRIES = 4;

/**
 * Takes a stack's lock by Pulumi's protocol: fail if another lock file is there, write ours, look again. Locks whose
 * process has certainly ended are removed. When two runs collide in the middle, both step back and try again.
 * @param folder the stack's lock folder.
 * @returns a function that releases the lock.
 * @throws StateProblem that names the holder.
 */
export async function takeLock(folder: string, stack: string): Promise<() => Promise<void>> {
  const own = join(folder, `${randomUUID()}.json`);
  await writing(folder, () => makeFolder(folder));
  const release = (): Promise<void> => writing(own, () => removeFile(own));
  for (let attempt = 1; ; attempt += 1) {
    const [before] = await foreignLocks(folder, own);
    if (before) throw locked(stack, before);
    // Half a lock would name no holder and stay. Pulumi takes any file in the folder for a lock: the temporary file is beside it.
    await writing(own, () => placeWhole(own, ownLock(), folder));
    const [after] = await foreignLocks(folder, own);
    if (!after) return release;
    await release();
    if (attempt === TRIES) throw locked(stack, after);
    await sleep(Math.random() * 50 * 2 ** attempt);
  }
}

async function foreignLocks(folder: string, own: string): Promise<ForeignLock[]> {
  const locks: ForeignLock[] = [];
  for (const name of await reading(folder, () => readdir(folder))) {
    const path = join(folder, name);
    if (path === own || !name.endsWith(".json")) continue;
    const lock = await readLock(path);
    if (!lock) continue;
    if (isLeftBehind(lock)) await writing(path, () => removeFile(path));
    else locks.push(lock);
  }
  return locks;
}

function locked(stack: string, lock: ForeignLock): StateProblem {
  return new StateProblem(
    diagnostic("state-locked", `stack ${stack} is locked by ${describeHolder(lock)}`, { hint: unlockHint(lock) }),
  );
}
