import type { FaultInjector } from "../host/faults.ts";
import type { AwsCall, RestRoute } from "./wire/index.ts";
import type { TargetInbox } from "./eventbridge/inbox.ts";
import type { AwsStore } from "./store.ts";

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
  /** What became of events at targets. */
  inbox: TargetInbox;
  faults: FaultInjector;
  /** Sources that streams of the sandbox's tenant have. */
  tenantSources: () => PartnerSource[];
}

/** One operation. Runs with nobody else in between; throws AwsFault. */
export type Operation<Input = Record<string, unknown>> = (call: AwsCall<Input>, cloud: Cloud) => unknown;

/** Operations by name, with the SDK's type of each one's input. */
export type Operations<Inputs> = { readonly [Name in keyof Inputs]: Operation<Inputs[Name]> };

/** An operation that takes time, and locks what it changes itself; throws AwsFault. */
type Task = (call: AwsCall, cloud: Cloud) => Promise<unknown>;

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
