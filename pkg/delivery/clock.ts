import { setTimeout as sleep } from "node:timers/promises";

/** Time, as everything in here sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds since 1970. It may jump. */
  now(): number;
  /** Ends early, without an error, when `signal` is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  sleep: async (ms, signal) => {
    await sleep(ms, undefined, signal ? { signal } : {}).catch(() => {});
  },
};
