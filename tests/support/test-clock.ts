import type { Clock } from "../../pkg/providers/clock.ts";

/** A clock without waiting: sleeping moves it on. */
export class TestClock implements Clock {
  /** Milliseconds since the epoch. */
  time = Date.parse("2026-01-01T00:00:00Z");
  /** What was slept, in order. */
  readonly sleeps: number[] = [];

  now = (): number => this.time;
  steady = (): number => this.time;
  sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    this.sleeps.push(ms);
    this.time += ms;
  };
}
