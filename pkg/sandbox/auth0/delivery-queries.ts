import { ApiFault, invalidQuery } from "./errors.ts";
import type { ApiAnswer } from "./errors.ts";
import type { Delivery, Stream } from "./model.ts";
import { readTake } from "./query.ts";

/** `GET …/deliveries`: filters are and-ed; newest last. */
export function listDeliveries(all: readonly Delivery[], query: URLSearchParams): ApiAnswer {
  const list = (name: string): string[] | undefined => query.get(name)?.split(",").filter(Boolean);
  const statuses = list("statuses");
  const types = list("event_types");
  const [from, to] = [readDate(query, "date_from"), readDate(query, "date_to")];
  const take = readTake(query);
  const matching = all.filter(({ status, event_type, event }) => {
    const time = Date.parse(String(event["time"]));
    return (
      (!statuses || statuses.includes(status)) &&
      (!types || types.includes(event_type)) &&
      (from === undefined || time >= from) &&
      (to === undefined || time <= to)
    );
  });
  const cursor = query.get("from");
  const start =
    cursor === null ? 0 : matching.findIndex(({ id }) => Buffer.from(id).toString("base64url") === cursor) + 1;
  if (cursor !== null && start === 0) throw invalidQuery("Invalid from parameter", "from");
  const page = matching.slice(start, start + take);
  const last = page.at(-1);
  // Recorded: `next` comes even when the page is not full.
  return {
    status: 200,
    body: { deliveries: page, ...(last ? { next: Buffer.from(last.id).toString("base64url") } : {}) },
  };
}

/** `GET …/deliveries/{event_id}`. */
export function oneDelivery(all: readonly Delivery[], eventId: string | undefined): ApiAnswer {
  const delivery = all.find(({ id }) => id === eventId);
  if (!delivery) throw new ApiFault(404, "The requested delivery does not exist.");
  return { status: 200, body: delivery };
}

const DAY_MS = 86_400_000;
const DAYS = 15;

/** `GET …/stats`: deliveries a day over the last 15 days (undocumented; shape as recorded). */
export function streamStats(stream: Stream, deliveries: readonly Delivery[], query: URLSearchParams): ApiAnswer {
  const to = readDate(query, "date_to") ?? Date.now();
  const firstDay = Math.floor(to / DAY_MS) * DAY_MS - (DAYS - 1) * DAY_MS;
  const from = readDate(query, "date_from") ?? firstDay;
  const buckets = Array.from({ length: DAYS }, (_, index) => firstDay + index * DAY_MS);
  const metric = (name: string, status: Delivery["status"]): object => {
    const times = deliveries
      .filter((each) => each.status === status)
      .map(({ event }) => Date.parse(String(event["time"])));
    const data = buckets.map((start) => times.filter((time) => time >= start && time < start + DAY_MS).length);
    return { name, window_total: data.reduce((sum, count) => sum + count, 0), type: "sum", data };
  };
  const iso = (time: number): string => new Date(time).toISOString();
  return {
    status: 200,
    body: {
      id: stream.id,
      name: stream.name,
      window: { date_from: iso(from), date_to: iso(to), bucket_interval: { scale_factor: 86_400 } },
      buckets: buckets.map(iso),
      metrics: [
        metric("auth0.event_streams.successful_deliveries", "success"),
        metric("auth0.event_streams.failed_deliveries", "failed"),
      ],
    },
  };
}

function readDate(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time) || text.length > 20)
    throw invalidQuery(`Object didn't pass validation for format date-time: ${text}`, name);
  return time;
}
