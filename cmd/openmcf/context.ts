import type { Terminal } from "../../pkg/report/terminal.ts";

/** What a command may touch of the world. */
export interface Context {
  terminal: Terminal;
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Aborted by the first Ctrl-C. Without a look at it, Ctrl-C ends the process at once. */
  signal: AbortSignal;
  stdin: () => Promise<Uint8Array>;
}

/** Exit codes (design §3.1). */
export const EXIT = {
  done: 0,
  failed: 1,
  changesPending: 2,
  invalidInput: 3,
  state: 4,
  notApproved: 5,
  bug: 70,
  interrupted: 130,
} as const;

/** A command: gets what was typed, gives the exit code. */
export type Command<Flags> = (context: Context, flags: Flags) => Promise<number>;
