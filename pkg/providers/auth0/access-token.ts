import type { Clock } from "../clock.ts";
import type { Auth0Credentials } from "./credentials.ts";
import { TOKEN_REQUEST, parsed } from "./failures.ts";
import { repeat } from "./repeat.ts";
import { REQUEST_TIMEOUT_MS, USER_AGENT, send } from "./transport.ts";
import { wireGrant } from "./wire.ts";

const DEFAULT_LIFETIME_S = 86_400;

/** What an access token allows. */
export interface TokenInfo {
  token: string;
  /** Milliseconds since the epoch. */
  expiresAt: number;
  scopes?: string[];
}

/** The access tokens of one application: one at a time, each for as long as it lives. */
export class AccessTokens {
  readonly #credentials: Auth0Credentials;
  readonly #origin: string;
  readonly #clock: Clock;
  #current: TokenInfo | undefined;
  #fetching: Promise<TokenInfo> | undefined;

  /** @param origin where `/oauth/token` is. */
  constructor(credentials: Auth0Credentials, origin: string, clock: Clock) {
    this.#credentials = credentials;
    this.#origin = origin;
    this.#clock = clock;
  }

  /** Whether a token that was refused can be replaced by another. */
  get isRenewable(): boolean {
    return !this.#credentials.apiToken;
  }

  /** Texts that no message may show. */
  get secrets(): string[] {
    const { clientSecret, apiToken } = this.#credentials;
    return [clientSecret, apiToken, this.#current?.token].filter((text) => text !== undefined);
  }

  /**
   * The token in use; a new one when there is none or its time is over. A new one is used however short it lives.
   * @throws RemoteFailure
   */
  async get(signal: AbortSignal): Promise<TokenInfo> {
    if (this.#current && this.#current.expiresAt <= this.#clock.now()) this.#current = undefined;
    if (this.#current) return this.#current;
    this.#fetching ??= this.#fetch(signal).finally(() => (this.#fetching = undefined));
    return (this.#current = await this.#fetching);
  }

  /** Gives up a token that was refused, unless another has taken its place already. */
  discard(token: string): void {
    if (this.#current?.token === token) this.#current = undefined;
  }

  async #fetch(signal: AbortSignal): Promise<TokenInfo> {
    const { apiToken, clientId = "", clientSecret = "", domain } = this.#credentials;
    const clock = this.#clock;
    if (apiToken) return { token: apiToken, expiresAt: Number.POSITIVE_INFINITY, ...scopesOf(apiToken) };
    const { audience = `https://${domain}/api/v2/` } = this.#credentials;
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId,
      client_secret: clientSecret,
      audience,
    });
    const request = {
      method: "POST",
      url: `${this.#origin}/oauth/token`,
      headers: {
        "user-agent": USER_AGENT,
        accept: "application/json",
        "content-type": "application/x-www-form-urlencoded",
      },
      body: form.toString(),
      timeoutMs: REQUEST_TIMEOUT_MS,
      signal,
    };
    const answer = await repeat({
      what: TOKEN_REQUEST,
      domain,
      isRepeatable: true,
      signal,
      clock,
      secrets: () => this.secrets,
      attempt: () => send(request),
      pause: (ms) => clock.sleep(ms, signal),
    });
    const { access_token: token, expires_in, scope } = parsed(wireGrant, TOKEN_REQUEST, answer);
    const lifetime = expires_in ?? DEFAULT_LIFETIME_S;
    // Renewed a minute early; one that lives no longer than that, half its life early.
    const expiresAt = clock.now() + Math.max(lifetime - 60, lifetime / 2) * 1000;
    return { token, expiresAt, ...(scope ? { scopes: scope.split(" ") } : {}) };
  }
}

/** Scopes of a token that is a JWT. They are only shown, so nothing is verified. */
function scopesOf(token: string): { scopes?: string[] } {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    const scope = (claims as { scope?: unknown } | null)?.scope;
    return typeof scope === "string" ? { scopes: scope.split(" ") } : {};
  } catch {
    return {};
  }
}
