import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Auth0Api } from "./auth0/api.ts";
import type { FaultInjector, FaultRule } from "./faults.ts";
import type { SandboxFolder } from "./folder.ts";

/** A server that is listening on loopback. */
export interface RunningServer {
  port: number;
  close(): Promise<void>;
}

/** The sandbox's own record of a request: a line of `.sandbox/requests.jsonl`. Bodies are left out: they hold secrets. */
interface RequestRecord {
  at: string;
  method: string;
  path: string;
  /** 0 when the connection was cut or nothing was answered. */
  status: number;
  /** `name` of the body, for creates and updates. */
  name?: string;
  fault?: string;
}

const MAX_BODY = 1024 * 1024;

/** Serves the API on 127.0.0.1, with the faults asked for. @param tls certificate and key; plain HTTP without. */
export async function listen(
  api: Auth0Api,
  faults: FaultInjector,
  folder: SandboxFolder,
  { port = 0, tls }: { port?: number; tls?: { cert: string; key: string } } = {},
): Promise<RunningServer> {
  const onRequest: RequestListener = (request, response) => {
    serve(api, faults, folder, request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { "content-type": "application/json" });
      response.end(
        JSON.stringify({
          statusCode: 500,
          error: "Internal Server Error",
          message: `sandbox: ${(error as Error).message}`,
        }),
      );
    });
  };
  const server: Server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) (server.closeAllConnections as () => void)();
      }),
  };
}

async function serve(
  api: Auth0Api,
  faults: FaultInjector,
  folder: SandboxFolder,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  const { method = "GET", url = "/" } = request;
  const path = url.replace(/\?.*$/, "");
  if (faults.latencyMs > 0) await sleep(faults.latencyMs);
  const record = (status: number, fault?: string): void => {
    folder.append("requests.jsonl", {
      at: new Date().toISOString(),
      method,
      path: url,
      status,
      ...nameIn(body),
      ...(fault ? { fault } : {}),
    } satisfies RequestRecord);
  };
  const bucket = path.startsWith("/api/") ? faults.takeToken() : undefined;
  if (bucket?.isRefused) {
    record(429);
    const message =
      "Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.";
    send(
      response,
      429,
      { statusCode: 429, error: "Too Many Requests", message, errorCode: "too_many_requests" },
      bucket.headers,
    );
    return;
  }
  const rule = faults.ruleFor(method, path);
  if (rule?.fault === "reset-before") {
    record(0, rule.fault);
    request.socket.destroy();
    return;
  }
  if (rule?.fault === "status") {
    record(rule.value ?? 500, rule.fault);
    send(response, rule.value ?? 500, faultBody(rule), bucket?.headers);
    return;
  }
  const answer = await api.handle({ method, url, authorization: request.headers.authorization, body });
  if (rule?.fault === "reset-after" || rule?.fault === "hang") {
    record(0, rule.fault);
    if (rule.fault === "reset-after") request.socket.destroy();
    return;
  }
  if (rule?.fault === "status-after") {
    record(rule.value ?? 500, rule.fault);
    send(response, rule.value ?? 500, faultBody(rule), bucket?.headers);
    return;
  }
  record(answer.status, rule?.fault);
  if (rule?.fault === "slow-body") await dribble(response, answer.status, answer.body, rule.value ?? 1000);
  else send(response, answer.status, answer.body, bucket?.headers);
}

function send(
  response: ServerResponse,
  status: number,
  body: object | undefined,
  headers: Record<string, string> = {},
): void {
  const text = body === undefined ? "" : JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    ...(status === 204 ? {} : { "content-length": Buffer.byteLength(text) }),
    ...headers,
  });
  response.end(text);
}

/** Sends the body in ten pieces over `ms`. */
async function dribble(response: ServerResponse, status: number, body: object | undefined, ms: number): Promise<void> {
  const text = body === undefined ? "" : JSON.stringify(body);
  const piece = Math.max(1, Math.ceil(text.length / 10));
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  for (let at = 0; at < text.length; at += piece) {
    response.write(text.slice(at, at + piece));
    await sleep(ms / 10);
  }
  response.end();
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function faultBody({ value = 500 }: FaultRule): object {
  return { statusCode: value, error: "Sandbox Fault", message: "This failure was asked for." };
}

function nameIn(body: string): { name?: string } {
  const name = /"name"\s*:\s*"([^"\\]*)"/.exec(body.slice(0, 500))?.[1];
  return name === undefined ? {} : { name };
}
