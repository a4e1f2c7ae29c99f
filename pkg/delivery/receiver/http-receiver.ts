import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { SYSTEM_CLOCK } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { readBody } from "../readers/read-body.ts";
import type { Appended } from "../spool/spool.ts";
import type { Event, Malformed } from "../event.ts";
import { SpoolError } from "../spool/spool-error.ts";
import type { Authorization } from "./authorization.ts";
import { textOf } from "./body.ts";
import type { BodyLimits } from "./body.ts";
import { ReceiverCounts } from "./counts.ts";

/** Where batches go before they are answered for. */
export interface Store {
  append(events: readonly Event[], malformed: readonly Malformed[]): Promise<Appended>;
}

/** Limits that keep one client, or all together, from taking more than their part. */
export interface ReceiverLimits extends BodyLimits {
  maxConnections: number;
  /** Requests under way. */
  maxRequests: number;
  /** Bytes of a request's headers. */
  maxHeaderBytes: number;
  /** Time for a request to arrive, and for its answer, in milliseconds. */
  requestMs: number;
  answerMs: number;
}

/** What a receiver is made of. */
export interface ReceiverOptions {
  host: string;
  port: number;
  path: string;
  authorization: Authorization;
  limits: ReceiverLimits;
  /** PEM texts. */
  tls?: { cert: string; key: string };
  clock?: Clock;
}

interface Answer {
  status: number;
  reason?: string;
  body?: string;
}

/** Auth0 wants an answer within 10 seconds. */
export const DEFAULT_LIMITS: ReceiverLimits = {
  maxBodyBytes: 16 * 1024 * 1024,
  maxUnpackedBytes: 64 * 1024 * 1024,
  maxConnections: 512,
  maxRequests: 256,
  maxHeaderBytes: 16 * 1024,
  requestMs: 8000,
  answerMs: 8000,
};

const TEXT = { 400: "malformed", 401: "unauthorized", 404: "not found", 405: "post here", 413: "too large" };

/**
 * Takes what Auth0 posts and answers 2xx only when the store has it. Whatever may pass is answered 503, since Auth0
 * tries that again; a 4xx ends an event for good.
 */
export class HttpReceiver {
  readonly counts = new ReceiverCounts();
  readonly #store: Store;
  readonly #options: ReceiverOptions;
  readonly #clock: Clock;
  readonly #server: Server;
  #isStopping = false;

  constructor(store: Store, options: ReceiverOptions) {
    this.#store = store;
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    const { limits, tls } = options;
    const settings = {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.requestMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: 60_000,
      connectionsCheckingInterval: 1000,
    };
    const listener = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response);
    this.#server = tls ? createTlsServer({ ...settings, ...tls }, listener) : createServer(settings, listener);
    this.#server.maxConnections = limits.maxConnections;
    this.#server.on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
      // A request that is refused gets its answer before it sends the body.
      if (!this.#refusal(request)) response.writeContinue();
      listener(request, response);
    });
    // Running out of file descriptors, for one, must not end the process.
    this.#server.on("error", () => this.counts.refused("listener"));
    this.#server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => this.#cut(error, socket));
  }

  /** @throws the system's error when the address cannot be had. */
  async listen(): Promise<AddressInfo> {
    const { host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    return this.#server.address() as AddressInfo;
  }

  /** New requests get 503; those under way are ended. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    const closed = new AbortController();
    this.#server.close(() => closed.abort());
    this.#server.closeIdleConnections();
    await this.#clock.sleep(this.#options.limits.answerMs, closed.signal);
    this.#server.closeAllConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    this.counts.active += 1;
    const answer = this.#refusal(request) ?? (await this.#take(request));
    this.counts.active -= 1;
    this.counts.answered(answer.status, (performance.now() - started) / 1000);
    if (answer.reason !== undefined) this.counts.refused(answer.reason);
    this.#send(request, response, answer);
  }

  /** What can be said before the body is read. */
  #refusal(request: IncomingMessage): Answer | undefined {
    const { url = "", method, headers } = request;
    const { path, authorization, limits } = this.#options;
    const query = url.indexOf("?");
    if ((query < 0 ? url : url.slice(0, query)) !== path) return { status: 404, reason: "wrong-path" };
    if (method !== "POST") return { status: 405, reason: "wrong-method" };
    const verdict = authorization.check(headers, this.#clock.now());
    if (verdict === "wrong") return { status: 401, reason: "unauthorized" };
    if (verdict === "lately") return { status: 503, reason: "secret-out-of-date" };
    if (this.#isStopping) return { status: 503, reason: "stopping" };
    if (this.counts.active > limits.maxRequests) return { status: 503, reason: "overload" };
    return undefined;
  }

  async #take(request: IncomingMessage): Promise<Answer> {
    const text = await textOf(request, this.#options.limits);
    if (typeof text !== "string") return text;
    const { events, malformed } = readBody(text);
    if (events.length === 0 && malformed.length > 0) {
      this.counts.malformed += malformed.length;
      return { status: 400, reason: "malformed" };
    }
    // An empty list is nothing to complain of.
    if (events.length === 0) return { status: 200, body: say(0, 0, 0) };
    return this.#stored(this.#store.append(events, malformed));
  }

  /** Waits for the disk, but not longer than Auth0 waits for us. */
  async #stored(appending: Promise<Appended>): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), this.#options.limits.answerMs);
    });
    try {
      const result = await Promise.race([appending.then((each) => this.#count(each)), late]);
      if (result === "late") {
        appending.catch(() => {});
        return { status: 503, reason: "slow-disk" };
      }
      return { status: 200, body: say(result.accepted, result.duplicates, result.malformed) };
    } catch (error) {
      if (error instanceof SpoolError) return { status: 503, reason: `spool-${error.code}` };
      return { status: 503, reason: "internal" };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Counts when the disk has it, also when the answer was given up. */
  #count(result: Appended): Appended {
    this.counts.accepted += result.accepted;
    this.counts.duplicates += result.duplicates;
    this.counts.malformed += result.malformed;
    this.counts.lastEventAt = this.#clock.now();
    return result;
  }

  #send(request: IncomingMessage, response: ServerResponse, { status, body, reason }: Answer): void {
    if (response.destroyed) return;
    const text = body ?? `{"error":"${(TEXT as Record<number, string>)[status] ?? reason ?? "unavailable"}"}\n`;
    response.writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
      ...(status === 503 ? { "retry-after": "2" } : {}),
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...(status === 405 ? { allow: "POST" } : {}),
      // What was not read of the body would be taken for the next request.
      ...(request.complete ? {} : { connection: "close" }),
    });
    response.end(text);
    if (!request.complete) {
      request.resume();
      response.once("finish", () => setTimeout(() => request.destroy(), 200).unref());
    }
  }

  /** Requests that are not HTTP, or too slow. A 408 would make Auth0 give the event up. */
  #cut({ code }: NodeJS.ErrnoException, socket: Socket): void {
    const isSlow = code === "ERR_HTTP_REQUEST_TIMEOUT";
    const status = isSlow
      ? "503 Service Unavailable"
      : code === "HPE_HEADER_OVERFLOW"
        ? "431 Too Large"
        : "400 Bad Request";
    this.counts.refused(isSlow ? "slow-client" : "not-http");
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    else socket.destroy();
  }
}

function say(accepted: number, duplicates: number, malformed: number): string {
  return `{"accepted":${accepted},"duplicates":${duplicates},"malformed":${malformed}}\n`;
}
