import type { Clock } from "./clock.ts";

/** How {@link retry} goes about it. */
export interface Retrying {
  /** Whether a failure may go away by itself. */
  isTransient: (error: unknown) => boolean;
  /** Waits between the tries, in milliseconds. */
  delays: readonly number[];
  clock: Clock;
  signal: AbortSignal;
}

/** Does work, and again while it fails for a reason that may pass. @throws the last failure. */
export async function retry<T>(work: () => Promise<T>, { isTransient, delays, clock, signal }: Retrying): Promise<T> {
  for (const delay of delays) {
    try {
      return await work();
    } catch (error) {
      if (!isTransient(error)) throw error;
      await clock.sleep(delay, signal);
    }
  }
  return work();
}
