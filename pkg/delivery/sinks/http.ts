import { createHash } from "node:crypto";
import type { Delivered, Sink } from "../sink.ts";
import type { StoredEvent } from "../stored-event.ts";

/** Where events are posted to, and how. */
export interface HttpSinkOptions {
  url: string;
  headers: Readonly<Record<string, string>>;
  format: "lines" | "array" | "single";
  timeoutMs: number;
}

const TYPES = { lines: "application/x-ndjson", array: "application/json", single: "application/json" };

/** Temporary failures: the other side is overloaded, or the address or the credentials of the sink must be corrected. */
const AGAIN = new Set([401, 403, 404, 407, 408, 421, 423, 425, 429]);

/**
 * Posts events to another endpoint. A 2xx is for the whole request. What it refuses is halved until the one event is
 * found that it does not want; that one is a dead letter. The `Idempotency-Key` is the event's id, or a digest of the ids
 * of the request, so that a repeat of the same events has the same key.
 */
export class HttpSink implements Sink {
  readonly #options: HttpSinkOptions;

  constructor(options: HttpSinkOptions) {
    this.#options = options;
  }

  async deliver(events: readonly StoredEvent[], signal: AbortSignal): Promise<Delivered> {
    if (this.#options.format !== "single") return this.#send(events, signal);
    const refused: { index: number; reason: string }[] = [];
    for (const [index, event] of events.entries()) {
      const sent = await this.#send([event], signal);
      refused.push(...(sent.refused ?? []).map(({ reason }) => ({ index, reason })));
      if (sent.again) return { settled: index, refused, again: sent.again };
    }
    return { settled: events.length, refused };
  }

  async #send(events: readonly StoredEvent[], signal: AbortSignal): Promise<Delivered> {
    const answer = await this.#post(events, signal);
    if (answer === "accepted") return { settled: events.length };
    if ("again" in answer) return { settled: 0, again: answer.again };
    if (events.length === 1) return { settled: 1, refused: [{ index: 0, reason: answer.refused }] };
    const half = Math.ceil(events.length / 2);
    const first = await this.#send(events.slice(0, half), signal);
    if (first.settled < half) return first;
    const second = await this.#send(events.slice(half), signal);
    return {
      settled: half + second.settled,
      refused: [
        ...(first.refused ?? []),
        ...(second.refused ?? []).map(({ index, reason }) => ({ index: index + half, reason })),
      ],
      ...(second.again ? { again: second.again } : {}),
    };
  }

  async #post(
    events: readonly StoredEvent[],
    signal: AbortSignal,
  ): Promise<"accepted" | { again: NonNullable<Delivered["again"]> } | { refused: string }> {
    const { url, headers, format, timeoutMs } = this.#options;
    const bodies = events.map(({ body }) => body);
    let response: Response;
    try {
      response = await fetch(url, {
        method: "POST",
        headers: { "content-type": TYPES[format], "idempotency-key": keyOf(events), ...headers },
        body: format === "array" ? `[${bodies.join(",")}]` : bodies.join("\n"),
        redirect: "manual",
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      // What it says is of no use, and may be endless.
      await response.body?.cancel();
    } catch (error) {
      return { again: { reason: reasonOf(error) } };
    }
    const { status } = response;
    if (response.ok) return "accepted";
    const afterMs = retryAfter(response.headers.get("retry-after"));
    if (status >= 500 || status < 400 || AGAIN.has(status))
      return { again: { reason: `answered ${status}`, ...(afterMs === undefined ? {} : { afterMs }) } };
    return { refused: `answered ${status}` };
  }
}

function keyOf(events: readonly StoredEvent[]): string {
  const [only] = events;
  if (only && events.length === 1) return only.id;
  return createHash("sha256")
    .update(events.map(({ id }) => id).join("\n"))
    .digest("hex");
}

/** Milliseconds that a `Retry-After` asks for: seconds, or a date (RFC 9110 §10.2.3). */
export function retryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null || value.trim() === "") return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** The cause of a failed fetch: its own message is always "fetch failed". */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  if (name === "TimeoutError") return "no answer in time";
  return cause?.code ?? name ?? "no answer";
}
