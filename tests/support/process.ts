import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import type { Readable, Writable } from "node:stream";

/** A process whose three streams are pipes. */
export type PipedProcess = ChildProcess & { stdin: Writable; stdout: Readable; stderr: Readable };

/**
 * Starts Node as a process that ends with this one, even when this one is killed.
 * @param args what follows `node`.
 */
export function startNode(
  args: readonly string[],
  { cwd, env }: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): PipedProcess {
  return spawn(process.execPath, ["--require", resolve("tests/support/end-with-parent.cjs"), ...args], {
    stdio: ["pipe", "pipe", "pipe", "ipc"],
    ...(cwd ? { cwd } : {}),
    ...(env ? { env } : {}),
  }) as PipedProcess;
}
