import { given, maybe, need, shelfOf, tagList, tagMap, textOf, untagged } from "./cloud.ts";
import type { Cloud, Operation, PartnerSource } from "./cloud.ts";
import { checkPattern } from "./event-pattern.ts";
import { AwsFault } from "./protocol.ts";
import type { AwsCall } from "./protocol.ts";
import type { Item } from "./store.ts";

const PARTNER_NAME = /^aws\.partner(\/[.\-_A-Za-z0-9]+){2,}$/;
const NAME = /^[/.\-_A-Za-z0-9]{1,256}$/;
const MAX_BUSES = 100;
/** An offered source expires; AWS says when, and names no period. Two weeks here. */
export const SOURCE_LIFETIME_MS = 14 * 24 * 3_600_000;

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

function findSource(call: AwsCall, cloud: Cloud, name: string): PartnerSource {
  const found = sourcesOf(call, cloud).find((source) => source.name === name);
  if (!found) throw new AwsFault("ResourceNotFoundException", `Event source ${name} does not exist.`);
  return found;
}

function shownSource(source: PartnerSource, call: AwsCall, cloud: Cloud): Item {
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

function busArn({ account, region }: AwsCall, name: string): string {
  return `arn:aws:events:${region}:${account}:event-bus/${name}`;
}

/** The name of a bus given by name or ARN. */
export function busName(text: string | undefined): string {
  return (text ?? "default").replace(/^arn:[^:]+:events:[^:]*:[^:]*:event-bus\//, "");
}

/** A bus. The default one is always there. @throws AwsFault ResourceNotFoundException. */
export function findBus(call: Pick<AwsCall, "account" | "region">, cloud: Cloud, name: string): Item {
  const bus = cloud.store.get(shelfOf(call, "bus"), name) ?? (name === "default" ? { Name: "default" } : undefined);
  if (!bus) throw new AwsFault("ResourceNotFoundException", `Event bus ${name} does not exist.`);
  return bus;
}

function shownBus(call: AwsCall, kept: Item): Item {
  const { deactivated: _, Tags: __, ...bus } = kept;
  return { ...bus, Arn: busArn(call, textOf(bus["Name"])) };
}

/** Partner event sources, event buses and archives. */
export const eventBusOperations: Readonly<Record<string, Operation>> = {
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
  CreateEventBus(call, cloud) {
    const name = need(call, "Name");
    const source = maybe(call, "EventSourceName");
    if (!NAME.test(name)) throw new AwsFault("ValidationException", `EventBus name ${name} is not valid.`);
    if (name.startsWith("aws.") ? source !== name : source !== undefined)
      throw new AwsFault("ValidationException", "EventBus name starting with 'aws.' is not valid.");
    const shelf = shelfOf(call, "bus");
    if (name === "default" || cloud.store.get(shelf, name))
      throw new AwsFault("ResourceAlreadyExistsException", `Event bus ${name} already exists.`);
    if (source !== undefined) {
      if (!PARTNER_NAME.test(source)) throw new AwsFault("ValidationException", `Event source ${source} is not valid.`);
      const state = stateOf(findSource(call, cloud, source), call, cloud);
      if (state !== "PENDING")
        throw new AwsFault("InvalidStateException", `Event source ${source} is in state ${state}.`);
    }
    if (cloud.store.all(shelf).length >= MAX_BUSES)
      throw new AwsFault("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
    const now = Date.now() / 1000;
    const bus = {
      ...given(call, ["Name", "EventSourceName", "Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig"]),
      Tags: tagMap(call.params["Tags"]),
      CreationTime: now,
      LastModifiedTime: now,
    };
    cloud.store.put(shelf, name, bus);
    return { ...shownBus(call, bus), EventBusArn: busArn(call, name) };
  },
  DescribeEventBus: (call, cloud) => shownBus(call, findBus(call, cloud, busName(maybe(call, "Name")))),
  UpdateEventBus(call, cloud) {
    const name = busName(maybe(call, "Name"));
    const {
      Description: _,
      KmsKeyIdentifier: __,
      DeadLetterConfig: ___,
      LogConfig: ____,
      ...kept
    } = findBus(call, cloud, name);
    const changed = given(call, ["Description", "KmsKeyIdentifier", "DeadLetterConfig", "LogConfig"]);
    const bus = { ...kept, ...changed, LastModifiedTime: Date.now() / 1000 };
    cloud.store.put(shelfOf(call, "bus"), name, bus);
    return shownBus(call, bus);
  },
  DeleteEventBus(call, { store }) {
    const name = need(call, "Name");
    if (name === "default") throw new AwsFault("ValidationException", "Cannot delete event bus default.");
    if (store.all(shelfOf(call, `rule/${name}`)).length > 0)
      throw new AwsFault("ValidationException", `Cannot delete event bus ${name} since it has rules.`);
    if (store.get(shelfOf(call, "bus"), name)) store.remove(shelfOf(call, "bus"), name);
    return {};
  },
  ListEventBuses(call, { store }) {
    const prefix = maybe(call, "NamePrefix") ?? "";
    const all = [["default", { Name: "default" }] as const, ...store.all(shelfOf(call, "bus"))];
    return { EventBuses: all.filter(([name]) => name.startsWith(prefix)).map(([, bus]) => shownBus(call, bus)) };
  },
  CreateArchive(call, cloud) {
    const name = need(call, "ArchiveName");
    if (!/^[.\-_A-Za-z0-9]{1,48}$/.test(name))
      throw new AwsFault("ValidationException", `Archive name ${name} is not valid.`);
    findBus(call, cloud, busName(need(call, "EventSourceArn")));
    if (cloud.store.get(shelfOf(call, "archive"), name))
      throw new AwsFault("ResourceAlreadyExistsException", `Archive ${name} already exists.`);
    if (call.params["EventPattern"] !== undefined) checkPattern(call);
    const fields = given(call, [
      "ArchiveName",
      "EventSourceArn",
      "Description",
      "EventPattern",
      "RetentionDays",
      "KmsKeyIdentifier",
    ]);
    const archive = { RetentionDays: 0, ...fields, State: "ENABLED", CreationTime: Date.now() / 1000, EventCount: 0 };
    cloud.store.put(shelfOf(call, "archive"), name, archive);
    return { ArchiveArn: archiveArn(call, name), State: "ENABLED", CreationTime: archive.CreationTime };
  },
  DescribeArchive(call, cloud) {
    const archive = findArchive(call, cloud);
    return { ...archive, ArchiveArn: archiveArn(call, textOf(archive["ArchiveName"])) };
  },
  UpdateArchive(call, cloud) {
    if (call.params["EventPattern"] !== undefined) checkPattern(call);
    const changed = given(call, ["Description", "EventPattern", "RetentionDays", "KmsKeyIdentifier"]);
    const archive = { ...findArchive(call, cloud), ...changed };
    cloud.store.put(shelfOf(call, "archive"), need(call, "ArchiveName"), archive);
    return {
      ArchiveArn: archiveArn(call, need(call, "ArchiveName")),
      State: "ENABLED",
      CreationTime: archive["CreationTime" as never],
    };
  },
  DeleteArchive(call, cloud) {
    findArchive(call, cloud);
    cloud.store.remove(shelfOf(call, "archive"), need(call, "ArchiveName"));
    return {};
  },
  ListArchives(call, { store }) {
    const archives = store.all(shelfOf(call, "archive")).map(([, item]) => item);
    const [prefix, source] = [maybe(call, "NamePrefix") ?? "", maybe(call, "EventSourceArn")];
    return {
      Archives: archives.filter(
        (item) => textOf(item["ArchiveName"]).startsWith(prefix) && (!source || item["EventSourceArn"] === source),
      ),
    };
  },
  ListTagsForResource: (call, cloud) => ({ Tags: tagList(tagged(call, cloud).item["Tags"]) }),
  TagResource(call, cloud) {
    const { shelf, name, item } = tagged(call, cloud);
    const tags = { ...(item["Tags"] as object), ...tagMap(call.params["Tags"]) };
    cloud.store.put(shelf, name, { ...item, Tags: tags });
    return {};
  },
  UntagResource(call, cloud) {
    const { shelf, name, item } = tagged(call, cloud);
    cloud.store.put(shelf, name, untagged(item, call));
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

function archiveArn({ account, region }: AwsCall, name: string): string {
  return `arn:aws:events:${region}:${account}:archive/${name}`;
}

function findArchive(call: AwsCall, { store }: Cloud): Item {
  const name = need(call, "ArchiveName");
  const archive = store.get(shelfOf(call, "archive"), name);
  if (!archive) throw new AwsFault("ResourceNotFoundException", `Archive ${name} does not exist.`);
  return archive;
}

/** What a tag operation is about: a bus, or a rule on one. */
function tagged(call: AwsCall, cloud: Cloud): { shelf: string; name: string; item: Item } {
  const arn = need(call, "ResourceARN");
  const bus = /:event-bus\/(.+)$/.exec(arn)?.[1];
  const rule = /:rule\/(?:(.+)\/)?([^/]+)$/.exec(arn);
  const shelf = shelfOf(call, bus === undefined ? `rule/${rule?.[1] ?? "default"}` : "bus");
  const name = bus ?? rule?.[2] ?? "";
  const item = cloud.store.get(shelf, name);
  if (!item) throw new AwsFault("ResourceNotFoundException", `Resource ${arn} does not exist.`);
  return { shelf, name, item };
}
