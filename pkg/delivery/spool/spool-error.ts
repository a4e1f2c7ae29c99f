import type { SpoolFault } from "./messages.ts";

/**
 * The spool did not take what it was given, and nothing of it is kept. `busy`: too much is waiting for the disk.
 * `closed`: it is stopping. For the others see {@link SpoolFault}; there `full` also means its own bound.
 */
export class SpoolError extends Error {
  override name = "SpoolError";
  readonly code: SpoolFault["code"] | "busy" | "closed";

  constructor(code: SpoolError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
