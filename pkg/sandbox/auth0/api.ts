import { randomUUID } from "node:crypto";
import type { SandboxCredentials } from "../host/folder.ts";
import { keepSecrets, readStreamBody, requireSecrets } from "./body.ts";
import { listDeliveries, oneDelivery, streamStats } from "./delivery-queries.ts";
import { ApiFault, invalidBody, invalidId, invalidQuery, noSuchStream } from "./errors.ts";
import type { ApiAnswer } from "./errors.ts";
import { LOG_STREAM_SCOPES, answerLogStreams } from "./log-streams/api.ts";
import { TENANT, answerOf, newId } from "./model.ts";
import type { Delivery, Stream } from "./model.ts";
import { readTake } from "./query.ts";
import { decoded, json } from "./request-parts.ts";
import { sampleEvent } from "./sample-events.ts";
import type { TenantStore } from "./store.ts";
import { authorize, grantToken } from "./token.ts";

/** A request as the simulator sees it. */
export interface ApiRequest {
  method: string;
  /** Path and query. */
  url: string;
  authorization: string | undefined;
  body: string;
}

const ID_FORMAT = /^est_[a-zA-Z0-9]{22}$/;
/** Auth0 refuses to enable a stream again before its failures are worked off. */
const MAX_FAILURES = 5000;

/** The Management API of the sandbox's tenant: `/oauth/token` and everything below `/api/v2/event-streams`. */
export class Auth0Api {
  readonly #store: TenantStore;
  readonly #credentials: SandboxCredentials;
  /** Sends deliveries on their way; given the stream and the delivery. */
  readonly #deliver: (stream: Stream, delivery: Delivery) => void;

  constructor(
    store: TenantStore,
    credentials: SandboxCredentials,
    deliver: (stream: Stream, delivery: Delivery) => void,
  ) {
    this.#store = store;
    this.#credentials = credentials;
    this.#deliver = deliver;
  }

  /** Answers a request; never throws for what a client did. */
  async handle(request: ApiRequest): Promise<ApiAnswer> {
    try {
      return await this.#route(request);
    } catch (error) {
      if (error instanceof ApiFault) return error.answer;
      throw error;
    }
  }

