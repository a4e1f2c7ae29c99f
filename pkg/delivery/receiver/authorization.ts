import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

/** Headers that a request must carry, names in lower case, each with its exact value. */
export type Credentials = Readonly<Record<string, string>>;

/** Credentials of a rotation: good before `until`, and wrong only a day after it. */
export interface SecondaryCredentials {
  credentials: Credentials;
  /** Milliseconds since 1970. */
  until: number;
}

/**
 * `lately`: right until not long ago. Auth0 gives an event up at the first 4xx, so a secret that was rotated away
 * lately is answered 503, which Auth0 tries again.
 */
export type Verdict = "right" | "lately" | "wrong";

const GRACE_MS = 24 * 3_600_000;

/** Checks requests against the destination's authorization. */
export class Authorization {
  readonly #primary: Digests;
  readonly #secondary: { digests: Digests; until: number }[];

  constructor(primary: Credentials, secondary: readonly SecondaryCredentials[] = []) {
    this.#primary = digests(primary);
    this.#secondary = secondary.map(({ credentials, until }) => ({ digests: digests(credentials), until }));
  }

  check(headers: IncomingHttpHeaders, now: number): Verdict {
    if (matches(this.#primary, headers)) return "right";
    const known = this.#secondary.filter((each) => matches(each.digests, headers));
    if (known.some(({ until }) => now < until)) return "right";
    return known.some(({ until }) => now < until + GRACE_MS) ? "lately" : "wrong";
  }
}

/** What an HTTP client sends for user name and password (RFC 7617). */
export function basicCredentials(username: string, password: string): Credentials {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` };
}

type Digests = readonly (readonly [header: string, digest: Buffer])[];

function digests(credentials: Credentials): Digests {
  return Object.entries(credentials).map(([header, value]) => [header.toLowerCase(), digest(value)]);
}

/** Compares digests, which are of one length, in constant time, and always all of them. */
function matches(wanted: Digests, headers: IncomingHttpHeaders): boolean {
  let isRight = true;
  for (const [header, expected] of wanted) {
    const given = headers[header];
    const isEqual = timingSafeEqual(digest(typeof given === "string" ? given : ""), expected);
    isRight = isEqual && typeof given === "string" && isRight;
  }
  return isRight;
}

function digest(value: string): Buffer {
  return createHash("sha256").update(value, "latin1").digest();
}
