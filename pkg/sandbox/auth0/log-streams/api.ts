import { ApiFault, invalidBody } from "../errors.ts";
import type { ApiAnswer } from "../errors.ts";
import type { TenantStore } from "../store.ts";
import { readCreate, readUpdate } from "./body.ts";
import { PRIORITY_FILTERS, madeFor, newLogStreamId, shownLogStream } from "./model.ts";
import type { LogStream } from "./model.ts";
import { IMMUTABLE } from "./sinks.ts";

/** A request below `/api/v2/log-streams`, read and authorized. */
export interface LogStreamRequest {
  method: string;
  /** The steps of the path after `log-streams`. */
  steps: readonly string[];
  /** The body, as JSON. */
  body: () => unknown;
}

/** The scope that a method needs. */
export const LOG_STREAM_SCOPES: Readonly<Record<string, string>> = {
  GET: "read:log_streams",
  POST: "create:log_streams",
  PATCH: "update:log_streams",
  DELETE: "delete:log_streams",
};

/** Answers a request for log streams: held to recorded exchanges. @throws ApiFault */
export async function answerLogStreams(
  store: TenantStore,
  { method, steps, body }: LogStreamRequest,
): Promise<ApiAnswer> {
  const [id, ...more] = steps;
  if (more.length > 0) throw new ApiFault(404, "Not Found");
  if (id === undefined) {
    if (method === "GET") return { status: 200, body: [...store.logStreams.values()].map(shownLogStream) };
    if (method === "POST") return create(store, body());
  } else {
    if (method === "GET") return { status: 200, body: shownLogStream(find(store, id)) };
    if (method === "PATCH") return update(store, id, body());
    if (method === "DELETE") return remove(store, id);
  }
  throw new ApiFault(404, "Not Found");
}

/** Recorded: 200, not 201. Names need not be unique. */
async function create(store: TenantStore, input: unknown): Promise<ApiAnswer> {
  const { name, type, sink, filters = [], isPriority = false, pii_config } = readCreate(input);
  return store.change(() => {
    const id = newLogStreamId();
    const stream: LogStream = {
      id,
      name: name ?? id,
      type,
      status: "active",
      sink: { ...sink, ...madeFor(type) },
      filters: isPriority ? [...PRIORITY_FILTERS] : filters,
      isPriority,
      ...(pii_config ? { pii_config } : {}),
      created_at: new Date().toISOString(),
    };
    store.putLogStream(stream);
    return { status: 200, body: shownLogStream(stream) };
  });
}

/** Recorded: an update without `pii_config` takes it away, empty `filters` disappear, priority has filters of its own. */
async function update(store: TenantStore, id: string, input: unknown): Promise<ApiAnswer> {
  return store.change(() => {
    const old = find(store, id);
    const { pii_config, ...changed } = readUpdate(input, old.type);
    if (changed.sink && IMMUTABLE.includes(old.type))
      throw invalidBody(`The sink of ${old.type} log streams cannot be updated`, "sink");
    const { pii_config: _, ...kept } = old;
    const stream: LogStream = { ...kept, ...changed, ...(pii_config ? { pii_config } : {}) };
    // A password that comes back masked is the one that is kept.
    if (stream.sink["mixpanelServiceAccountPassword"] === "********")
      stream.sink = { ...stream.sink, mixpanelServiceAccountPassword: old.sink["mixpanelServiceAccountPassword"] };
    if (stream.isPriority) stream.filters = [...PRIORITY_FILTERS];
    store.putLogStream(stream);
    return { status: 200, body: shownLogStream(stream) };
  });
}

/** Recorded: 204, and 204 again when it is gone. */
async function remove(store: TenantStore, id: string): Promise<ApiAnswer> {
  return store.change(() => {
    if (store.logStreams.has(id)) store.deleteLogStream(id);
    return { status: 204 };
  });
}

function find(store: TenantStore, id: string): LogStream {
  const stream = store.logStreams.get(id);
  if (!stream) throw new ApiFault(404, "The log stream does not exist.");
  return stream;
}
