import type { Auth0Client } from "../client.ts";
import { UnknownOutcome, isNotFound, parsed } from "../failures.ts";
import { wireLogStream, wireLogStreams } from "./wire.ts";
import type { WireLogStream, WireLogStreamBody } from "./wire.ts";

const PATH = "/log-streams";

/** The log streams of one tenant. */
export class LogStreamApi {
  readonly #client: Auth0Client;
  #listing: Promise<WireLogStream[]> | undefined;

  constructor(client: Auth0Client) {
    this.#client = client;
  }

  /** Creates a stream. @throws UnknownOutcome when it may or may not have been created. */
  async create(body: WireLogStreamBody, signal: AbortSignal): Promise<WireLogStream> {
    return parsed(wireLogStream, ...(await this.#client.call("POST", PATH, signal, body)));
  }

  async update(id: string, body: WireLogStreamBody, signal: AbortSignal): Promise<WireLogStream> {
    return parsed(wireLogStream, ...(await this.#client.call("PATCH", pathOf(id), signal, body)));
  }

  /** The stream, or `undefined` when Auth0 says that there is none of that id. */
  async get(id: string, signal: AbortSignal): Promise<WireLogStream | undefined> {
    try {
      return parsed(wireLogStream, ...(await this.#client.call("GET", pathOf(id), signal)));
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /**
   * Deletes a stream. It is gone only when Auth0 says so: by 204, or by a 404 of its own.
   * @throws UnknownOutcome for every other answer below 400, such as the page of a proxy.
   */
  async delete(id: string, signal: AbortSignal): Promise<void> {
    try {
      const [what, answer] = await this.#client.call("DELETE", pathOf(id), signal);
      if (answer.status !== 204) throw new UnknownOutcome(what, `it answered ${answer.status}, and not 204`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** All streams of the tenant, as they are now. */
  async list(signal: AbortSignal): Promise<WireLogStream[]> {
    return parsed(wireLogStreams, ...(await this.#client.call("GET", PATH, signal)));
  }

  /** All streams of the tenant as they were at the beginning: one request for all who ask. */
  listed(signal: AbortSignal): Promise<WireLogStream[]> {
    this.#listing ??= this.list(signal).catch((error: unknown) => {
      this.#listing = undefined;
      throw error;
    });
    return this.#listing;
  }

  /** Forgets what {@link listed} has seen, so that the next read is a fresh one. */
  forget(): void {
    this.#listing = undefined;
  }
}

function pathOf(id: string): string {
  return `${PATH}/${encodeURIComponent(id)}`;
}
