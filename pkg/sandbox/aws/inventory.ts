import { textOf } from "./call-input.ts";
import type { Cloud } from "./cloud.ts";
import { sourcesOf, stateOf } from "./eventbridge/index.ts";
import type { Rule } from "./eventbridge/index.ts";

/** A thing in the sandbox's AWS. */
interface InventoryItem {
  account: string;
  region: string;
  /** `partner-source`, `bus`, `rule`, `target`, `archive`, `queue`, `topic`, `log-group`, `function`, `role`, … */
  type: string;
  name: string;
  /** The state of a source, messages in a queue, events in a log group or an archive. */
  detail?: string;
}

/** Everything in the sandbox's AWS accounts. */
export type Inventory = InventoryItem[];

/** Lists what exists. Messages and log events are counted, not listed. */
export function inventoryOf(cloud: Cloud): Inventory {
  cloud.store.sync();
  const items: Inventory = [];
  const places = new Map(cloud.tenantSources().map((source) => [`${source.account}/${source.region}`, source]));
  for (const place of places.values())
    for (const source of sourcesOf(place, cloud))
      items.push({
        ...placeOf(source),
        type: "partner-source",
        name: source.name,
        detail: stateOf(source, place, cloud),
      });
  for (const shelf of cloud.store.shelves()) {
    const [account = "", region = "", type = "", ...rest] = shelf.split("/");
    if (type === "partner-source" || account === "provided") continue;
    const count = (kind: string, name: string): number => cloud.store.countOf(`${account}/${region}/${kind}/${name}`);
    for (const [name, item] of cloud.store.all(shelf)) {
      const at = { account, region };
      if (type === "rule") {
        const bus = rest.join("/");
        items.push({ ...at, type, name: `${bus}/${name}` });
        for (const id of Object.keys((item as Rule).Targets))
          items.push({ ...at, type: "target", name: `${bus}/${name}/${id}` });
      } else {
        const detail =
          type === "queue"
            ? `${count("message", name)} messages`
            : type === "log-group"
              ? `${count("log", name)} events`
              : type === "archive"
                ? `${textOf(item["EventCount"])} events`
                : undefined;
        items.push({ ...at, type, name, ...(detail === undefined ? {} : { detail }) });
      }
    }
  }
  return items;
}

function placeOf({ account, region }: { account: string; region: string }): { account: string; region: string } {
  return { account, region };
}
