import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { randomUUID } from "node:crypto";
import type { Cloud } from "../aws/cloud.ts";
import { putEvents, sourcesOf, stateOf } from "../aws/eventbridge/index.ts";
import type { SandboxFolder } from "../host/folder.ts";
import { receiverOf } from "../host/receivers.ts";
import type { Delivery, Stream } from "./model.ts";
import type { TenantStore } from "./store.ts";

/** Auth0 tries four times; between tries it waits 1, 2 and 4 seconds (recorded). */
const WAITS_MS = [1000, 2000, 4000];
const TIMEOUT_MS = 10_000;
const MAX_CONSECUTIVE_FAILURES = 500;
const MAX_FAILURES = 5000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** What arrived where: a line of `.sandbox/inbox.jsonl`. */
export interface Arrival {
  at: string;
  streamId: string;
  streamName: string;
  /** URL, partner event source, or action. */
  destination: string;
  eventId: string;
  eventType: string;
  outcome: "delivered" | "failed" | "dropped";
  /** Status code of the receiver, or why nothing came. */
  detail: string;
}

/** Brings events to their streams' destinations, with Auth0's retries. */
export class Deliverer {
  readonly #store: TenantStore;
  readonly #folder: SandboxFolder;
  readonly #aws: Cloud;
  readonly #waits: readonly number[];

  /** @param waits milliseconds between tries; Auth0's own when not given. */
  constructor(store: TenantStore, folder: SandboxFolder, aws: Cloud, waits: readonly number[] = WAITS_MS) {
    this.#store = store;
    this.#folder = folder;
    this.#aws = aws;
    this.#waits = waits;
  }

