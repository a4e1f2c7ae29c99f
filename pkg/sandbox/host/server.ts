import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Auth0Api } from "../auth0/api.ts";
import { describeCall, handleAws } from "../aws/router.ts";
import type { Cloud } from "../aws/cloud.ts";
import { AwsFault, isAwsRequest, writeFault } from "../aws/wire/index.ts";
import type { FaultInjector, FaultRule } from "./faults.ts";
import type { SandboxFolder } from "./folder.ts";

/** A server that is listening on loopback. */
export interface RunningServer {
  port: number;
  close(): Promise<void>;
}

/** What a server plays. */
export interface Services {
  auth0: Auth0Api;
  aws: Cloud;
  faults: FaultInjector;
  folder: SandboxFolder;
  /** What the server calls itself in URLs of queues, where its port will not last. */
  origin?: string;
}

/** The sandbox's own record of a request: a line of `.sandbox/requests.jsonl`. Bodies are left out: they hold secrets. */
interface RequestRecord {
  at: string;
  /** HTTP method, or the operation of an AWS request. */
  method: string;
  /** Path, or the service of an AWS request. */
  path: string;
  /** 0 when the connection was cut or nothing was answered. */
  status: number;
  /** `name` of the body, for creates and updates. */
  name?: string;
  fault?: string;
}

/** An answer on its way. */
interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array | string;
}

/** One request, whichever service it is for. */
interface Exchange {
  /** What faults are matched on. */
  method: string;
  path: string;
  /** What the record says. */
  label: Pick<RequestRecord, "method" | "path" | "name">;
  handle(): Promise<Answer>;
  /** The answer of a fault that gives a status. */
  fail(rule: FaultRule): Answer;
}

const MAX_BODY = 1024 * 1024;

/** Serves the APIs on 127.0.0.1, with the faults asked for. @param tls certificate and key; plain HTTP without. */
export async function listen(
  services: Services,
  { port = 0, tls }: { port?: number; tls?: { cert: string; key: string } } = {},
): Promise<RunningServer> {
  const onRequest: RequestListener = (request, response) => {
    serve(services, request, response).catch((error: unknown) => {
      const problem = {
        statusCode: 500,
        error: "Internal Server Error",
        message: `sandbox: ${(error as Error).message}`,
      };
      if (!response.headersSent) response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify(problem));
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

async function serve(services: Services, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { faults, folder } = services;
  const body = await readBody(request);
  const exchange = isAwsRequest(request.headers)
    ? awsExchange(services, request, body)
    : auth0Exchange(services, request, body);
  if (faults.latencyMs > 0) await sleep(faults.latencyMs);
  const record = (status: number, fault?: string): void => {
    const line: RequestRecord = {
      at: new Date().toISOString(),
      ...exchange.label,
      status,
      ...(fault ? { fault } : {}),
    };
    folder.append("requests.jsonl", line);
  };
  const bucket = exchange.path.startsWith("/api/") ? faults.takeToken() : undefined;
  const withBucket = (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, ...bucket?.headers } });
  if (bucket?.isRefused) {
    record(429);
    send(response, withBucket(TOO_MANY));
    return;
  }
  const rule = faults.ruleFor(exchange.method, exchange.path);
  if (rule?.fault === "reset-before") {
    record(0, rule.fault);
    request.socket.destroy();
    return;
  }
  if (rule?.fault === "status") {
    record(rule.value ?? 500, rule.fault);
    send(response, withBucket(exchange.fail(rule)));
    return;
  }
  const answer = await exchange.handle();
  if (rule?.fault === "reset-after" || rule?.fault === "hang") {
    record(0, rule.fault);
    if (rule.fault === "reset-after") request.socket.destroy();
    return;
  }
  if (rule?.fault === "status-after") {
    record(rule.value ?? 500, rule.fault);
    send(response, withBucket(exchange.fail(rule)));
    return;
  }
  record(answer.status, rule?.fault);
  if (rule?.fault === "slow-body") await dribble(response, answer, rule.value ?? 1000);
  else send(response, withBucket(answer));
}

function auth0Exchange({ auth0 }: Services, request: IncomingMessage, body: Uint8Array): Exchange {
  const text = Buffer.from(body).toString("utf8");
  const { method = "GET", url = "/" } = request;
  return {
    method,
    path: url.replace(/\?.*$/, ""),
    label: { method, path: url, ...nameIn(text) },
    handle: async () => {
      const { status, body: answer } = await auth0.handle({
        method,
        url,
        authorization: request.headers.authorization,
        body: text,
      });
      return jsonAnswer(status, answer);
    },
    fail: ({ value = 500 }) =>
      jsonAnswer(value, { statusCode: value, error: "Sandbox Fault", message: "This failure was asked for." }),
  };
}

function awsExchange({ aws, origin }: Services, request: IncomingMessage, body: Uint8Array): Exchange {
  const { method = "POST", url = "/", headers } = request;
  const given = { method, url, headers, body, origin: origin ?? `http://${headers.host}` };
  const { operation = method, service = url } = describeCall(given) ?? {};
  return {
    method: operation,
    path: service,
    label: { method: operation, path: service },
    handle: () => handleAws(given, aws),
    fail: ({ value = 500, code = value < 500 ? "ValidationException" : "InternalFailure" }) => {
      const protocol = headers["x-amz-target"] ? "json" : service === "lambda" ? "rest" : "query";
      return writeFault({ protocol, service }, new AwsFault(code, "This failure was asked for.", value));
    },
  };
}

function jsonAnswer(status: number, body: object | undefined): Answer {
  const text = body === undefined ? "" : JSON.stringify(body);
  return { status, headers: { "content-type": "application/json; charset=utf-8" }, body: text };
}

const TOO_MANY = jsonAnswer(429, {
  statusCode: 429,
  error: "Too Many Requests",
  message: "Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.",
  errorCode: "too_many_requests",
});

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const length = status === 204 ? {} : { "content-length": Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}

/** Sends the body in ten pieces over `ms`. */
async function dribble(response: ServerResponse, { status, headers, body }: Answer, ms: number): Promise<void> {
  const piece = Math.max(1, Math.ceil(body.length / 10));
  response.writeHead(status, headers);
  for (let at = 0; at < body.length; at += piece) {
    response.write(body.slice(at, at + piece));
    await sleep(ms / 10);
  }
  response.end();
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw new Error("the body is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function nameIn(body: string): { name?: string } {
  const name = /"name"\s*:\s*"([^"\\]*)"/.exec(body.slice(0, 500))?.[1];
  return name === undefined ? {} : { name };
}
