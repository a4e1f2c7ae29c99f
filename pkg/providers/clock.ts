import { setTimeout as sleep } from "node:timers/promises";

/** Time, so that tests need not wait for it. All in milliseconds. */
export interface Clock {
  /** Since the epoch. */
  now(): number;
  /** Since some moment; never set back. */
  steady(): number;
  /** @throws the signal's reason when it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};
