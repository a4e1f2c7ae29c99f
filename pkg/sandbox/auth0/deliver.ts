import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "../aws/cloud.ts";
import type { TargetArrival } from "../aws/eventbridge/index.ts";
import type { SandboxFolder } from "../host/folder.ts";
import { receiverOf } from "../host/receivers.ts";
import { inboxOf } from "./inbox.ts";
import type { Arrival, Inbox } from "./inbox.ts";
import type { Delivery, Stream } from "./model.ts";
import { handToSource, summaryOf } from "./partner-source.ts";
import type { TenantStore } from "./store.ts";
import { WebhookClient, isOnThisMachine } from "./webhook-client.ts";

/** Auth0 tries four times; between tries it waits 1, 2 and 4 seconds (recorded). */
const WAITS_MS = [1000, 2000, 4000];
const MAX_CONSECUTIVE_FAILURES = 500;
const MAX_FAILURES = 5000;

/** What came of a delivery, before it is on record. */
interface Outcome {
  outcome: Arrival["outcome"];
  detail: string;
  attempts: Delivery["attempts"];
}

/** What came of deliveries, and what rules brought to their targets. */
export interface Delivered {
  arrivals: Arrival[];
  targetArrivals: TargetArrival[];
}

/** Brings events to their streams' destinations, with Auth0's retries. */
export class Deliverer {
  readonly #store: TenantStore;
  readonly #folder: SandboxFolder;
  readonly #aws: Cloud;
  readonly #waits: readonly number[];
  readonly #client: WebhookClient;
  readonly #inbox: Inbox;

  /** @param waits milliseconds between tries; Auth0's own when not given. */
  constructor(store: TenantStore, folder: SandboxFolder, aws: Cloud, waits: readonly number[] = WAITS_MS) {
    this.#store = store;
    this.#folder = folder;
    this.#aws = aws;
    this.#waits = waits;
    this.#client = new WebhookClient(folder);
    this.#inbox = inboxOf(folder);
  }