  async #route({ method, url, authorization, body }: ApiRequest): Promise<ApiAnswer> {
    const [pathname = "", query] = url.split("?");
    const searchParams = new URLSearchParams(query);
    if (pathname === "/oauth/token" && method === "POST") return grantToken(body, authorization, this.#credentials);
    if (pathname === "/api/v2/actions/actions" && method === "GET") return this.#noActions(authorization, searchParams);
    const [, logStreams] = /^\/api\/v2\/log-streams((?:\/.*)?)$/.exec(pathname) ?? [];
    if (logStreams !== undefined) {
      authorize(authorization, [LOG_STREAM_SCOPES[method] ?? "read:log_streams"], this.#credentials);
      this.#store.sync();
      const steps = logStreams.split("/").slice(1).map(decoded);
      return answerLogStreams(this.#store, { method, steps, body: () => json(body) });
    }
    const [, steps] = /^\/api\/v2\/event-streams((?:\/.*)?)$/.exec(pathname) ?? [];
    if (steps === undefined) throw new ApiFault(404, "Not Found");
    this.#store.sync();
    return this.#eventStreams(method, steps.split("/").slice(1).map(decoded), { authorization, body, searchParams });
  }

  #eventStreams(
    method: string,
    [id, part, eventId, ...more]: readonly string[],
    {
      authorization,
      body,
      searchParams,
    }: { authorization: string | undefined; body: string; searchParams: URLSearchParams },
  ): ApiAnswer | Promise<ApiAnswer> {
    const allow = (...scopes: string[]): void => authorize(authorization, scopes, this.#credentials);
    const route =
      more.length > 0 ? "" : [method, id ? ":id" : "", part ?? "", eventId ? ":event" : ""].filter(Boolean).join(" ");
    switch (route) {
      case "GET":
        return (allow("read:event_streams"), this.#list(searchParams));
      case "POST":
        return (allow("create:event_streams"), this.#create(json(body)));
      case "GET :id":
        return (allow("read:event_streams"), { status: 200, body: answerOf(this.#stream(id)) });
      case "PATCH :id":
        return (allow("update:event_streams"), this.#update(id, json(body)));
      case "DELETE :id":
        return (allow("delete:event_streams"), this.#delete(id));
      case "GET :id deliveries":
        return (
          allow("read:event_streams", "read:event_deliveries"), listDeliveries(this.#deliveriesOf(id), searchParams)
        );
      case "GET :id deliveries :event":
        return (allow("read:event_deliveries"), oneDelivery(this.#deliveriesOf(id), eventId));
      case "POST :id redeliver":
        return (allow("update:event_deliveries"), this.#redeliverMany(id, json(body || "{}")));
      case "POST :id redeliver :event":
        return (allow("update:event_deliveries"), this.#redeliverOne(id, eventId));
      case "POST :id test":
        return (allow("update:event_streams"), this.#test(id, json(body)));
      case "GET :id stats":
        return (allow("read:event_streams"), streamStats(this.#stream(id), this.#deliveriesOf(id), searchParams));
      default:
        throw new ApiFault(404, "Not Found");
    }
  }

  /** The tenant has no actions; a0deploy asks for them before it looks at event streams. */
  #noActions(authorization: string | undefined, query: URLSearchParams): ApiAnswer {
    authorize(authorization, ["read:actions"], this.#credentials);
    const [page, perPage] = [Number(query.get("page") ?? 0), Number(query.get("per_page") ?? 50)];
    return { status: 200, body: { actions: [], total: 0, page, per_page: perPage } };
  }

  #list(query: URLSearchParams): ApiAnswer {
    const take = readTake(query);
    const all = [...this.#store.streams.values()];
    const from = query.get("from");
    const start = from === null ? 0 : all.findIndex(({ id }) => cursorOf(id) === from) + 1;
    if (from !== null && start === 0) throw invalidQuery("Invalid from parameter", "from");
    const page = all.slice(start, start + take);
    const last = page.at(-1);
    const next = last && start + take < all.length ? { next: cursorOf(last.id) } : {};
    return { status: 200, body: { eventStreams: page.map(answerOf), ...next } };
  }

  async #create(input: unknown): Promise<ApiAnswer> {
    const { name, subscriptions = [], destination, status = "enabled" } = readStreamBody(input, true);
    if (!destination) throw invalidBody("Missing required property: destination", "destination");
    requireSecrets(destination);
    return this.#store.change(() => {
      if (name !== undefined) this.#refuseTakenName(name);
      const now = new Date().toISOString();
      const id = newId("est");
      if (destination.type === "eventbridge") {
        destination.configuration["aws_partner_event_source"] =
          `aws.partner/auth0.com/${TENANT}-${randomUUID()}/auth0.events`;
      }
      const stream: Stream = {
        id,
        status,
        name: name ?? id,
        subscriptions,
        created_at: now,
        updated_at: now,
        destination,
        failures: { consecutive: 0, total: 0 },
      };
      this.#store.putStream(stream);
      return { status: 201, body: answerOf(stream) };
    });
  }

  async #update(id: string | undefined, input: unknown): Promise<ApiAnswer> {
    const body = readStreamBody(input, false);
    return this.#store.change(() => {
      const old = this.#stream(id);
      if (body.name !== undefined && body.name !== old.name) this.#refuseTakenName(body.name);
      if (body.destination && old.destination.type !== "webhook") {
        throw invalidBody(`The destination of ${old.destination.type} streams cannot be updated`, "destination");
      }
      if (body.destination && body.destination.type !== old.destination.type)
        throw invalidBody("The type of a destination cannot be updated", "destination.type");
      if (body.status === "enabled" && old.status === "disabled" && old.failures.total >= MAX_FAILURES) {
        throw new ApiFault(400, "The stream has too many failed deliveries to be enabled; redeliver them first.");
      }
      const destination = body.destination ? keepSecrets(body.destination, old.destination) : old.destination;
      const failures =
        body.status === "enabled" && old.status === "disabled" ? { ...old.failures, consecutive: 0 } : old.failures;
      // Times have milliseconds; two changes within one must still differ.
      const updated_at = new Date(Math.max(Date.now(), Date.parse(old.updated_at) + 1)).toISOString();
      const stream: Stream = { ...old, ...body, destination, failures, updated_at };
      this.#store.putStream(stream);
      return { status: 200, body: answerOf(stream) };
    });
  }

  async #delete(id: string | undefined): Promise<ApiAnswer> {
    checkId(id);
    return this.#store.change(() => {
      if (this.#store.streams.has(id)) this.#store.deleteStream(id);
      return { status: 204 };
    });
  }

  async #test(id: string | undefined, input: unknown): Promise<ApiAnswer> {
    const { event_type, data } = input as { event_type?: unknown; data?: unknown };
    if (typeof event_type !== "string") throw invalidBody("Missing required property: event_type", "event_type");
    const stream = this.#stream(id);
    const event = { ...sampleEvent(event_type, stream.id), a0purpose: "test", ...(data === undefined ? {} : { data }) };
    const delivery: Delivery = {
      id: event.id,
      event_stream_id: stream.id,
      event_type,
      status: "pending",
      attempts: [],
      event,
    };
    this.#store.deliveries.put(stream.id, [delivery]);
    this.#deliver(stream, delivery);
    return { status: 202, body: delivery };
  }

  async #redeliverOne(id: string | undefined, eventId: string | undefined): Promise<ApiAnswer> {
    const stream = this.#stream(id);
    const delivery = this.#deliveriesOf(id).find((each) => each.id === eventId);
    if (!delivery) throw new ApiFault(404, "The requested delivery does not exist.");
    if (delivery.status !== "failed")
      throw new ApiFault(409, "One or more events is not in a state that allows redelivery.");
    await this.#redeliver(stream, [delivery]);
    return { status: 202, body: {} };
  }

  async #redeliverMany(id: string | undefined, input: unknown): Promise<ApiAnswer> {
    const filters = input as { date_from?: string; date_to?: string; statuses?: string[]; event_types?: string[] };
    const stream = this.#stream(id);
    const chosen = this.#deliveriesOf(id).filter(
      ({ status, event_type, event }) =>
        status === "failed" &&
        (!filters.statuses || filters.statuses.includes(status)) &&
        (!filters.event_types || filters.event_types.includes(event_type)) &&
        (!filters.date_from || String(event["time"]) >= filters.date_from) &&
        (!filters.date_to || String(event["time"]) <= filters.date_to),
    );
    await this.#redeliver(stream, chosen);
    return { status: 202, body: filters };
  }

  async #redeliver(stream: Stream, deliveries: readonly Delivery[]): Promise<void> {
    for (const delivery of deliveries) {
      const mark = { status: "retrying" as const, timestamp: new Date().toISOString() };
      const again: Delivery = { ...delivery, status: "pending", attempts: [...delivery.attempts, mark] };
      this.#store.deliveries.put(stream.id, [again]);
      this.#deliver(stream, again);
    }
  }

  #stream(id: string | undefined): Stream {
    checkId(id);
    const stream = this.#store.streams.get(id);
    if (!stream) throw noSuchStream();
    return stream;
  }

  #deliveriesOf(id: string | undefined): Delivery[] {
    return this.#store.deliveries.of(this.#stream(id).id);
  }

  #refuseTakenName(name: string): void {
    for (const stream of this.#store.streams.values()) {
      if (stream.name === name) {
        throw new ApiFault(
          409,
          "You have reached the maximum number of event streams for your account OR Event stream name already in use.",
        );
      }
    }
  }
}

function checkId(id: string | undefined): asserts id is string {
  if (id === undefined || !ID_FORMAT.test(id))
    throw invalidId("event-stream-id", id ?? "", "Unique identifier for the event stream");
}

/** Opaque to the client. */
function cursorOf(id: string): string {
  return Buffer.from(`after:${id}`).toString("base64url");
}
