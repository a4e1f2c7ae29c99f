import type { Diagnostic } from "../diagnostics/index.ts";
import type { ResourceState, Snapshot } from "../state/index.ts";
import type { PropertyDiff, PropertyMap } from "../values/index.ts";
import type { LiveReads } from "./live-reads.ts";

/** What is done to a resource. `refresh` appears only in refreshes: the live side differs from the state. */
export type StepOp = "create" | "update" | "replace" | "delete" | "same" | "read" | "refresh" | "import";

/** One changed place of a resource, fit for display: secrets are `[secret]`, what is not known yet is `undefined` after. */
export interface DiffEntry {
  path: string;
  kind: "add" | "update" | "delete";
  /** This change cannot be made in place. */
  replace: boolean;
  before?: unknown;
  after?: unknown;
  /** The new value is known only after the update. */
  unknown?: boolean;
  /** `before` is not what the last run left: the live side was changed by someone else. */
  drift?: true;
}

/** What happens, or would happen, to one resource. */
export interface Step {
  op: StepOp;
  urn: string;
  type: string;
  diff: DiffEntry[];
  /** The live id, before. */
  id?: string;
  /** URN of the component it is part of; known where the program registers it. */
  parent?: string;
  /** Its provider, `<urn>::<id>`; known likewise. */
  provider?: string;
  /** The live resource was deleted by someone else: that is why it is made. */
  gone?: true;
  /** It was begun and did not succeed. */
  failed?: true;
  /** It is still to be done (what an import leaves for the next `up`). */
  pending?: true;
}

/** Pulumi's words for what is done to a record. */
type RecordOp = StepOp | "create-replacement" | "delete-replaced" | "discard";

/**
 * What happens to one record of the state, as Pulumi's own events tell it: with the stack, components, and both halves of
 * a replacement. Secrets are wrapped, and what is not known yet is the unknown sentinel.
 */
export interface RecordChange {
  op: RecordOp;
  urn: string;
  type: string;
  old?: ResourceState;
  new?: ResourceState;
  changes?: readonly PropertyDiff[];
  /** Paths among `changes` that force a replacement. */
  replaces?: readonly string[];
}

/**
 * `planned`: would happen. `registered`: the stack or a component is on record. `outputs`: it has its outputs.
 */
export type RecordPhase = "planned" | "started" | "finished" | "failed" | "registered" | "outputs";

/**
 * Something that happens while an operation runs. `step` is for readers, and `ms` how long it took; `progress` is what a
 * resource waits for; `record`, of the embedded engine, is for those who follow the state.
 */
export type EngineEvent =
  | { kind: "step"; phase: "planned" | "started" | "finished" | "failed"; step: Step; ms?: number }
  | { kind: "progress"; urn: string; message: string }
  | { kind: "record"; phase: RecordPhase; change: RecordChange }
  | { kind: "diagnostic"; diagnostic: Diagnostic };

/** How an operation ended. Secrets in `outputs` are still wrapped. */
export interface OperationResult {
  result: "succeeded" | "failed";
  steps: Step[];
  outputs: PropertyMap;
  diagnostics: Diagnostic[];
  /** Targets that no resource of the stack has; of the embedded engine. */
  missedTargets?: string[];
  /** What was not compared with the live side, by package, and why; see `mayLackCredentials`. */
  notCompared?: ReadonlyMap<string, string>;
  /** Changes of records by operation, as Pulumi's summaries count them; of the embedded engine. */
  resourceChanges?: Readonly<Record<string, number>>;
}

/** A Pulumi program: makes resources, gives the stack's outputs. */
export type Program = () => Promise<Record<string, unknown> | void>;

/** The two services a program talks to, called as the SDK's clients call them: `(request, callback)`. */
export interface EngineServices {
  monitor: object;
  engine: object;
}

/** Where a program believes it runs. */
export interface ProgramContext {
  organization: string;
  project: string;
  stack: string;
  preview: boolean;
}

/** How a program ended. It ended well when there is nothing here. */
export interface ProgramEnd {
  /** What went wrong: what the program threw, and rejections that nothing handled. */
  failures: unknown[];
  /** That something went wrong, from a host that has logged what it was. */
  summary?: string;
}

/** Runs a program elsewhere than in this process, against our services. */
export type ProgramHost = (services: EngineServices, context: ProgramContext) => Promise<ProgramEnd>;