  /** Delivers one event and records how it went. @returns what arrived. */
  async deliver(stream: Stream, delivery: Delivery): Promise<Arrival> {
    const { detail, isDelivered, isDropped = false, attempts } = await this.#attempt(stream, delivery);
    const done: Delivery = { ...delivery, status: isDelivered ? "success" : "failed", attempts };
    await this.#store.change(() => {
      this.#store.putDelivery(done);
      this.#count(stream.id, isDelivered);
    });
    const outcome = isDelivered ? (isDropped ? "dropped" : "delivered") : "failed";
    const arrival: Arrival = {
      at: new Date().toISOString(),
      streamId: stream.id,
      streamName: stream.name,
      destination: destinationOf(stream),
      eventId: delivery.id,
      eventType: delivery.event_type,
      outcome,
      detail,
    };
    this.#folder.append("inbox.jsonl", arrival);
    return arrival;
  }

  async #attempt(
    stream: Stream,
    delivery: Delivery,
  ): Promise<{ isDelivered: boolean; isDropped?: boolean; detail: string; attempts: Delivery["attempts"] }> {
    const attempts = [...delivery.attempts];
    if (stream.destination.type === "eventbridge") {
      const started = performance.now();
      const outcome = await this.#toPartnerSource(stream, delivery.event);
      attempts.push({ status: "success", timestamp: new Date().toISOString(), duration: performance.now() - started });
      return { isDelivered: true, ...outcome, attempts };
    }
    const receiver = receiverOf(this.#folder, stream.name);
    const standIn = receiver === undefined ? standInFor(stream) : undefined;
    if (standIn !== undefined) {
      attempts.push({ status: "success", timestamp: new Date().toISOString(), duration: 0 });
      return { isDelivered: true, detail: standIn, attempts };
    }
    for (let number = 0; ; number += 1) {
      const started = performance.now();
      const timestamp = new Date().toISOString();
      const outcome = await this.#post(stream, delivery.event, receiver).catch((error: NodeJS.ErrnoException) => error);
      const duration = performance.now() - started;
      const isStatus = typeof outcome === "number";
      if (isStatus && outcome >= 200 && outcome < 300) {
        attempts.push({ status: "success", timestamp, duration });
        return { isDelivered: true, detail: String(outcome), attempts };
      }
      const problem = isStatus
        ? `webhook answered ${outcome}`
        : `Post "${destinationOf(stream)}": ${outcome.code ?? outcome.message}`;
      attempts.push({
        status: "failed",
        error_message: problem.length > 50 ? `${problem.slice(0, 50)} ...` : problem,
        timestamp,
        duration,
      });
      const isFinal = isStatus && outcome >= 400 && outcome < 500;
      const wait = this.#waits[number];
      if (isFinal || wait === undefined) return { isDelivered: false, detail: problem, attempts };
      await sleep(wait);
    }
  }

  /** Hands an event to AWS, which drops it unless a bus is associated with the source: Auth0 never learns of that. */
  async #toPartnerSource(stream: Stream, event: Delivery["event"]): Promise<{ isDropped: boolean; detail: string }> {
    const {
      aws_account_id: account,
      aws_region: region,
      aws_partner_event_source: name,
    } = stream.destination.configuration as Record<string, string>;
    const place = { account: account ?? "", region: region ?? "" };
    const source = sourcesOf(place, this.#aws).find((each) => each.name === name);
    const state = source ? stateOf(source, place, this.#aws) : "not there yet";
    if (!source || state !== "ACTIVE") {
      const why = state === "PENDING" ? "PENDING: no bus is associated with it" : state;
      return { isDropped: true, detail: `the partner event source is ${why}` };
    }
    const time = String(event["time"]).replace(/\.\d+Z$/, "Z");
    const reached = await putEvents(this.#aws, place, source.name, [
      {
        version: "0",
        id: randomUUID(),
        "detail-type": String(event["type"]),
        source: source.name,
        ...place,
        time,
        resources: [],
        detail: event,
      },
    ]);
    const counts = Map.groupBy(reached, ({ outcome }) => outcome);
    const summary = [...counts].map(([outcome, list]) => `${list.length} ${outcome}`).join(", ");
    return { isDropped: false, detail: summary === "" ? "no rule matches" : `targets: ${summary}` };
  }

  /** Posts to an endpoint on this machine: the destination's own, or the receiver that stands in for its host. */
  #post(stream: Stream, event: object, receiver: string | undefined): Promise<number> {
    const { webhook_endpoint, webhook_authorization } = stream.destination.configuration;
    const { pathname, search, origin } = new URL(String(webhook_endpoint));
    const url = new URL(pathname + search, receiver ?? origin);
    const body = JSON.stringify(event);
    const headers = {
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
      ...authorizationHeader(webhook_authorization as Record<string, string>),
    };
    return new Promise((resolve, reject) => {
      const send = url.protocol === "http:" ? httpRequest : httpsRequest;
      const request = send(
        url,
        {
          method: "POST",
          headers,
          timeout: TIMEOUT_MS,
          ...(url.protocol === "https:" ? { agent: this.#agent() } : {}),
        },
        (response) => {
          response.resume();
          response.on("end", () => resolve(response.statusCode ?? 0));
        },
      );
      request.on("timeout", () => request.destroy(new Error("timeout")));
      request.on("error", reject);
      request.end(body);
    });
  }

  #https: Agent | undefined;

  /** Trusts the sandbox's own CA besides the usual ones, so that receivers may use a certificate of it. */
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

  /** Auth0 disables a stream after 500 failures in a row, or 5,000 in all. Call inside a change of the store. */
  #count(id: string, isDelivered: boolean): void {
    const stream = this.#store.streams.get(id);
    if (!stream || (isDelivered && stream.failures.consecutive === 0)) return;
    const consecutive = isDelivered ? 0 : stream.failures.consecutive + 1;
    const total = isDelivered ? stream.failures.total : stream.failures.total + 1;
    const isOver = consecutive >= MAX_CONSECUTIVE_FAILURES || total >= MAX_FAILURES;
    this.#store.putStream({ ...stream, failures: { consecutive, total }, ...(isOver ? { status: "disabled" } : {}) });
  }
}

/** Why nothing is posted: destinations that are not on this machine end in the inbox. `undefined` for those that are. */
function standInFor({ destination: { type, configuration } }: Stream): string | undefined {
  if (type === "action") return "the sandbox runs no actions: kept in its inbox";
  const { hostname } = new URL(String(configuration["webhook_endpoint"]));
  return LOOPBACK.test(hostname) ? undefined : "the sandbox never leaves this machine: kept in its inbox";
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
