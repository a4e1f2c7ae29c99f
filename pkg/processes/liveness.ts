import { statfsSync } from "node:fs";
import { startTimeOf, thisProcess } from "./identity.ts";
import type { ProcessIdentity } from "./identity.ts";

/** Whether a process still runs. `unknown` when this process cannot find out. */
export type Liveness = "alive" | "dead" | "unknown";

/** What the current process can see of others. */
export interface Observer {
  self: ProcessIdentity;
  /** Whether a process of this pid namespace has that pid. */
  exists(pid: number): boolean;
  /** Start time of a process of this pid namespace, if it can be read. */
  startTimeOf(pid: number): string | undefined;
  /** Whether only one running kernel at a time can have the file system mounted. */
  isLocalFileSystem(): boolean;
}

/**
 * Whether the process that left a record in a folder still runs.
 * @param holder the identity in the record. Records of other tools may lack most of it.
 * @param folder where the record is; its file system may show that no other machine can be using it.
 */
export function livenessOf(holder: Partial<ProcessIdentity>, folder: string): Liveness {
  return judge(holder, {
    self: thisProcess(),
    exists,
    startTimeOf,
    isLocalFileSystem: () => isLocalFileSystem(folder),
  });
}

/** The decision of {@link livenessOf}. `dead` is certain; everything doubtful is `unknown`. */
export function judge(holder: Partial<ProcessIdentity>, observer: Observer): Liveness {
  const { self } = observer;
  const { pid } = holder;
  if (pid === undefined || !Number.isSafeInteger(pid) || pid <= 0) return "unknown";
  if (holder.bootId && self.bootId && holder.bootId !== self.bootId)
    return observer.isLocalFileSystem() ? "dead" : "unknown";
  if (!isSameNamespace(holder, self)) return "unknown";
  if (!observer.exists(pid)) return "dead";
  const startTime = observer.startTimeOf(pid);
  const isReused = startTime !== undefined && holder.startTime !== undefined && startTime !== holder.startTime;
  return isReused ? "dead" : "alive";
}

/** Whether a pid means the same process to both. Other platforms than Linux have no pid namespaces. */
function isSameNamespace(holder: Partial<ProcessIdentity>, self: ProcessIdentity): boolean {
  // Machines that run from one memory image share boot id and namespace, but are given names of their own.
  if (holder.hostname !== self.hostname || holder.platform !== self.platform) return false;
  if (self.platform !== "linux") return true;
  return (
    self.bootId !== undefined &&
    self.pidNamespace !== undefined &&
    holder.bootId === self.bootId &&
    holder.pidNamespace === self.pidNamespace
  );
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** `f_type` of file systems that one kernel has for itself (man 2 statfs): ext2/3/4, XFS, Btrfs, tmpfs, overlayfs, F2FS, ZFS. */
const LOCAL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0xf2f52010, 0x2fc12fc1,
]);

function isLocalFileSystem(folder: string): boolean {
  try {
    return LOCAL_FILE_SYSTEMS.has(statfsSync(folder).type);
  } catch {
    return false;
  }
}