  /** Delivers events of one stream side by side, and records how it went. */
  async deliver(stream: Stream, deliveries: readonly Delivery[]): Promise<Delivered> {
    const targetArrivals: TargetArrival[] = [];
    const outcomes = await this.#outcomes(stream, deliveries, targetArrivals);
    const done = deliveries.map((delivery, index): Delivery => ({
      ...delivery,
      status: outcomes[index]?.outcome === "failed" ? "failed" : "success",
      attempts: outcomes[index]?.attempts ?? [],
    }));
    this.#store.deliveries.put(stream.id, done);
    await this.#count(
      stream.id,
      outcomes.map(({ outcome }) => outcome !== "failed"),
    );
    const at = new Date().toISOString();
    const arrivals = deliveries.map((delivery, index): Arrival => ({
      at,
      streamId: stream.id,
      streamName: stream.name,
      destination: destinationOf(stream),
      eventId: delivery.id,
      eventType: delivery.event_type,
      outcome: outcomes[index]?.outcome ?? "failed",
      detail: outcomes[index]?.detail ?? "",
    }));
    this.#inbox.append(arrivals);
    return { arrivals, targetArrivals };
  }

  async #outcomes(
    stream: Stream,
    deliveries: readonly Delivery[],
    targetArrivals: TargetArrival[],
  ): Promise<Outcome[]> {
    if (stream.destination.type === "eventbridge") return this.#toPartnerSource(stream, deliveries, targetArrivals);
    const receiver = receiverOf(this.#folder, stream.name);
    const detail = receiver === undefined ? standInFor(stream) : undefined;
    if (detail === undefined) return Promise.all(deliveries.map((each) => this.#post(stream, each, receiver)));
    const timestamp = new Date().toISOString();
    return deliveries.map(({ attempts }) => ({
      outcome: "delivered",
      detail,
      attempts: [...attempts, { status: "success", timestamp, duration: 0 }],
    }));
  }

  /** Posts to an endpoint on this machine: the destination's own, or the receiver that stands in for its host. */
  async #post(stream: Stream, delivery: Delivery, receiver: string | undefined): Promise<Outcome> {
    const attempts = [...delivery.attempts];
    const { webhook_endpoint, webhook_authorization } = stream.destination.configuration;
    const { pathname, search, origin } = new URL(String(webhook_endpoint));
    const url = new URL(pathname + search, receiver ?? origin);
    const headers = {
      "content-type": "application/json",
      ...authorizationHeader(webhook_authorization as Record<string, string>),
    };
    const body = JSON.stringify(delivery.event);
    for (let number = 0; ; number += 1) {
      const started = performance.now();
      const timestamp = new Date().toISOString();
      const answer = await this.#client.post(url, body, headers).catch((error: NodeJS.ErrnoException) => error);
      const duration = performance.now() - started;
      const isStatus = typeof answer === "number";
      if (isStatus && answer >= 200 && answer < 300) {
        attempts.push({ status: "success", timestamp, duration });
        return { outcome: "delivered", detail: String(answer), attempts };
      }
      const problem = isStatus
        ? `webhook answered ${answer}`
        : `Post "${destinationOf(stream)}": ${answer.code ?? answer.message}`;
      attempts.push({
        status: "failed",
        error_message: problem.length > 50 ? `${problem.slice(0, 50)} ...` : problem,
        timestamp,
        duration,
      });
      const isFinal = isStatus && answer >= 400 && answer < 500;
      const wait = this.#waits[number];
      if (isFinal || wait === undefined) return { outcome: "failed", detail: problem, attempts };
      await sleep(wait);
    }
  }

  async #toPartnerSource(
    stream: Stream,
    deliveries: readonly Delivery[],
    targetArrivals: TargetArrival[],
  ): Promise<Outcome[]> {
    const started = performance.now();
    const {
      aws_account_id: account,
      aws_region: region,
      aws_partner_event_source: name,
    } = stream.destination.configuration as Record<string, string>;
    const handed = await handToSource(
      this.#aws,
      { name: name ?? "", account: account ?? "", region: region ?? "" },
      deliveries.map(({ event }) => ({ type: String(event["type"]), time: String(event["time"]), detail: event })),
    );
    const attempt = { status: "success" as const, timestamp: new Date().toISOString() };
    const duration = performance.now() - started;
    const attempted = ({ attempts }: Delivery): Outcome["attempts"] => [...attempts, { ...attempt, duration }];
    if ("dropped" in handed)
      return deliveries.map((delivery) => ({
        outcome: "dropped",
        detail: handed.dropped,
        attempts: attempted(delivery),
      }));
    targetArrivals.push(...handed.reached.flat());
    return deliveries.map((delivery, index) => ({
      outcome: "delivered",
      detail: summaryOf(handed.reached[index] ?? []),
      attempts: attempted(delivery),
    }));
  }

  /** Auth0 disables a stream after 500 failures in a row, or 5,000 in all. */
  async #count(id: string, areDelivered: readonly boolean[]): Promise<void> {
    const consecutiveBefore = this.#store.streams.get(id)?.failures.consecutive ?? 0;
    if (consecutiveBefore === 0 && areDelivered.every(Boolean)) return;
    await this.#store.change(() => {
      const stream = this.#store.streams.get(id);
      if (!stream) return;
      let { consecutive, total } = stream.failures;
      let isOver = false;
      for (const isDelivered of areDelivered) {
        consecutive = isDelivered ? 0 : consecutive + 1;
        total = isDelivered ? total : total + 1;
        isOver ||= consecutive >= MAX_CONSECUTIVE_FAILURES || total >= MAX_FAILURES;
      }
      this.#store.putStream({ ...stream, failures: { consecutive, total }, ...(isOver ? { status: "disabled" } : {}) });
    });
  }
}

/** Why nothing is posted: destinations that are not on this machine end in the inbox. `undefined` for those that are. */
function standInFor({ destination: { type, configuration } }: Stream): string | undefined {
  if (type === "action") return "the sandbox runs no actions: kept in its inbox";
  return isOnThisMachine(String(configuration["webhook_endpoint"]))
    ? undefined
    : "the sandbox never leaves this machine: kept in its inbox";
}

function destinationOf({ destination: { type, configuration } }: Stream): string {
  const key =
    type === "webhook" ? "webhook_endpoint" : type === "eventbridge" ? "aws_partner_event_source" : "action_id";
  return String(configuration[key]);
}

function authorizationHeader(given: Record<string, string>): Record<string, string> {
  if (given["method"] === "bearer") return { authorization: `Bearer ${given["token"]}` };
  if (given["method"] === "basic")
    return { authorization: `Basic ${Buffer.from(`${given["username"]}:${given["password"]}`).toString("base64")}` };
  return { [given["header_key"] ?? "x-missing"]: given["header_value"] ?? "" };
}
