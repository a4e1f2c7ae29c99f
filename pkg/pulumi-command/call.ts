import type { EmbeddedEngine } from "../engine/index.ts";
import type { FileBackend, Passphrase } from "../state/index.ts";
import type { Arguments } from "./arguments.ts";
import type { StackConfig } from "./stack-config.ts";

/** The embedded engine answers as this version of the CLI would. */
export const CLI_VERSION = "3.270.0";

/** What a verb works with. */
export interface Call {
  args: Arguments;
  project: string;
  /** Of `--stack`, without organization and project. */
  stack: string;
  cwd: string;
  engine: EmbeddedEngine;
  backend: FileBackend;
  config: StackConfig;
  passphrase: Passphrase;
  /** Writes to the caller's stdout. */
  out: (text: string) => void;
  signal: AbortSignal;
}

/** A refusal in the CLI's own words: Automation API tells its errors apart by them. */
export class Refusal extends Error {
  override name = "Refusal";
}
