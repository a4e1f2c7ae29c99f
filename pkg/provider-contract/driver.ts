import type { PropertyDiff, PropertyMap, PropertyValue } from "../values/index.ts";

/** An input that the provider refuses. */
export interface CheckFailure {
  /** Property path; empty for a failure of the whole input. */
  path: string;
  reason: string;
}

/** What differs between the state and what is wanted. */
export interface DriverDiff {
  changes: PropertyDiff[];
  /** Paths among `changes` that cannot be changed in place. */
  replaces: string[];
  /** The old one must go first, because both cannot exist at once. */
  deleteBeforeReplace: boolean;
}

/** A live resource. */
export interface Found {
  id: string;
  /** Inputs that would make this resource; secrets that cannot be read back are absent. */
  inputs: PropertyMap;
  outputs: PropertyMap;
}

/** A create that a run began and did not see the end of. Its request may still be under way, and arrive late. */
export interface InterruptedCreate {
  inputs: PropertyMap;
  /** When it began. */
  since: Date;
  /** What the driver wanted to have on record before it. */
  note?: PropertyMap;
}

/**
 * How one resource type is managed. Property values are plain (no secret wrappers); in a preview they may hold the
 * unknown sentinel. Failures of the service are thrown as RemoteFailure.
 */
export interface Driver {
  /** Property paths that are secret whatever the program says. */
  readonly secretProperties: readonly string[];
  /**
   * Validates inputs and fills defaults. `autoName` is a fresh name for resources that got none; in a preview it is
   * unknown.
   */
  check(request: { inputs: PropertyMap; oldInputs?: PropertyMap; autoName: string }): {
    inputs: PropertyMap;
    failures: CheckFailure[];
  };
  diff(request: { oldInputs: PropertyMap; oldOutputs: PropertyMap; inputs: PropertyMap }): DriverDiff;
  /** Outputs that a create would give, as far as they are known before it runs. */
  planCreate(inputs: PropertyMap): PropertyMap;
  /** Outputs that an update would give, as far as they are known before it runs. */
  planUpdate(inputs: PropertyMap, oldOutputs: PropertyMap): PropertyMap;
  /**
   * What must be on record before a create is sent, so that what it makes can be told from other resources after a
   * crash. A driver whose service has unique names needs none.
   */
  beforeCreate?(request: { inputs: PropertyMap; signal: AbortSignal }): Promise<PropertyMap>;
  /**
   * Creates the resource. When the answer is lost, it finds out whether the resource exists before it tries again.
   * @param interrupted creates of this resource by earlier runs that were looked for and not found yet: what the service
   * refuses as existing already is looked up, and adopted and brought in line with `inputs` if one of them made it.
   * @param replaces id of the resource that was deleted for this one.
   * @param note what {@link beforeCreate} gave.
   */
  create(request: {
    inputs: PropertyMap;
    note?: PropertyMap;
    interrupted?: readonly InterruptedCreate[];
    replaces?: string;
    signal: AbortSignal;
  }): Promise<{ id: string; outputs: PropertyMap }>;
  update(request: {
    id: string;
    inputs: PropertyMap;
    oldOutputs: PropertyMap;
    signal: AbortSignal;
  }): Promise<{ outputs: PropertyMap }>;
  /** Deletes the resource; one that the service says is gone counts as deleted. `state` is what we knew of it. */
  delete(request: {
    id: string;
    state?: { inputs: PropertyMap; outputs: PropertyMap };
    signal: AbortSignal;
  }): Promise<void>;
  /** The live resource; `undefined` when it is gone. `state` is what we knew, for what cannot be read back. */
  read(request: {
    id: string;
    state?: { inputs: PropertyMap; outputs: PropertyMap };
    signal: AbortSignal;
  }): Promise<Found | undefined>;
  /**
   * Looks for a resource that an interrupted create may have made.
   * @returns `undefined` when there is none, or what is there is not of that create.
   */
  recover(
    request: InterruptedCreate & { signal: AbortSignal },
  ): Promise<{ id: string; outputs: PropertyMap } | undefined>;
  /** The id of a live resource that a person names by id or by name. */
  resolve(idOrName: string, signal: AbortSignal): Promise<string | undefined>;
}

/** A configured provider: credentials in place, drivers by resource type. */
export interface ProviderSession {
  driver(type: string): Driver | undefined;
  /** Answers a data source, e.g. `auth0:index/getEventStream:getEventStream`; `undefined` when it has none of that name. */
  invoke(token: string, args: PropertyMap, signal: AbortSignal): Promise<PropertyMap> | undefined;
}

/** A Pulumi package that the embedded engine can serve. */
export interface ProviderPlugin {
  /** Pulumi's package name, e.g. `auth0`. */
  readonly name: string;
  /** Names of config properties that are secret. */
  readonly secretConfig: readonly string[];
  /** Config properties whose change moves every resource elsewhere, so that they must be replaced. */
  readonly replaceOnConfig: readonly string[];
  /** Resource types it serves. */
  readonly types: readonly string[];
  /** @param config the provider resource's inputs; what they lack comes from the environment. */
  configure(config: Record<string, PropertyValue | undefined>): ProviderSession;
}
