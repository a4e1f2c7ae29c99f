import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** An answer on its way. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array | string;
}

/** An answer in JSON. */
export function jsonAnswer(status: number, body: object | undefined): Answer {
  const text = body === undefined ? "" : JSON.stringify(body);
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: text };
}

/** An error of the Management API's form. */
export function errorAnswer(statusCode: number, error: string, message: string, errorCode?: string): Answer {
  return jsonAnswer(statusCode, { statusCode, error, message, ...(errorCode ? { errorCode } : {}) });
}

/** Sends an answer. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const length = status === 204 ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}

/** Sends the body in ten pieces over `ms`. */
export async function dribble(response: ServerResponse, { status, headers, body }: Answer, ms: number): Promise<void> {
  const piece = Math.max(1, Math.ceil(body.length / 10));
  response.writeHead(status, headers);
  for (let at = 0; at < body.length; at += piece) {
    response.write(body.slice(at, at + piece));
    await sleep(ms / 10);
  }
  response.end();
}
