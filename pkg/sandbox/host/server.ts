import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { dribble, errorAnswer, send } from "./answer.ts";
import type { Answer } from "./answer.ts";
import { MAX_BODY, exchangeFor } from "./exchange.ts";
import type { Exchange, Services } from "./exchange.ts";
import type { FaultRule } from "./faults.ts";
import { isOwnName } from "./own-names.ts";

/** A server that is listening on loopback. */
export interface RunningServer {
  port: number;
  close(): Promise<void>;
}

/** Serves the APIs on 127.0.0.1, with the faults asked for. @param tls certificate and key; plain HTTP without. */
export async function listen(
  services: Services,
  { port = 0, tls }: { port?: number; tls?: { cert: string; key: string } } = {},
): Promise<RunningServer> {
  const onRequest: RequestListener = (request, response) => {
    serve(services, request, response).catch((error: unknown) => {
      if (response.headersSent) response.end();
      else send(response, errorAnswer(500, "Internal Server Error", `sandbox: ${(error as Error).message}`));
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

const TOO_MANY = errorAnswer(
  429,
  "Too Many Requests",
  "Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.",
  "too_many_requests",
);
const MISDIRECTED = errorAnswer(421, "Misdirected Request", "The sandbox answers to names of this machine only.");

async function serve(services: Services, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { faults, requests } = services;
  const { body, size } = await readBody(request);
  if (!isOwnName(request.headers.host)) {
    send(response, MISDIRECTED);
    return;
  }
  const exchange = exchangeFor(services, request, body);
  if (faults.latencyMs > 0) await sleep(faults.latencyMs);
  const record = (status: number, fault?: string): void => {
    requests.append([{ at: new Date().toISOString(), ...exchange.label, status, ...(fault ? { fault } : {}) }]);
  };
  const bucket = exchange.path.startsWith("/api/") ? faults.takeToken() : undefined;
  const answerWith = (answer: Answer, fault?: string): void => {
    record(answer.status, fault);
    send(response, { ...answer, headers: { ...answer.headers, ...bucket?.headers } });
  };
  if (size > exchange.maxBody) answerWith(exchange.tooLarge());
  else if (bucket?.isRefused) answerWith(TOO_MANY);
  else {
    const rule = faults.ruleFor(exchange.method, exchange.path);
    if (rule) await fail(rule, exchange, { request, response, record, answerWith });
    else answerWith(await exchange.handle());
  }
}

/** What a fault needs of the request that it is done to. */
interface Connection {
  request: IncomingMessage;
  response: ServerResponse;
  record: (status: number, fault?: string) => void;
  answerWith: (answer: Answer, fault?: string) => void;
}

/** Does to an exchange what a fault says. */
async function fail(rule: FaultRule, exchange: Exchange, connection: Connection): Promise<void> {
  const { request, response, record, answerWith } = connection;
  const { fault } = rule;
  if (fault === "reset-before") {
    record(0, fault);
    request.socket.destroy();
    return;
  }
  if (fault === "status") {
    answerWith(exchange.fail(rule), fault);
    return;
  }
  const answer = await exchange.handle();
  if (fault === "status-after") {
    answerWith(exchange.fail(rule), fault);
    return;
  }
  if (fault === "slow-body") {
    record(answer.status, fault);
    await dribble(response, answer, rule.value ?? 1000);
    return;
  }
  record(0, fault);
  if (fault === "reset-after") request.socket.destroy();
}

/** Reads a body. What is over every limit is read and thrown away, so that the client gets an answer. */
async function readBody(request: IncomingMessage): Promise<{ body: Uint8Array; size: number }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY) chunks.push(chunk);
    else chunks.length = 0;
  }
  return { body: Buffer.concat(chunks), size };
}
