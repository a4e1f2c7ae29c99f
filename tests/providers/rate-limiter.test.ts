import { describe, expect, test } from "vitest";
import { RateLimiter } from "../../pkg/providers/auth0/rate-limiter.ts";
import { TestClock } from "../support/test-clock.ts";

const { signal } = new AbortController();

/** A tenant's token bucket, as Auth0 documents it. */
class Bucket {
  readonly #clock: TestClock;
  readonly #limit: number;
  readonly #rate: number;
  #tokens: number;
  #at: number;
  refused = 0;

  constructor(clock: TestClock, limit: number, rate: number) {
    this.#clock = clock;
    this.#limit = limit;
    this.#rate = rate;
    this.#tokens = limit;
    this.#at = clock.time;
  }

  /** Headers of the answer; `undefined` for a refusal. */
  ask(): Record<string, string> | undefined {
    this.#tokens = Math.min(this.#limit, this.#tokens + ((this.#clock.time - this.#at) / 1000) * this.#rate);
    this.#at = this.#clock.time;
    if (this.#tokens < 1) {
      this.refused += 1;
      return undefined;
    }
    this.#tokens -= 1;
    return { "x-ratelimit-limit": String(this.#limit), "x-ratelimit-remaining": String(Math.floor(this.#tokens)) };
  }
}

async function run(requests: number, limit: number, rate: number) {
  const clock = new TestClock();
  const bucket = new Bucket(clock, limit, rate);
  const limiter = new RateLimiter(clock);
  const started = clock.time;
  for (let done = 0; done < requests;) {
    await limiter.acquire(signal);
    clock.time += 20;
    const headers = bucket.ask();
    limiter.release(headers);
    if (headers) done += 1;
    else limiter.block(1000);
  }
  return { refused: bucket.refused, seconds: (clock.time - started) / 1000 };
}

describe("pacing", () => {
  test.each([
    [10, 2],
    [50, 5],
    [100, 20],
    [15, 10],
  ])("a bucket of %i that refills %i a second: no request is refused, and little time is lost", async (limit, rate) => {
    const requests = 20 * limit;
    const { refused, seconds } = await run(requests, limit, rate);
    expect(refused).toBe(0);
    expect(seconds).toBeLessThan(1.3 * ((requests - limit) / rate) + requests * 0.02);
  });

  test("a refusal holds back all requests for as long as it says", async () => {
    const clock = new TestClock();
    const limiter = new RateLimiter(clock);
    limiter.block(5000);
    const before = clock.time;
    await Promise.all([limiter.acquire(signal), limiter.acquire(signal)]);
    expect(clock.time - before).toBe(5000);
  });

  test.each([
    { "x-ratelimit-limit": "10", "x-ratelimit-remaining": "-1000000000" },
    { "x-ratelimit-limit": "0.5", "x-ratelimit-remaining": "0" },
    { "x-ratelimit-limit": "-1", "x-ratelimit-remaining": "0" },
    { "x-ratelimit-limit": "x", "x-ratelimit-remaining": "NaN" },
    { "x-ratelimit-limit": "1e308", "x-ratelimit-remaining": "0" },
  ])("headers that would stop everything do not: %j", async (headers) => {
    const clock = new TestClock();
    const limiter = new RateLimiter(clock);
    await limiter.acquire(signal);
    limiter.release(headers);
    const before = clock.time;
    await limiter.acquire(signal);
    expect(clock.time - before).toBeLessThan(3000);
  });

  test("an abort ends the waiting", async () => {
    const stop = new AbortController();
    const limiter = new RateLimiter(new TestClock());
    limiter.block(1000);
    stop.abort(new Error("stopped"));
    await expect(limiter.acquire(stop.signal)).rejects.toThrow("stopped");
  });
});
