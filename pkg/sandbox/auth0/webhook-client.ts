import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import type { SandboxFolder } from "../host/folder.ts";

const TIMEOUT_MS = 10_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether a URL is of this machine: nothing else is ever posted to. */
export function isOnThisMachine(url: string): boolean {
  return LOOPBACK.test(new URL(url).hostname);
}

/** Posts to endpoints on this machine. Trusts the sandbox's own CA besides the usual ones. */
export class WebhookClient {
  readonly #folder: SandboxFolder;
  #https: Agent | undefined;

  constructor(folder: SandboxFolder) {
    this.#folder = folder;
  }

  /** @returns the status code. @throws Error when there is no answer within ten seconds. */
  post(url: URL, body: string, headers: Record<string, string>): Promise<number> {
    const isPlain = url.protocol === "http:";
    const options = {
      method: "POST",
      headers: { ...headers, "content-length": String(Buffer.byteLength(body)) },
      timeout: TIMEOUT_MS,
      ...(isPlain ? {} : { agent: this.#agent() }),
    };
    return new Promise((resolve, reject) => {
      const request = (isPlain ? httpRequest : httpsRequest)(url, options, (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
      });
      request.on("timeout", () => request.destroy(new Error("timeout")));
      request.on("error", reject);
      request.end(body);
    });
  }

  #agent(): Agent {
    if (!this.#https) {
      let ca: string | undefined;
      try {
        ca = readFileSync(this.#folder.file("tls/ca.pem"), "utf8");
      } catch {
        ca = undefined;
      }
      this.#https = new Agent({ keepAlive: true, maxSockets: 64, ...(ca ? { ca } : {}) });
    }
    return this.#https;
  }
}
