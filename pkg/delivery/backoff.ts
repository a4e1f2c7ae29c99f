/** How long to wait between tries, in milliseconds. */
export interface RetryPolicy {
  initialMs: number;
  maxMs: number;
  /** Events that fail for so long become dead letters. Without it they are tried for ever. */
  giveUpAfterMs?: number;
}

/** The longest wait, whatever `Retry-After` says. */
const LONGEST_MS = 3_600_000;

/**
 * Milliseconds to wait after a failure: doubled each time, with full jitter (AWS Architecture Blog, "Exponential Backoff
 * And Jitter"), and never less than half, so that tries stay apart. What the other side asked for goes first.
 * @param failures how many in a row, 1 after the first.
 * @param random between 0 and 1.
 */
export function waitAfter(failures: number, policy: RetryPolicy, random: number, asked?: number): number {
  if (asked !== undefined) return Math.min(Math.max(asked, 0), LONGEST_MS);
  const ceiling = Math.min(policy.maxMs, policy.initialMs * 2 ** Math.min(failures - 1, 30));
  return ceiling / 2 + (random * ceiling) / 2;
}
