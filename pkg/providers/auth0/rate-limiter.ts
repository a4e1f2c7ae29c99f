import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";

/** What an answer's headers say of the bucket. */
interface Observation {
  limit: number;
  remaining: number;
}

/** Where requests and refill have been counted from. */
interface Anchor {
  at: number;
  remaining: number;
  requests: number;
}

/** The slowest plan that Auth0 documents refills 2 requests a second. */
const SLOWEST_RATE = 2;
/** Stay this much below the rate we measured, for clocks and for other users of the tenant. */
const MARGIN = 0.98;
/** Refill is whole tokens: a shorter measurement would be mostly rounding. */
const MIN_REFILL = 3;

/**
 * Paces requests to one tenant so that few are refused. Auth0 limits by a token bucket and says what is left of it
 * (`x-ratelimit-limit`, `x-ratelimit-remaining`). It does not say how fast the bucket refills, so that is measured: what
 * is left now, less what was left, plus the requests made in between. No request waits before the first such answer.
 */
export class RateLimiter {
  #tokens = Number.POSITIVE_INFINITY;
  #limit = Number.POSITIVE_INFINITY;
  #rate = SLOWEST_RATE;
  #updated = 0;
  #answered = 0;
  #inFlight = 0;
  #anchor: Anchor | undefined;
  #blockedUntil = 0;
  #queue: Promise<void> = Promise.resolve();
  readonly #clock: Pick<Clock, "steady" | "sleep">;

  constructor(clock: Pick<Clock, "steady" | "sleep"> = systemClock) {
    this.#clock = clock;
  }

  /** Waits for this request's turn; turns come in the order asked. @throws when `signal` aborts. */
  async acquire(signal: AbortSignal): Promise<void> {
    const turn = this.#queue.then(() => this.#wait(signal));
    this.#queue = turn.catch(() => {});
    await turn;
  }

  /** Ends a request that was acquired. @param headers of its answer; absent when no answer came. */
  release(headers?: Record<string, string | string[] | undefined>): void {
    this.#inFlight -= 1;
    this.#answered += 1;
    const observation = headers && read(headers);
    if (observation) this.#learn(observation);
  }

  /** Holds all requests back after a refusal; the bucket counts as empty. @param ms how long. */
  block(ms: number): void {
    this.#blockedUntil = Math.max(this.#blockedUntil, this.#clock.steady() + ms);
    if (Number.isFinite(this.#tokens)) this.#tokens = Math.min(this.#tokens, 0);
    this.#anchor = undefined;
  }

  async #wait(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const now = this.#clock.steady();
      this.#refill(now);
      const pause = this.#blockedUntil - now;
      const short = 1 - this.#tokens;
      const wait = Math.max(pause, short > 0 ? (short / (this.#rate * MARGIN)) * 1000 : 0);
      if (wait <= 0) break;
      await this.#clock.sleep(Math.ceil(wait), signal);
    }
    this.#tokens -= 1;
    this.#inFlight += 1;
  }

  #refill(now: number): void {
    if (Number.isFinite(this.#tokens)) {
      const seconds = Math.max(0, now - this.#updated) / 1000;
      this.#tokens = Math.min(this.#limit, this.#tokens + seconds * this.#rate * MARGIN);
    }
    this.#updated = now;
  }

  #learn({ limit, remaining }: Observation): void {
    const now = this.#clock.steady();
    this.#measure(now, remaining, limit);
    this.#limit = limit;
    this.#refill(now);
    // Requests under way may or may not be counted in `remaining` yet; suppose that they are not.
    this.#tokens = remaining - this.#inFlight;
  }

  #measure(now: number, remaining: number, limit: number): void {
    // A full bucket hides refill, so nothing can be measured from it.
    if (!this.#anchor || remaining >= limit - 1) {
      this.#anchor = { at: now, remaining, requests: this.#answered };
      return;
    }
    const seconds = (now - this.#anchor.at) / 1000;
    const refill = remaining - this.#anchor.remaining + (this.#answered - this.#anchor.requests);
    if (seconds < 0.25 || refill < MIN_REFILL) return;
    // Both readings are rounded down, so the true refill is up to one token off either way.
    this.#rate = Math.max(SLOWEST_RATE / 4, (refill - 0.5) / seconds);
    if (seconds > 10) this.#anchor = { at: now, remaining, requests: this.#answered };
  }
}

/** A bucket of less than one token, or one in debt, would hold requests back for ever: no such header is believed. */
function read(headers: Record<string, string | string[] | undefined>): Observation | undefined {
  const limit = Number(headers["x-ratelimit-limit"] ?? Number.NaN);
  const remaining = Number(headers["x-ratelimit-remaining"] ?? Number.NaN);
  if (!Number.isFinite(limit) || !Number.isFinite(remaining) || limit < 1) return undefined;
  return { limit, remaining: Math.min(limit, Math.max(0, remaining)) };
}
