import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { AccessTokens } from "./access-token.ts";
import type { TokenInfo } from "./access-token.ts";
import type { Auth0Credentials } from "./credentials.ts";
import { UnknownOutcome, isNotFound, parsed } from "./failures.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { repeat } from "./repeat.ts";
import { REQUEST_TIMEOUT_MS, USER_AGENT, send } from "./transport.ts";
import type { Answer } from "./transport.ts";
import { wireEventStream, wireEventStreamPage } from "./wire.ts";
import type { WireEventStream, WireEventStreamBody } from "./wire.ts";

const PAGE_SIZE = 100;
/** Far more streams than a tenant may have: a walk that is longer goes in circles. */
const MAX_PAGES = 1000;
/** How long reading all pages may take. */
const WALK_DEADLINE_MS = 10 * 60_000;

/** The Management API of one tenant: one token for its lifetime, one rate limiter, bounded retries. */
export class Auth0Client {
  readonly #credentials: Auth0Credentials;
  readonly #origin: string;
  readonly #clock: Clock;
  readonly #limiter: RateLimiter;
  readonly #tokens: AccessTokens;

  constructor(credentials: Auth0Credentials, clock: Clock = systemClock) {
    this.#credentials = credentials;
    this.#origin = credentials.baseUrl ?? `https://${credentials.domain}`;
    this.#clock = clock;
    this.#limiter = new RateLimiter(clock);
    this.#tokens = new AccessTokens(credentials, this.#origin, clock);
  }

  get domain(): string {
    return this.#credentials.domain;
  }

  /** Creates a stream. @throws UnknownOutcome when it may or may not have been created. */
  async createEventStream(body: WireEventStreamBody, signal: AbortSignal): Promise<WireEventStream> {
    return parsed(wireEventStream, ...(await this.call("POST", "/event-streams", signal, body)));
  }

  async updateEventStream(id: string, body: WireEventStreamBody, signal: AbortSignal): Promise<WireEventStream> {
    return parsed(wireEventStream, ...(await this.call("PATCH", pathOf(id), signal, body)));
  }

  /** The stream, or `undefined` when Auth0 says that there is none of that id. */
  async getEventStream(id: string, signal: AbortSignal): Promise<WireEventStream | undefined> {
    try {
      return parsed(wireEventStream, ...(await this.call("GET", pathOf(id), signal)));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /**
   * Deletes a stream. It is gone only when Auth0 says so: by 204, or by a 404 of its own.
   * @throws UnknownOutcome for every other answer below 400, such as the page of a proxy.
   */
  async deleteEventStream(id: string, signal: AbortSignal): Promise<void> {
    try {
      const [what, answer] = await this.call("DELETE", pathOf(id), signal);
      if (answer.status !== 204) throw new UnknownOutcome(what, `it answered ${answer.status}, and not 204`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /**
   * All streams of the tenant, a page of 100 at a time.
   * @throws UnknownOutcome when the pages go in circles, or do not end.
   */
  async *listEventStreams(signal: AbortSignal): AsyncGenerator<WireEventStream[]> {
    const seen = new Set<string>();
    const deadline = this.#clock.now() + WALK_DEADLINE_MS;
    for (let from: string | undefined; ;) {
      const query = `?take=${PAGE_SIZE}${from === undefined ? "" : `&from=${encodeURIComponent(from)}`}`;
      const [what, answer] = await this.call("GET", `/event-streams${query}`, signal);
      const { eventStreams, next } = parsed(wireEventStreamPage, what, answer);
      yield eventStreams;
      if (typeof next !== "string") return;
      if (seen.has(next)) throw new UnknownOutcome(what, "its pages go in circles");
      if (seen.size >= MAX_PAGES || this.#clock.now() > deadline)
        throw new UnknownOutcome(what, "its pages do not end");
      seen.add(next);
      from = next;
    }
  }

  /** The token in use, fetched when there is none. */
  token(signal: AbortSignal): Promise<TokenInfo> {
    return this.#tokens.get(signal);
  }

  /**
   * One call of the API.
   * @param path below `/api/v2`, with its query.
   * @returns method and path for messages, and the answer, whose status is below 300.
   * @throws ApiError when the API refuses; UnknownOutcome when a POST may have had its effect.
   */
  async call(method: string, path: string, signal: AbortSignal, body?: object): Promise<[string, Answer]> {
    const what = `${method} /api/v2${path.replace(/\?.*/, "")}`;
    let isRenewed = false;
    const attempt = async (): Promise<Answer> => {
      const { token } = await this.#tokens.get(signal);
      const answer = await this.#send(method, path, token, signal, body);
      if (answer.status !== 401 || isRenewed || !this.#tokens.isRenewable) return answer;
      // Revoked or rotated before its time: one more, once.
      isRenewed = true;
      this.#tokens.discard(token);
      return attempt();
    };
    const answer = await repeat({
      what,
      domain: this.domain,
      isRepeatable: method !== "POST",
      signal,
      clock: this.#clock,
      secrets: () => this.#tokens.secrets,
      attempt,
      pause: async (ms) => this.#limiter.block(ms),
    });
    return [what, answer];
  }

  async #send(method: string, path: string, token: string, signal: AbortSignal, body?: object): Promise<Answer> {
    await this.#limiter.acquire(signal);
    let answer: Answer | undefined;
    try {
      answer = await send({
        method,
        url: `${this.#origin}/api/v2${path}`,
        headers: {
          authorization: `Bearer ${token}`,
          "user-agent": USER_AGENT,
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        timeoutMs: REQUEST_TIMEOUT_MS,
        signal,
      });
      return answer;
    } finally {
      this.#limiter.release(answer?.headers);
    }
  }
}

function pathOf(id: string): string {
  return `/event-streams/${encodeURIComponent(id)}`;
}
