import { openCloud } from "../aws/open-cloud.ts";
import { countTargetArrival } from "../aws/eventbridge/index.ts";
import type { TargetArrival, TargetCount, TargetCounts } from "../aws/eventbridge/index.ts";
import { injectorFor } from "../host/faults.ts";
import type { SandboxFolder } from "../host/folder.ts";
import { Deliverer } from "./deliver.ts";
import { countArrival } from "./inbox.ts";
import type { Arrival, ArrivalCount, ArrivalCounts } from "./inbox.ts";
import type { Delivery } from "./model.ts";
import { sampleEvent } from "./sample-events.ts";
import { TenantStore } from "./store.ts";

/** Posts at once, and events that are handed to AWS at once. */
const POSTS = 32;
const BATCH = 1000;
/** How many arrivals are listed; all are counted. */
const LISTED = 1000;

/** What became of emitted events. */
export interface EmitSummary {
  /** Streams that got them. */
  streams: string[];
  counts: ArrivalCount[];
  /** The first ones. */
  arrivals: Arrival[];
  /** What rules of event buses brought to their targets. */
  targetCounts: TargetCount[];
  /** The first ones. */
  targetArrivals: TargetArrival[];
}

/**
 * Makes events happen on the sandbox's tenant and delivers them to every enabled stream that subscribes.
 * @param waits milliseconds between tries of a post.
 */
export async function emitEvents(
  folder: SandboxFolder,
  type: string,
  count: number,
  { waits }: { waits?: readonly number[] } = {},
): Promise<EmitSummary> {
  const store = new TenantStore(folder);
  const deliverer = new Deliverer(store, folder, openCloud(folder, injectorFor(folder, []), store), waits);
  const isSubscribed = (id: string): boolean => {
    const stream = store.streams.get(id);
    return stream?.status === "enabled" && stream.subscriptions.some(({ event_type }) => event_type === type);
  };
  const streams = [...store.streams.values()].filter(({ id }) => isSubscribed(id));
  const summary = { arrivals: [] as Arrival[], targetArrivals: [] as TargetArrival[] };
  const counts: ArrivalCounts = {};
  const targetCounts: TargetCounts = {};
  const size = streams.some(({ destination }) => destination.type === "webhook") ? POSTS : BATCH;
  for (let from = 1; from <= count; from += size) {
    const numbers = Array.from({ length: Math.min(size, count - from + 1) }, (_, index) => from + index);
    for (const { id } of streams) {
      // A stream may be disabled meanwhile, by its failures or by somebody else.
      store.sync();
      const stream = isSubscribed(id) ? store.streams.get(id) : undefined;
      if (!stream) continue;
      const { arrivals, targetArrivals } = await deliverer.deliver(
        stream,
        numbers.map((number) => newDelivery(type, id, number)),
      );
      for (const arrival of arrivals) countArrival(counts, arrival);
      for (const arrival of targetArrivals) countTargetArrival(targetCounts, arrival);
      summary.arrivals.push(...arrivals.slice(0, LISTED - summary.arrivals.length));
      summary.targetArrivals.push(...targetArrivals.slice(0, LISTED - summary.targetArrivals.length));
    }
  }
  return {
    streams: streams.map(({ name }) => name),
    counts: Object.values(counts),
    targetCounts: Object.values(targetCounts),
    ...summary,
  };
}

function newDelivery(type: string, streamId: string, number: number): Delivery {
  const event = sampleEvent(type, streamId, number);
  return { id: event.id, event_stream_id: streamId, event_type: type, status: "pending", attempts: [], event };
}