/** Runs work when its turn comes. */
export type Throttle = <T>(work: () => Promise<T>) => Promise<T>;

/** A value of a stack's configuration. */
export interface ConfigValue {
  value: string;
  isSecret: boolean;
}

/** What to run, and where. */
export interface StackJob {
  /** Of a backend that has them; a file backend has one, `organization`. */
  organization?: string;
  project: string;
  stack: string;
  program: Program | { host: ProgramHost };
  /** Configuration of the stack, `package:key` or `project:key`; the program and default providers get it. */
  config?: Readonly<Record<string, ConfigValue>>;
  /**
   * Configuration of this run, by package, for the providers on record: credentials there may be older, or of the
   * environment. A provider that is recorded for another place keeps its own.
   */
  providerConfig?: Readonly<Record<string, PropertyMap>>;
  /** Outputs that are known before the program has run: the stack has them from its first record on, even if the run fails. */
  initialOutputs?: PropertyMap;
  /** The program has secrets: their key is derived while the SDK loads. */
  expectsSecrets?: boolean;
}

/** How to run it. */
export interface OperationOptions {
  onEvent?: (event: EngineEvent) => void;
  /** Stops before the next step; what is under way is finished. */
  signal?: AbortSignal;
  /** Lets remote work through, so many at a time over all stacks; everything at once without it. */
  throttle?: Throttle;
  /** Read the live side first. */
  refresh?: boolean;
  /** Of a preview: what takes credentials that are not there is left out, and is told of as `notCompared`. */
  mayLackCredentials?: boolean;
  /** Filled by a preview with what it reads; an `up` with the same one uses that instead of reading it again. */
  live?: LiveReads;
  /** Only resources whose URN is listed (`*` matches anything). */
  targets?: readonly string[];
  /**
   * Decides about each step before it is taken: a diagnostic refuses it, and the run ends there. Of a preview, and for
   * steps that change nothing, it is not asked.
   */
  approve?: (step: Step) => Diagnostic | undefined;
}

/** Which live resource becomes which resource of the program. */
export interface ImportRequest {
  type: string;
  idOrName: string;
  /** What ids of this type begin with, for the message when nothing is found. */
  idPrefix: string;
}

/** A resource to put on record, as the CLI's import file has it. */
export interface ImportedResource {
  type: string;
  /** By which others of the file name it. */
  name: string;
  /** Its name in the program, where that is another. */
  logicalName?: string;
  /** Of a component there is none. */
  id?: string;
  /** Names of others, of the file or of the name table. */
  parent?: string;
  provider?: string;
  /** Of the default provider's plugin. */
  version?: string;
  component?: boolean;
  protect?: boolean;
}

/** Runs Pulumi programs. Every method throws only for reasons outside the stack's resources (state, passphrase, bugs). */
export interface Engine {
  preview(job: StackJob, options?: OperationOptions): Promise<OperationResult>;
  up(job: StackJob, options?: OperationOptions): Promise<OperationResult>;
  refresh(job: Omit<StackJob, "program">, options?: OperationOptions & { preview?: boolean }): Promise<OperationResult>;
  destroy(job: Omit<StackJob, "program">, options?: OperationOptions & { preview?: boolean }): Promise<OperationResult>;
  /** Adopts a live resource as the program's one resource of that type; then shows what an `up` would still change. */
  import(job: StackJob, request: ImportRequest, options?: OperationOptions): Promise<OperationResult>;
  /** The stack's outputs; `undefined` when there is no such stack. */
  outputs(job: Omit<StackJob, "program">): Promise<PropertyMap | undefined>;
  /** Makes an empty stack. @returns whether it was made now. */
  init(job: Omit<StackJob, "program">): Promise<boolean>;
  /** What is on record of a stack, secrets readable; `undefined` when there is no such stack. */
  snapshot(job: Omit<StackJob, "program">): Promise<Snapshot | undefined>;
  /** Puts a snapshot on record as the stack's, which is made if need be. @throws StateProblem for one that is not whole. */
  restore(job: Omit<StackJob, "program">, snapshot: Snapshot): Promise<void>;
  /** Forgets a stack; what it made stays. */
  forget(job: Omit<StackJob, "program">): Promise<void>;
}
