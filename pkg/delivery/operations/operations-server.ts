import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { PipelineStatus } from "../pipeline.ts";
import { renderMetrics } from "./metrics.ts";

/**
 * `/healthz`: the process answers. `/readyz`: every receiver takes events. `/metrics`: Prometheus text. Nothing here needs
 * an authorization, so it has a port of its own.
 */
export class OperationsServer {
  readonly #server: Server;

  constructor(pipelines: () => readonly PipelineStatus[]) {
    this.#server = createServer((request: IncomingMessage, response: ServerResponse) => {
      const { url = "", method } = request;
      request.resume();
      if (method !== "GET" && method !== "HEAD") return answer(response, 405, "GET\n");
      if (url === "/healthz") return answer(response, 200, "ok\n");
      if (url === "/metrics") return answer(response, 200, renderMetrics(pipelines(), Date.now()), METRICS);
      if (url !== "/readyz") return answer(response, 404, "/healthz /readyz /metrics\n");
      const unready = pipelines().filter(({ isReady }) => !isReady);
      if (unready.length === 0) return answer(response, 200, "ready\n");
      answer(response, 503, unready.map(({ name }) => `${name} takes no events\n`).join(""));
    });
    this.#server.requestTimeout = 5000;
    this.#server.maxConnections = 64;
  }

  /** @throws the system's error when the address cannot be had. */
  async listen(host: string, port: number): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, host, resolve);
    });
    return this.#server.address() as AddressInfo;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

const METRICS = "text/plain; version=0.0.4; charset=utf-8";

function answer(response: ServerResponse, status: number, text: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(text) });
  response.end(response.req.method === "HEAD" ? undefined : text);
}
