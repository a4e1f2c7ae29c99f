import { existsSync, readFileSync } from "node:fs";
import type { SandboxFolder } from "./folder.ts";

/** What the sandbox does wrong on purpose. */
export interface Faults {
  /** Milliseconds until AWS shows a new partner event source. */
  sourceLagMs?: number;
  /** Milliseconds until AWS takes a partner event source away that no bus is associated with; two weeks when absent. */
  sourceExpiryMs?: number;
  /** Milliseconds before every answer. */
  latencyMs?: number;
  /** A token bucket over the Management API. */
  rateLimit?: { perSecond: number; burst: number };
  rules?: FaultRule[];
}

/** One fault on certain requests. */
export interface FaultRule {
  /**
   * `status`: answer with `value` and do nothing · `status-after`: do it, then answer with `value` · `reset-before` and
   * `reset-after`: cut the connection before or after doing it · `slow-body`: dribble the answer over `value` ms ·
   * `hang`: do it, and never answer.
   */
  fault: "status" | "status-after" | "reset-before" | "reset-after" | "slow-body" | "hang";
  value?: number;
  /** AWS's error code, for `status` on AWS requests, e.g. `ThrottlingException`. */
  code?: string;
  /** HTTP method, or AWS's operation, e.g. `PutRule`; `DELIVER` for a delivery of an event to a target. */
  method?: string;
  /** Start of the path, or AWS's service, e.g. `events`. */
  path?: string;
  /** How often; always when absent. */
  times?: number;
  /** Let so many matching requests pass first. */
  after?: number;
}

const RULES = ["status", "status-after", "reset-before", "reset-after", "slow-body", "hang"] as const;

/**
 * Reads a fault as the command line gives it: `latency=150`, `rate=10/10` (a second/burst), `source-lag=2000`, `source-expiry=60000` (milliseconds), or
 * `reset-after,method=POST,path=/api/v2/event-streams,times=1`, `status=503,times=2`.
 * @throws Error that says what is wrong with it.
 */
export function parseFault(text: string): Faults {
  const [head = "", ...options] = text.split(",");
  const [name = "", value] = head.split("=");
  if (name === "latency") return { latencyMs: number(value, name) };
  if (name === "source-lag") return { sourceLagMs: number(value, name) };
  if (name === "source-expiry") return { sourceExpiryMs: number(value, name) };
  if (name === "rate") {
    const [perSecond, burst] = (value ?? "").split("/");
    return { rateLimit: { perSecond: number(perSecond, name), burst: number(burst ?? perSecond, name) } };
  }
  const fault = RULES.find((each) => each === name);
  if (!fault)
    throw new Error(`there is no fault "${name}": it is latency, rate, source-lag, source-expiry, ${RULES.join(", ")}`);
  const rule: FaultRule = { fault, ...(value === undefined ? {} : { value: number(value, name) }) };
  if (fault.startsWith("status") && rule.value === undefined)
    throw new Error(`${fault} needs a code, as in ${fault}=503`);
  for (const option of options) {
    const [key = "", given = ""] = option.split("=");
    if (key === "method" || key === "path" || key === "code") rule[key] = given;
    else if (key === "times" || key === "after") rule[key] = number(given, key);
    else throw new Error(`a fault has no option "${key}": it has method, path, code, times, after`);
  }
  return { rules: [rule] };
}

function number(text: string | undefined, name: string): number {
  const value = Number(text);
  if (text === undefined || text === "" || !Number.isFinite(value) || value < 0)
    throw new Error(`${name} needs a number`);
  return value;
}

/** The faults asked for: those of `.sandbox/faults.json`, then those given. */
export function injectorFor(folder: SandboxFolder, given: readonly Faults[]): FaultInjector {
  const path = folder.file("faults.json");
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Faults) : {};
  return new FaultInjector(mergeFaults([kept, ...given]));
}

/** Several faults as one; later ones win, rules add up. */
function mergeFaults(all: readonly Faults[]): Faults {
  const rules = all.flatMap((faults) => faults.rules ?? []);
  return { ...Object.assign({}, ...all), ...(rules.length > 0 ? { rules } : {}) } as Faults;
}

/** What the bucket says of a request. `reset` is in epoch seconds, rounded up, as Auth0 gives it. */
interface BucketAnswer {
  isRefused: boolean;
  headers: Record<string, string>;
}

/** Applies faults to requests: counts rules, keeps the bucket. */
export class FaultInjector {
  readonly #faults: Faults;
  readonly #matched = new Map<FaultRule, number>();
  #tokens: number;
  #updated = Date.now();

  constructor(faults: Faults) {
    this.#faults = faults;
    this.#tokens = faults.rateLimit?.burst ?? 0;
  }

  get sourceExpiryMs(): number | undefined {
    return this.#faults.sourceExpiryMs;
  }

  get sourceLagMs(): number {
    return this.#faults.sourceLagMs ?? 0;
  }

  get latencyMs(): number {
    return this.#faults.latencyMs ?? 0;
  }

  /** The first rule that applies to this request. */
  ruleFor(method: string, path: string): FaultRule | undefined {
    return this.#faults.rules?.find((rule) => {
      const isOther = rule.method !== undefined && rule.method.toUpperCase() !== method.toUpperCase();
      if (isOther || (rule.path && !path.startsWith(rule.path))) return false;
      const count = (this.#matched.get(rule) ?? 0) + 1;
      this.#matched.set(rule, count);
      const skipped = rule.after ?? 0;
      return count > skipped && (rule.times === undefined || count <= skipped + rule.times);
    });
  }

  /** Takes a token for a request of the Management API; `undefined` when there is no limit. */
  takeToken(): BucketAnswer | undefined {
    const limit = this.#faults.rateLimit;
    if (!limit) return undefined;
    const now = Date.now();
    this.#tokens = Math.min(limit.burst, this.#tokens + ((now - this.#updated) / 1000) * limit.perSecond);
    this.#updated = now;
    const isRefused = this.#tokens < 1;
    if (!isRefused) this.#tokens -= 1;
    const untilNext = Math.max(0, 1 - this.#tokens) / limit.perSecond;
    const headers: Record<string, string> = {
      "x-ratelimit-limit": String(limit.burst),
      "x-ratelimit-remaining": String(Math.floor(this.#tokens)),
      "x-ratelimit-reset": String(Math.ceil(now / 1000 + untilNext)),
    };
    if (isRefused) headers["retry-after"] = String(Math.ceil(untilNext));
    return { isRefused, headers };
  }
}
