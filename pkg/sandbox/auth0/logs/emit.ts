import { countTargetArrival } from "../../aws/eventbridge/index.ts";
import type { TargetArrival, TargetCounts } from "../../aws/eventbridge/index.ts";
import { openCloud } from "../../aws/open-cloud.ts";
import { injectorFor } from "../../host/faults.ts";
import type { SandboxFolder } from "../../host/folder.ts";
import type { EmitSummary } from "../emit.ts";
import { countArrival, inboxOf } from "../inbox.ts";
import type { Arrival, ArrivalCounts } from "../inbox.ts";
import type { LogStream } from "../log-streams/model.ts";
import { TenantStore } from "../store.ts";
import { LogDeliverer } from "./deliver.ts";
import { logRecord, seeded } from "./records.ts";

/** Records that are made and delivered at once. */
const AT_ONCE = 2000;
const LISTED = 1000;

/** A type of log: its code, its name, and the filter that lets it through. */
export interface EmittedType {
  code: string;
  title: string;
  filter: string;
  /** A stream with priority carries it. */
  isPrioritized: boolean;
}

/**
 * Makes log records on the sandbox's tenant, the types in turn, and delivers them to every active log stream whose filters
 * let them through.
 * @param options `people`: how many different ones; `seed`: the same one makes the same people and places; `wait`:
 * milliseconds between tries of a post.
 */
export async function emitLogs(
  folder: SandboxFolder,
  types: readonly EmittedType[],
  count: number,
  { people = 50, seed = 1, wait }: { people?: number; seed?: number; wait?: number } = {},
): Promise<EmitSummary> {
  const store = new TenantStore(folder);
  const deliverer = new LogDeliverer(folder, openCloud(folder, injectorFor(folder, []), store), wait);
  const inbox = inboxOf(folder);
  const streams = [...store.logStreams.values()].filter(({ status }) => status === "active");
  const random = seeded(seed);
  const [counts, targetCounts]: [ArrivalCounts, TargetCounts] = [{}, {}];
  const listed = { arrivals: [] as Arrival[], targetArrivals: [] as TargetArrival[] };
  for (let from = 0; from < count; from += AT_ONCE) {
    const made = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => {
      const type = types[(from + index) % types.length] as EmittedType;
      return { type, record: logRecord(type, { random, people, number: from + index, at: new Date() }) };
    });
    for (const stream of streams) {
      const mine = made.filter(({ type }) => lets(stream, type)).map(({ record }) => record);
      const { arrivals, targetArrivals } = await deliverer.deliver(stream, mine);
      inbox.append(arrivals);
      for (const arrival of arrivals) countArrival(counts, arrival);
      for (const arrival of targetArrivals) countTargetArrival(targetCounts, arrival);
      listed.arrivals.push(...arrivals.slice(0, LISTED - listed.arrivals.length));
      listed.targetArrivals.push(...targetArrivals.slice(0, LISTED - listed.targetArrivals.length));
    }
  }
  return {
    streams: streams.map(({ name }) => name),
    counts: Object.values(counts),
    targetCounts: Object.values(targetCounts),
    ...listed,
  };
}

/** Whether a stream's filters let a type through; without filters all types pass. */
function lets({ filters, isPriority }: LogStream, { filter, isPrioritized }: EmittedType): boolean {
  if (isPriority) return isPrioritized;
  return filters.length === 0 || filters.some(({ name }) => name === filter);
}
