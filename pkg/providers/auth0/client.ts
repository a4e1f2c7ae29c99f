import { setTimeout as sleep } from "node:timers/promises";
import { RemoteFailure, diagnostic } from "../../diagnostics/index.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import type { Auth0Credentials } from "./credentials.ts";
import { RateLimiter } from "./rate-limiter.ts";
import { NoAnswer, send } from "./transport.ts";
import type { Answer } from "./transport.ts";
import type { WireError, WireEventStream, WireEventStreamBody } from "./wire.ts";

const USER_AGENT = "auth0-streams";
const REQUEST_TIMEOUT_MS = 30_000;
/** How long one call may take with all its retries. */
const DEADLINE_MS = 180_000;
const MAX_RETRIES = 4;
const MAX_REFUSALS = 20;
const PAGE_SIZE = 100;

/** A request whose effect is not known: it was sent, and no usable answer came. */
export class UnknownOutcome extends RemoteFailure {
  override name = "UnknownOutcome";

  constructor(why: string) {
    super(diagnostic("operation-failed", `no usable answer came: ${why}`));
  }
}

/** An error answer of the API. */
export class ApiError extends RemoteFailure {
  override name = "ApiError";
  readonly status: number;

  constructor(status: number, problem: Diagnostic) {
    super(problem);
    this.status = status;
  }
}

/** What an access token allows. */
export interface TokenInfo {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  scopes?: string[];
}

/** The Management API of one tenant: one token for its lifetime, one rate limiter, bounded retries. */
export class Auth0Client {
  readonly #credentials: Auth0Credentials;
  readonly #limiter = new RateLimiter();
  #token: Promise<TokenInfo> | undefined;

  constructor(credentials: Auth0Credentials) {
    this.#credentials = credentials;
  }

  get domain(): string {
    return this.#credentials.domain;
  }

  /** Creates a stream. @throws UnknownOutcome when it may or may not have been created. */
  async createEventStream(body: WireEventStreamBody, signal: AbortSignal): Promise<WireEventStream> {
    return parse(await this.#call("POST", "/event-streams", signal, body));
  }

  async updateEventStream(id: string, body: WireEventStreamBody, signal: AbortSignal): Promise<WireEventStream> {
    return parse(await this.#call("PATCH", `/event-streams/${encodeURIComponent(id)}`, signal, body));
  }

  /** The stream, or `undefined` when there is none of that id. */
  async getEventStream(id: string, signal: AbortSignal): Promise<WireEventStream | undefined> {
    try {
      return parse(await this.#call("GET", `/event-streams/${encodeURIComponent(id)}`, signal));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    }
  }

  async deleteEventStream(id: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#call("DELETE", `/event-streams/${encodeURIComponent(id)}`, signal);
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
    }
  }

  /** All streams of the tenant, a page of 100 at a time. */
  async *listEventStreams(signal: AbortSignal): AsyncGenerator<WireEventStream[]> {
    let from: string | undefined;
    do {
      const query = `?take=${PAGE_SIZE}${from === undefined ? "" : `&from=${encodeURIComponent(from)}`}`;
      const page: { eventStreams: WireEventStream[]; next?: string } = parse(
        await this.#call("GET", `/event-streams${query}`, signal),
      );
      yield page.eventStreams;
      from = page.next;
    } while (from !== undefined);
  }

  /** The token in use, fetched when there is none. */
  token(signal: AbortSignal): Promise<TokenInfo> {
    this.#token ??= this.#fetchToken(signal).catch((error: unknown) => {
      this.#token = undefined;
      throw error;
    });
    return this.#token;
  }

  async #call(method: string, path: string, signal: AbortSignal, body?: object): Promise<Answer> {
    const what = `${method} /api/v2${path.replace(/\?.*/, "")}`;
    let isTokenFresh = false;
    return this.#retry(what, method !== "POST", signal, async () => {
      const { token, expiresAt } = await this.token(signal);
      if (expiresAt < Date.now()) {
        this.#token = undefined;
        return "again";
      }
      await this.#limiter.acquire(signal);
      let answer: Answer | undefined;
      try {
        answer = await send({
          method,
          url: `${this.#origin()}/api/v2${path}`,
          headers: { authorization: `Bearer ${token}`, ...headersFor(body, "application/json") },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          timeoutMs: REQUEST_TIMEOUT_MS,
          signal,
        });
      } finally {
        this.#limiter.release(answer?.headers);
      }
      if (answer.status === 401 && !isTokenFresh && !this.#credentials.apiToken) {
        // Revoked or rotated before its time: fetch one more, once.
        isTokenFresh = true;
        this.#token = undefined;
        return "again";
      }
      return answer;
    });
  }

  async #fetchToken(signal: AbortSignal): Promise<TokenInfo> {
    const { apiToken, clientId = "", clientSecret = "", domain } = this.#credentials;
    if (apiToken) return { token: apiToken, expiresAt: Number.POSITIVE_INFINITY, ...scopesOf(apiToken) };
    const audience = `https://${domain}/api/v2/`;
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      audience,
    });
    const answer = await this.#retry("POST /oauth/token", true, signal, () =>
      send({
        method: "POST",
        url: `${this.#origin()}/oauth/token`,
        headers: headersFor(form, "application/x-www-form-urlencoded"),
        body: form.toString(),
        timeoutMs: REQUEST_TIMEOUT_MS,
        signal,
      }),
    );
    const grant: { access_token: string; expires_in?: number; scope?: string } = parse(answer);
    const scopes = grant.scope === undefined ? {} : { scopes: grant.scope.split(" ") };
    const lifetime = grant.expires_in ?? 86_400;
    // Renewed a minute early; one that lives no longer than that, half its life early.
    const expiresAt = Date.now() + Math.max(lifetime - 60, lifetime / 2) * 1000;
    return { token: grant.access_token, expiresAt, ...scopes };
  }

  /**
   * Repeats a request until it is answered for good. A refusal for its rate (429) had no effect and is repeated;
   * a failure of the server or the connection only where repeating does no harm.
   */
  async #retry(
    what: string,
    isRepeatable: boolean,
    signal: AbortSignal,
    attempt: () => Promise<Answer | "again">,
  ): Promise<Answer> {
    const deadline = Date.now() + DEADLINE_MS;
    let refusals = 0;
    for (let failures = 0; ;) {
      let outcome: Answer | "again" | NoAnswer;
      try {
        outcome = await attempt();
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        signal.throwIfAborted();
        outcome = error;
      }
      if (outcome === "again") continue;
      if (!(outcome instanceof NoAnswer) && outcome.status === 429) {
        refusals += 1;
        const wait = waitAfterRefusal(outcome);
        if (refusals > MAX_REFUSALS || Date.now() + wait > deadline)
          throw this.#apiError(what, outcome, `still refused after ${refusals} tries`);
        this.#limiter.block(wait);
        if (what === "POST /oauth/token") await sleep(wait, undefined, { signal });
        continue;
      }
      if (!(outcome instanceof NoAnswer) && outcome.status < 500) {
        if (outcome.status >= 400) throw this.#apiError(what, outcome);
        return outcome;
      }
      const mayHaveEffect = outcome instanceof NoAnswer ? outcome.maySent : true;
      if (!isRepeatable && mayHaveEffect) {
        throw new UnknownOutcome(outcome instanceof NoAnswer ? outcome.message : `it answered ${outcome.status}`);
      }
      failures += 1;
      const wait = Math.min(8000, 250 * 2 ** failures) * (0.5 + Math.random() / 2);
      if (failures > MAX_RETRIES || Date.now() + wait > deadline) {
        if (!(outcome instanceof NoAnswer)) throw this.#apiError(what, outcome, `after ${failures} tries`);
        throw this.#unreachable(what, outcome, failures);
      }
      await sleep(wait, undefined, { signal });
    }
  }

  #unreachable(what: string, problem: NoAnswer, tries: number): RemoteFailure {
    const hint = /certificate/.test(problem.message)
      ? "for a private CA, export NODE_EXTRA_CA_CERTS with the path of its certificate"
      : "check AUTH0_DOMAIN and the network";
    const message = `${this.domain} cannot be reached: ${problem.message} (${what}, ${tries} tries)`;
    return new RemoteFailure(diagnostic("operation-failed", message, { hint }));
  }

  #apiError(what: string, answer: Answer, after = ""): ApiError {
    const body = bodyOf(answer);
    const id = answer.headers["x-auth0-requestid"] ?? answer.headers["x-request-id"];
    const text = body.message ?? body.error_description ?? body.error ?? "no message";
    const details = [what, after, id && `request ${String(id)}`].filter(Boolean).join(", ");
    const hint = hintFor(answer.status, what, body);
    return new ApiError(
      answer.status,
      diagnostic("operation-failed", `Auth0 answered ${answer.status}: ${text} (${details})`, hint ? { hint } : {}),
    );
  }

  #origin(): string {
    return this.#credentials.baseUrl ?? `https://${this.#credentials.domain}`;
  }
}

