import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "../../aws/cloud.ts";
import type { TargetArrival } from "../../aws/eventbridge/index.ts";
import type { SandboxFolder } from "../../host/folder.ts";
import { receiverOf } from "../../host/receivers.ts";
import type { Arrival } from "../inbox.ts";
import type { LogStream } from "../log-streams/model.ts";
import { handToSource, summaryOf } from "../partner-source.ts";
import { WebhookClient, isOnThisMachine } from "../webhook-client.ts";
import { batchBody, batchHeaders } from "./format.ts";
import type { LogRecord } from "./records.ts";

/** Auth0 tries three times (its documents). */
const ATTEMPTS = 3;
const WAIT_MS = 1000;
/** Records of one post. */
const BATCH = 100;

/** How records of one stream ended. */
type Ended = Pick<Arrival, "outcome" | "detail">;

/** Brings log records to their streams' sinks. */
export class LogDeliverer {
  readonly #folder: SandboxFolder;
  readonly #aws: Cloud;
  readonly #client: WebhookClient;
  readonly #wait: number;

  /** @param wait milliseconds between tries of a post. */
  constructor(folder: SandboxFolder, aws: Cloud, wait = WAIT_MS) {
    this.#folder = folder;
    this.#aws = aws;
    this.#client = new WebhookClient(folder);
    this.#wait = wait;
  }

  /** Delivers records of one stream. @returns what arrived, record by record, and what rules brought to their targets. */
  async deliver(
    stream: LogStream,
    records: readonly LogRecord[],
  ): Promise<{ arrivals: Arrival[]; targetArrivals: TargetArrival[] }> {
    const targetArrivals: TargetArrival[] = [];
    const ended = await this.#end(stream, records, targetArrivals);
    const at = new Date().toISOString();
    const arrivals = records.map(({ log_id, data }, index): Arrival => ({
      at,
      streamId: stream.id,
      streamName: stream.name,
      destination: destinationOf(stream),
      eventId: log_id,
      eventType: data.type,
      outcome: ended[index]?.outcome ?? "failed",
      detail: ended[index]?.detail ?? "",
    }));
    return { arrivals, targetArrivals };
  }

  async #end(stream: LogStream, records: readonly LogRecord[], targetArrivals: TargetArrival[]): Promise<Ended[]> {
    if (stream.type === "eventbridge") return this.#toPartnerSource(stream, records, targetArrivals);
    const all = (each: Ended): Ended[] => records.map(() => each);
    if (stream.type !== "http")
      return all({ outcome: "delivered", detail: "the sandbox never leaves this machine: kept in its inbox" });
    const receiver = receiverOf(this.#folder, stream.name);
    const endpoint = String(stream.sink["httpEndpoint"]);
    if (receiver === undefined && !isOnThisMachine(endpoint))
      return all({ outcome: "delivered", detail: "the sandbox never leaves this machine: kept in its inbox" });
    const { pathname, search, origin } = new URL(endpoint);
    const url = new URL(pathname + search, receiver ?? origin);
    const batches = Array.from({ length: Math.ceil(records.length / BATCH) }, (_, index) =>
      records.slice(index * BATCH, (index + 1) * BATCH),
    );
    const outcomes = await Promise.all(batches.map((batch) => this.#post(url, stream, batch)));
    return batches.flatMap((batch, index) => batch.map(() => outcomes[index] ?? { outcome: "failed", detail: "" }));
  }

  async #post(url: URL, { sink }: LogStream, batch: readonly LogRecord[]): Promise<Ended> {
    const body = batchBody(batch, sink["httpContentFormat"]);
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#client
        .post(url, body, batchHeaders(sink))
        .catch((error: NodeJS.ErrnoException) => error);
      const isStatus = typeof answer === "number";
      if (isStatus && answer >= 200 && answer < 300) return { outcome: "delivered", detail: String(answer) };
      const detail = isStatus ? `the endpoint answered ${answer}` : (answer.code ?? answer.message);
      if (attempt >= ATTEMPTS) return { outcome: "failed", detail };
      await sleep(this.#wait);
    }
  }

  async #toPartnerSource(
    { sink }: LogStream,
    records: readonly LogRecord[],
    targetArrivals: TargetArrival[],
  ): Promise<Ended[]> {
    const source = {
      name: String(sink["awsPartnerEventSource"]),
      account: String(sink["awsAccountId"]),
      region: String(sink["awsRegion"]),
    };
    const time = new Date().toISOString();
    const events = records.map((detail) => ({ type: "Auth0 log", time, detail }));
    const handed = await handToSource(this.#aws, source, events);
    if ("dropped" in handed) return records.map(() => ({ outcome: "dropped", detail: handed.dropped }));
    targetArrivals.push(...handed.reached.flat());
    return handed.reached.map((reached) => ({ outcome: "delivered", detail: summaryOf(reached) }));
  }
}

/** URL, partner event source or topic, or the sink's type. */
function destinationOf({ type, sink }: LogStream): string {
  const place = [sink["httpEndpoint"], sink["awsPartnerEventSource"], sink["azurePartnerTopic"]];
  return place.find((each) => typeof each === "string") ?? type;
}
