import { shelfOf } from "../cloud.ts";
import type { Cloud, PartnerSource } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";

type State = "PENDING" | "ACTIVE" | "DELETED";

/** All partner sources of an account and region: the tenant's, and those made by CreatePartnerEventSource. */
export function sourcesOf(call: Pick<AwsCall, "account" | "region">, cloud: Cloud): PartnerSource[] {
  const made = cloud.store.all(shelfOf(call, "partner-source")).map(([, item]) => item as unknown as PartnerSource);
  const now = Date.now();
  return [...cloud.tenantSources(), ...made].filter(
    (source) =>
      source.account === call.account &&
      source.region === call.region &&
      source.visibleAt <= now &&
      // Once the partner has deleted it, it stays only as long as its bus.
      (!source.isDeleted || cloud.store.get(shelfOf(call, "bus"), source.name) !== undefined) &&
      (stateOf(source, call, cloud) !== "PENDING" || source.expiresAt > now),
  );
}

/** PENDING without a bus or deactivated, ACTIVE with one, DELETED when the partner took it back. */
export function stateOf(source: PartnerSource, call: Pick<AwsCall, "account" | "region">, cloud: Cloud): State {
  if (source.isDeleted) return "DELETED";
  const bus = cloud.store.get(shelfOf(call, "bus"), source.name);
  return bus && bus["deactivated"] !== true ? "ACTIVE" : "PENDING";
}

/** A source of the call's account. @throws AwsFault ResourceNotFoundException. */
export function findSource(call: AwsCall, cloud: Cloud, name: string): PartnerSource {
  const found = sourcesOf(call, cloud).find((source) => source.name === name);
  if (!found) throw new AwsFault("ResourceNotFoundException", `Event source ${name} does not exist.`);
  return found;
}

/** A source as the API answers it. */
export function shownSource(source: PartnerSource, call: AwsCall, cloud: Cloud): Item {
  const state = stateOf(source, call, cloud);
  return {
    Arn: `arn:aws:events:${source.region}::event-source/${source.name}`,
    CreatedBy: source.name.split("/").slice(0, 2).join("/"),
    CreationTime: source.createdAt / 1000,
    ...(state === "PENDING" ? { ExpirationTime: source.expiresAt / 1000 } : {}),
    Name: source.name,
    State: state,
  };
}
