import type { SandboxFolder } from "../host/folder.ts";
import { openCloud } from "../aws/open-cloud.ts";
import type { TargetArrival } from "../aws/eventbridge/index.ts";
import { injectorFor } from "../host/faults.ts";
import { Deliverer } from "./deliver.ts";
import type { Arrival } from "./deliver.ts";
import type { Delivery } from "./model.ts";
import { sampleEvent } from "./sample-events.ts";
import { TenantStore } from "./store.ts";

const AT_ONCE = 32;

/** What became of emitted events. */
export interface EmitSummary {
  /** Streams that got them. */
  streams: string[];
  arrivals: Arrival[];
  /** What rules of event buses brought to their targets. */
  targetArrivals: TargetArrival[];
}

/**
 * Makes events happen on the sandbox's tenant and delivers them to every enabled stream that subscribes.
 * @param onArrival is called for each delivery as it ends.
 */
export async function emitEvents(
  folder: SandboxFolder,
  type: string,
  count: number,
  options: { waits?: readonly number[]; onArrival?: (arrival: Arrival) => void } = {},
): Promise<EmitSummary> {
  const store = new TenantStore(folder);
  const deliverer = new Deliverer(store, folder, openCloud(folder, injectorFor(folder, []), store), options.waits);
  const isSubscribed = (id: string): boolean => {
    const stream = store.streams.get(id);
    return stream?.status === "enabled" && stream.subscriptions.some(({ event_type }) => event_type === type);
  };
  const streams = [...store.streams.values()].filter(({ id }) => isSubscribed(id));
  const arrivals: Arrival[] = [];
  const earlier = folder.records("aws-inbox.jsonl").length;
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < count) {
      const number = (next += 1);
      for (const { id } of streams) {
        // A stream may be disabled meanwhile, by its failures or by somebody else.
        const stream = isSubscribed(id) ? store.streams.get(id) : undefined;
        if (!stream) continue;
        const event = sampleEvent(type, id, number);
        const delivery: Delivery = {
          id: event.id,
          event_stream_id: id,
          event_type: type,
          status: "pending",
          attempts: [],
          event,
        };
        const arrival = await deliverer.deliver(stream, delivery);
        arrivals.push(arrival);
        options.onArrival?.(arrival);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, work));
  const targetArrivals = folder.records<TargetArrival>("aws-inbox.jsonl").slice(earlier);
  return { streams: streams.map(({ name }) => name), arrivals, targetArrivals };
}
