import { Agent as HttpAgent, request as httpRequest } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
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
  timeoutMs: number;
  signal: AbortSignal;
}

/** No answer came. */
export class NoAnswer extends Error {
  override name = "NoAnswer";
  /** Whether the request may have reached the server, and so may have had its effect. */
  readonly maySent: boolean;

  constructor(message: string, maySent: boolean) {
    super(message);
    this.maySent = maySent;
  }
}

const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "EADDRNOTAVAIL"]);
/** One pool for the process; node's own clients load faster than fetch and take NODE_EXTRA_CA_CERTS and proxies. */
const options = { keepAlive: true, maxSockets: 64, proxyEnv: process.env };
const agents = { "http:": new HttpAgent(options), "https:": new HttpsAgent(options) };

/** Sends a request and reads the answer. @throws NoAnswer on a connection problem or a timeout. */
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
    const fail = (error: NodeJS.ErrnoException): void => {
      const code = error.code ?? error.message;
      const isTls = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code) && code !== "ERR_SSL_SOCKET_CLOSED";
      const why = deadline.aborted
        ? `no answer within ${timeoutMs / 1000} s`
        : isTls
          ? `its certificate is not trusted (${code})`
          : code;
      reject(new NoAnswer(why, isConnected && !isTls && !NEVER_SENT.has(code)));
    };
    request.on("socket", (socket) => {
      if (socket.connecting) socket.once(isPlain ? "connect" : "secureConnect", () => (isConnected = true));
      else isConnected = true;
    });
    request.on("error", fail);
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", fail);
      response.on("end", () => {
        if (!response.complete) fail(new Error("the answer broke off"));
        else
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString("utf8"),
          });
      });
    });
    request.end(body);
  });
}