function headersFor(body: object | undefined, type: string): Record<string, string> {
  return {
    "user-agent": USER_AGENT,
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": type }),
  };
}

function parse<T>(answer: Answer): T {
  if (answer.body === "") return undefined as T;
  try {
    return JSON.parse(answer.body) as T;
  } catch {
    throw new UnknownOutcome("the answer is not JSON");
  }
}

function bodyOf(answer: Answer): WireError {
  try {
    const body = JSON.parse(answer.body) as unknown;
    return typeof body === "object" && body !== null ? body : {};
  } catch {
    return {};
  }
}

/** From `retry-after` (seconds), else `x-ratelimit-reset` (epoch seconds), else a second; with jitter, so that waiters spread. */
function waitAfterRefusal({ headers }: Answer): number {
  const after = Number(headers["retry-after"] ?? Number.NaN);
  const reset = Number(headers["x-ratelimit-reset"] ?? Number.NaN);
  const wait = Number.isFinite(after) ? after * 1000 : Number.isFinite(reset) ? reset * 1000 - Date.now() : 1000;
  return Math.min(60_000, Math.max(200, wait)) + Math.random() * 250;
}

function hintFor(status: number, what: string, { errorCode, message = "" }: WireError): string | undefined {
  if (what === "POST /oauth/token")
    return "check the domain, client id and client secret, and that the application is authorized for the Management API";
  if (status === 401)
    return "the token is not valid for this tenant; check AUTH0_API_TOKEN or the client's credentials";
  if (errorCode === "insufficient_scope")
    return `grant the application ${message.split(": ").at(-1) ?? "the scope"} on the Management API`;
  if (status === 409) return "a stream of that name exists: adopt it with openmcf import, or choose another name";
  if (status === 429) return "the tenant's rate limit is used up; try again later or with a lower --parallel";
  return undefined;
}

/** Scopes of a token that is a JWT; nothing is verified, it is only shown. */
function scopesOf(token: string): { scopes?: string[] } {
  try {
    const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8")) as {
      scope?: string;
    };
    return claims.scope ? { scopes: claims.scope.split(" ") } : {};
  } catch {
    return {};
  }
}
