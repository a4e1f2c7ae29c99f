import { createServer, request as httpRequest } from "node:http";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach } from "vitest";

const open: (() => void)[] = [];

afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** Serves on a free port of this machine until the test ends. @returns its URL, without a slash at the end. */
export async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return `http://127.0.0.1:${port}`;
}

/** A request on its way through a proxy. */
export interface Passing {
  method: string;
  path: string;
  /** Sends it on and gives the answer, unless it was sent on already. */
  forward: () => Promise<{ status: number; body: string }>;
  /** The answer to the client. */
  response: ServerResponse;
}

/**
 * A proxy in front of a server. @param intercept gets each request, and answers it itself by returning true.
 * @returns the proxy's URL.
 */
export function proxyTo(origin: string, intercept: (passing: Passing) => Promise<boolean> | boolean): Promise<string> {
  return listening((request, response) => {
    void pass(origin, request, response, intercept);
  });
}

async function pass(
  origin: string,
  request: IncomingMessage,
  response: ServerResponse,
  intercept: (passing: Passing) => Promise<boolean> | boolean,
): Promise<void> {
  const { method = "", url = "" } = request;
  const body = await text(request);
  let answered: Promise<{ status: number; body: string; headers: IncomingMessage["headers"] }> | undefined;
  const forward = () =>
    (answered ??= new Promise((done, fail) => {
      const onward = httpRequest(`${origin}${url}`, { method, headers: request.headers }, (answer) => {
        text(answer).then(
          (content) => done({ status: answer.statusCode ?? 0, body: content, headers: answer.headers }),
          fail,
        );
      });
      onward.on("error", fail);
      onward.end(body);
    }));
  if (await intercept({ method, path: url.replace(/\?.*/, ""), forward, response })) return;
  const { status, headers, body: content } = await forward();
  const { "transfer-encoding": _, ...kept } = headers;
  response.writeHead(status, { ...kept, "content-length": Buffer.byteLength(content) }).end(content);
}
