import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Identifies a process across machines, boots and containers, and after its pid was used again. */
export interface ProcessIdentity {
  pid: number;
  hostname: string;
  /** As `process.platform`. */
  platform: string;
  /** Linux only: identifies this boot of the kernel, the same in all containers. */
  bootId?: string;
  /** Linux only: identifies the pid namespace, as `pid:[4026531836]`. Each container usually has its own. */
  pidNamespace?: string;
  /** Linux only: when the process started, in clock ticks since boot. */
  startTime?: string;
}

let known: ProcessIdentity | undefined;

/** The identity of the current process. Fields that the platform does not have are absent. */
export function thisProcess(): ProcessIdentity {
  return (known ??= readIdentity());
}

function readIdentity(): ProcessIdentity {
  const bootId = attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const pidNamespace = attempt(() => readlinkSync("/proc/self/ns/pid"));
  const startTime = attempt(() => startTimeIn(readFileSync("/proc/self/stat", "utf8")));
  return {
    pid: process.pid,
    hostname: hostname(),
    platform: process.platform,
    ...(bootId ? { bootId } : {}),
    ...(pidNamespace ? { pidNamespace } : {}),
    ...(startTime ? { startTime } : {}),
  };
}

/**
 * The start time of another process of this pid namespace. `undefined` when it cannot be read: there is no such process,
 * or `/proc` is hidden or belongs to another namespace.
 */
export function startTimeOf(pid: number): string | undefined {
  // A /proc mounted outside this namespace lists other processes under the same numbers.
  const isOwnProc = attempt(() => readlinkSync("/proc/self")) === String(process.pid);
  return isOwnProc ? attempt(() => startTimeIn(readFileSync(`/proc/${pid}/stat`, "utf8"))) : undefined;
}

/** Field 22 of `/proc/PID/stat` (man 5 proc_pid_stat). The command's name, field 2, may hold blanks and parentheses. */
function startTimeIn(stat: string): string | undefined {
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
