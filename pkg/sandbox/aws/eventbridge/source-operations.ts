import { maybe, need } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Cloud, Operation, PartnerSource } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";
import { SOURCE_LIFETIME_MS } from "./limits.ts";
import { findSource, shownSource, sourcesOf, stateOf } from "./sources.ts";

/** Partner event sources, from both sides. */
export const sourceOperations: Readonly<Record<string, Operation>> = {
  ListEventSources(call, cloud) {
    const prefix = maybe(call, "NamePrefix") ?? "";
    const sources = sourcesOf(call, cloud).filter(({ name }) => name.startsWith(prefix));
    return { EventSources: sources.map((source) => shownSource(source, call, cloud)) };
  },
  DescribeEventSource: (call, cloud) => shownSource(findSource(call, cloud, need(call, "Name")), call, cloud),
  ActivateEventSource: (call, cloud) => activate(call, cloud, false),
  DeactivateEventSource: (call, cloud) => activate(call, cloud, true),
  CreatePartnerEventSource(call, { store }) {
    const [name, account] = [need(call, "Name"), need(call, "Account")];
    const now = Date.now();
    const source: PartnerSource = {
      name,
      account,
      region: call.region,
      createdAt: now,
      visibleAt: now,
      expiresAt: now + SOURCE_LIFETIME_MS,
      isDeleted: false,
    };
    if (store.get(shelfOf({ account, region: call.region }, "partner-source"), name))
      throw new AwsFault("ResourceAlreadyExistsException", `Event source ${name} already exists.`);
    store.put(shelfOf({ account, region: call.region }, "partner-source"), name, { ...source });
    return { EventSourceArn: `arn:aws:events:${call.region}::event-source/${name}` };
  },
  DeletePartnerEventSource(call, { store }) {
    const [name, account] = [need(call, "Name"), need(call, "Account")];
    const shelf = shelfOf({ account, region: call.region }, "partner-source");
    const item = store.get(shelf, name);
    if (item) store.put(shelf, name, { ...item, isDeleted: true });
    return {};
  },
};

function activate(call: AwsCall, cloud: Cloud, deactivated: boolean): Item {
  const source = findSource(call, cloud, need(call, "Name"));
  const bus = cloud.store.get(shelfOf(call, "bus"), source.name);
  if (!bus || source.isDeleted)
    throw new AwsFault(
      "InvalidStateException",
      `Event source ${source.name} is in state ${stateOf(source, call, cloud)}.`,
    );
  cloud.store.put(shelfOf(call, "bus"), source.name, { ...bus, deactivated });
  return {};
}
