import type { Clock } from "../clock.ts";
import { UnknownOutcome, apiError, unreachable } from "./failures.ts";
import { NoAnswer, OversizedAnswer } from "./transport.ts";
import type { Answer } from "./transport.ts";

/** How long one call may take with all its retries. */
const DEADLINE_MS = 180_000;
const MAX_RETRIES = 4;
const MAX_REFUSALS = 20;

/** A request that may be sent several times. */
export interface Repeated {
  /** Method and path, for messages. */
  what: string;
  domain: string;
  /** Whether sending it twice does no harm. */
  isRepeatable: boolean;
  signal: AbortSignal;
  clock: Clock;
  /** Texts that an answer may repeat and no message may show. */
  secrets: () => readonly string[];
  attempt: () => Promise<Answer>;
  /** Waits, or has the next attempt wait, after a refusal for the rate. */
  pause: (ms: number) => Promise<void>;
}

/**
 * Repeats a request until it is answered for good. A refusal for its rate (429) had no effect and is repeated; a failure
 * of the server or the connection only where repeating does no harm.
 * @returns an answer with a status below 300.
 * @throws ApiError for a refusal; UnknownOutcome when the request may have had its effect; RemoteFailure when it had none.
 */
export async function repeat(request: Repeated): Promise<Answer> {
  const { what, isRepeatable, signal, clock, pause, secrets } = request;
  const deadline = clock.now() + DEADLINE_MS;
  let refusals = 0;
  for (let failures = 0; ;) {
    const outcome = await outcomeOf(request);
    if (!(outcome instanceof NoAnswer) && outcome.status === 429) {
      refusals += 1;
      const wait = waitAfterRefusal(outcome, clock);
      if (refusals > MAX_REFUSALS || clock.now() + wait > deadline)
        throw apiError(what, outcome, secrets(), `still refused after ${refusals} tries`);
      await pause(wait);
      continue;
    }
    if (!(outcome instanceof NoAnswer) && outcome.status < 500) return accepted(what, outcome, secrets);
    const mayHaveEffect = outcome instanceof NoAnswer ? outcome.maySent : true;
    if (!isRepeatable && mayHaveEffect)
      throw new UnknownOutcome(what, outcome instanceof NoAnswer ? outcome.message : `it answered ${outcome.status}`);
    failures += 1;
    const wait = Math.min(8000, 250 * 2 ** failures) * (0.5 + Math.random() / 2);
    if (failures > MAX_RETRIES || clock.now() + wait > deadline) {
      if (outcome instanceof NoAnswer) throw unreachable(request.domain, what, outcome, failures);
      throw apiError(what, outcome, secrets(), `after ${failures} tries`);
    }
    await clock.sleep(wait, signal);
  }
}

async function outcomeOf({ what, signal, attempt }: Repeated): Promise<Answer | NoAnswer> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof OversizedAnswer) throw new UnknownOutcome(what, error.message);
    if (!(error instanceof NoAnswer)) throw error;
    signal.throwIfAborted();
    return error;
  }
}

/** The Management API never redirects: a 3xx is a proxy's or a login page's. */
function accepted(what: string, answer: Answer, secrets: Repeated["secrets"]): Answer {
  if (answer.status >= 400) throw apiError(what, answer, secrets());
  if (answer.status >= 300) throw new UnknownOutcome(what, `it answered ${answer.status}, a redirect`);
  return answer;
}

/** From `retry-after` (seconds), else `x-ratelimit-reset` (epoch seconds), else a second; with jitter, so that waiters spread. */
function waitAfterRefusal({ headers }: Answer, clock: Clock): number {
  const after = Number(headers["retry-after"] ?? Number.NaN);
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN);
  const wait = Number.isFinite(after) ? after * 1000 : Number.isFinite(reset) ? reset * 1000 - clock.now() : 1000;
  return Math.min(60_000, Math.max(200, wait)) + Math.random() * 250;
}
