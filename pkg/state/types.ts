import type { PropertyMap } from "../values/index.ts";

/** Which stack, in a backend. */
export interface StackRef {
  project: string;
  stack: string;
}

/** A resource as a checkpoint records it (`sdk/go/common/apitype.ResourceV3`). Fields we do not know are kept. */
export interface ResourceState {
  urn: string;
  custom: boolean;
  type: string;
  id?: string;
  inputs?: PropertyMap;
  outputs?: PropertyMap;
  parent?: string;
  /** The provider, as `<urn>::<id>`. */
  provider?: string;
  /** Left over from a replacement; to be deleted. */
  delete?: boolean;
  protect?: boolean;
  external?: boolean;
  retainOnDelete?: boolean;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[]>;
  additionalSecretOutputs?: string[];
  ignoreChanges?: string[];
  replaceOnChanges?: string[];
  deletedWith?: string;
  pendingReplacement?: boolean;
  initErrors?: string[];
  importID?: string;
  /** Seconds. */
  customTimeouts?: { create?: number; update?: number; delete?: number };
  /** ISO 8601. */
  created?: string;
  modified?: string;
  [key: string]: unknown;
}

/** What was being done when a record was written. */
export type OperationType = "creating" | "updating" | "deleting" | "reading" | "importing";

/** An operation that had begun and whose end is not recorded. */
export interface Operation {
  resource: ResourceState;
  type: OperationType;
}

/** A stack's deployment as it is in the file (`apitype.DeploymentV3`). */
export interface Deployment {
  manifest: { time: string; magic: string; version: string };
  secrets_providers?: { type: string; state?: Record<string, unknown> };
  resources?: ResourceState[];
  pending_operations?: Operation[];
  metadata?: Record<string, unknown>;
}

/** A stack's resources and interrupted operations, as the engine works on them. */
export interface Snapshot {
  resources: ResourceState[];
  pending: Operation[];
}

/** The kinds of operation that Pulumi's history knows and we make. */
export type HistoryKind = "update" | "refresh" | "destroy" | "import";
