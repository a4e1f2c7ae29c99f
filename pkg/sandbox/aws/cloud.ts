import type { FaultInjector } from "../host/faults.ts";
import type { SandboxFolder } from "../host/folder.ts";
import { AwsFault } from "./wire/index.ts";
import type { AwsCall, RestRoute } from "./wire/index.ts";
import type { AwsStore, Item } from "./store.ts";

/** A partner event source as Auth0 made it. */
export interface PartnerSource {
  name: string;
  account: string;
  region: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** When AWS shows it. */
  visibleAt: number;
  expiresAt: number;
  /** The partner has deleted it. */
  isDeleted: boolean;
}

/** The sandbox's AWS, as operations see it. */
export interface Cloud {
  store: AwsStore;
  folder: SandboxFolder;
  faults: FaultInjector;
  /** Sources that streams of the sandbox's tenant have. */
  tenantSources: () => PartnerSource[];
}

/** One operation. Runs with nobody else in between; throws AwsFault. */
export type Operation = (call: AwsCall, cloud: Cloud) => unknown;

/** An operation that takes time, and locks what it changes itself; throws AwsFault. */
export type Task = (call: AwsCall, cloud: Cloud) => Promise<unknown>;

/** A service of AWS, as the router knows it. */
export interface Service {
  operations: Readonly<Record<string, Operation>>;
  tasks?: Readonly<Record<string, Task>>;
  /** Paths of operations, of a service that speaks REST. */
  routes?: readonly RestRoute[];
}

/** Where a call's things of a type stand. */
export function shelfOf({ account, region }: Pick<AwsCall, "account" | "region">, type: string): string {
  return `${account}/${region}/${type}`;
}

/** A text parameter. @throws AwsFault when it is not there. */
export function need({ params }: AwsCall, name: string): string {
  const value = params[name];
  if (typeof value === "string" && value !== "") return value;
  throw new AwsFault(
    "ValidationException",
    `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
  );
}

/** A text parameter, if given. */
export function maybe({ params }: AwsCall, name: string): string | undefined {
  const value = params[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The given ones of some parameters. */
export function given({ params }: AwsCall, names: readonly string[]): Item {
  return Object.fromEntries(
    names.filter((name) => params[name] !== undefined && params[name] !== null).map((name) => [name, params[name]]),
  );
}

/** `[{Key, Value}]` as a map. */
export function tagMap(list: unknown): Record<string, string> {
  const pairs = Array.isArray(list) ? (list as { Key: string; Value?: string }[]) : [];
  return Object.fromEntries(pairs.map(({ Key, Value = "" }) => [Key, Value]));
}

/** An item without the tags that a call's `TagKeys` name. */
export function untagged(item: Item, { params }: AwsCall): Item {
  const gone = (params["TagKeys"] ?? []) as string[];
  return {
    ...item,
    Tags: Object.fromEntries(Object.entries(item["Tags"] ?? {}).filter(([key]) => !gone.includes(key))),
  };
}

/** A map as `[{Key, Value}]`. */
export function tagList(map: unknown): { Key: string; Value: string }[] {
  return Object.entries((map ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));
}

/** A value as text; `""` when it is not there. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
