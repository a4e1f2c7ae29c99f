import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";

/** An HTTP answer, read to its end. */
export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A request. */
export interface Outgoing {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** For the whole exchange, the answer's body included. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** No usable answer came. */
export class NoAnswer extends Error {
  override name = "NoAnswer";
  /** Whether the request may have reached the server, and so may have had its effect. */
  readonly maySent: boolean;

  constructor(message: string, maySent: boolean) {
    super(message);
    this.maySent = maySent;
  }
}

/** The answer was larger than any that is read. Sending the request again would not help. */
export class OversizedAnswer extends Error {
  override name = "OversizedAnswer";
}

export const USER_AGENT = "auth0-streams";
/** How long one exchange with Auth0 may take. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** The largest answer that is read. A page of 100 streams is about 100 kB. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"]);
/** One pool for the process; node's own clients load faster than fetch and take NODE_EXTRA_CA_CERTS and proxies. */
const options = { keepAlive: true, maxSockets: 64, proxyEnv: process.env };
const agents = { "http:": new HttpAgent(options), "https:": new HttpsAgent(options) };

/**
 * Sends a request and reads the answer. Redirects are not followed.
 * @throws NoAnswer on a connection problem or a timeout; OversizedAnswer beyond 16 MiB.
 */
export function send({ method, url, headers, body, timeoutMs, signal }: Outgoing): Promise<Answer> {
  const target = new URL(url);
  const isPlain = target.protocol === "http:";
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const deadline = AbortSignal.timeout(timeoutMs);
    const request = (isPlain ? httpRequest : httpsRequest)(target, {
      method,
      agent: agents[isPlain ? "http:" : "https:"],
      headers: { ...headers, ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }) },
      signal: AbortSignal.any([signal, deadline]),
    });
    const fail = (error: Error): void => {
      reject(
        error instanceof OversizedAnswer
          ? error
          : noAnswer(error, deadline.aborted ? `no answer within ${timeoutMs / 1000} s` : undefined, isConnected),
      );
    };
    request.on("socket", (socket) => {
      if (socket.connecting) socket.once(isPlain ? "connect" : "secureConnect", () => (isConnected = true));
      else isConnected = true;
    });
    request.on("error", fail);
    request.on("response", (response) => {
      readBody(response).then(
        (text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        (error: Error) => {
          request.destroy();
          fail(error);
        },
      );
    });
    request.end(body);
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new OversizedAnswer("the answer is larger than 16 MiB");
    chunks.push(chunk);
  }
  if (!response.complete) throw new Error("the answer broke off");
  return Buffer.concat(chunks).toString("utf8");
}

function noAnswer(error: NodeJS.ErrnoException, late: string | undefined, isConnected: boolean): NoAnswer {
  const code = error.code ?? error.message;
  const isTls = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code) && code !== "ERR_SSL_SOCKET_CLOSED";
  const why = late ?? (isTls ? `its certificate is not trusted (${code})` : code);
  return new NoAnswer(why, isConnected && !isTls && !NEVER_SENT.has(code));
}
