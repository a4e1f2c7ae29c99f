import { asDiagnostic, diagnostic, isInvalidInput, isRemoteFailure } from "../../../diagnostics/index.ts";
import type { Diagnostic } from "../../../diagnostics/index.ts";
import type { Driver } from "../../../provider-contract/index.ts";
import type { Operation, OperationType, ResourceState } from "../../../state/index.ts";
import {
  copySecretness,
  getPath,
  matchingPaths,
  parsePath,
  scrub,
  secret,
  secretTexts,
  setPath,
  stripSecrets,
} from "../../../values/index.ts";
import type { PropertyMap, PropertyValue } from "../../../values/index.ts";
import type { OperationOptions, RecordChange, Step, Throttle } from "../../engine.ts";
import type { LiveReads } from "../../live-reads.ts";
import type { Journal } from "./journal.ts";
import type { MissingCredentials } from "./missing-credentials.ts";
import type { OperationLog } from "./operation-log.ts";
import type { ProviderRegistry } from "./provider-registry.ts";
import { deletionStep } from "../plan/deletions.ts";
import { PROVIDER_PREFIX, nameOf } from "../../urn.ts";

/** How long an operation on one resource may take unless the program says otherwise (Pulumi's bridged default). */
const DEFAULT_TIMEOUT_S = 20 * 60;

/** What every step needs: the state, the providers, where to report, and whether anything may be changed at all. */
export interface StepContext {
  journal: Journal;
  providers: ProviderRegistry;
  isPreview: boolean;
  signal: AbortSignal;
  throttle: Throttle;
  log: OperationLog;
  /** An id for a new provider. A preview knows none. */
  newId: () => string;
  /** A name for a resource that got none. A preview knows none: it would not be the name that an up makes. */
  newName: (prefix: string) => string;
  /** Decides about each step before it is taken; without it every step is approved. */
  approve?: OperationOptions["approve"];
  /** Of a preview that may lack credentials: takes note of what could not be read. */
  missing?: MissingCredentials;
  live?: LiveReads;
}

/** One step to carry out. */
interface Work<T> {
  step: Step;
  /** What it does to the state; `new` as it is planned. */
  change: RecordChange;
  type: OperationType;
  /** What the journal keeps of the intention, ahead of the work. */
  intention: () => Promise<ResourceState>;
  run: (signal: AbortSignal) => Promise<T>;
  /** Records the result, before the intention is taken back, in one write. @returns the record, unless it is gone. */
  settle: (result: T) => ResourceState | undefined;
  /** Records what is planned, in a preview. */
  settlePlan: () => void;
}

/**
 * Carries out one step: announces it, writes the intention, does the work, reports the end. A preview is steps that are
 * not carried out: this is where it ends.
 */
export async function runStep<T>(context: StepContext, work: Work<T>): Promise<void> {
  const { log } = context;
  const { step, change, type } = work;
  if (context.isPreview) {
    log.announce(step);
    log.announceChange(change);
    work.settlePlan();
    return;
  }
  if (context.signal.aborted) throw log.fail(interrupted(step));
  const refusal = context.approve?.(step);
  if (refusal) throw log.fail(refusal);
  log.step("started", step);
  log.record("started", change);
  const started = performance.now();
  let operation: Operation | undefined;
  let result: T;
  try {
    const resource = await work.intention();
    operation = await context.journal.begin(type, resource);
    result = await context.throttle(() => work.run(timeoutSignal(type, resource)));
  } catch (error) {
    step.failed = true;
    if (operation) await settleFailure(context, operation, error);
    log.step("failed", step, performance.now() - started);
    log.record("failed", change);
    throw log.fail(failureOf(error, step, change.new ?? change.old));
  }
  const settled = work.settle(result);
  context.journal.end(operation);
  await context.journal.save();
  log.step("finished", step, performance.now() - started);
  log.record("finished", settled ? { ...change, new: settled } : change);
}

/** Announces a step that has nothing to carry out. */
export function announce({ log }: StepContext, step: Step, change: Omit<RecordChange, "op" | "urn" | "type">): void {
  log.announce(step);
  log.announceChange({ op: step.op, urn: step.urn, type: step.type, ...change });
}

/**
 * Deletes a resource, as {@link deletionStep} says.
 * @param op what it is to the state: `delete-replaced` for a part of a replacement.
 */
export async function deleteResource(
  context: StepContext,
  resource: ResourceState,
  op: "delete" | "delete-replaced" = "delete",
): Promise<void> {
  const { log, journal } = context;
  const { urn, type, id } = resource;
  const planned = deletionStep(resource, op);
  if (planned.kind === "refuse") throw log.fail(planned.problem);
  const step: Step = { op: "delete", urn, type, diff: [], ...(id ? { id } : {}) };
  const change: RecordChange = { op: planned.op, urn, type, old: resource };
  const forget = (): undefined => {
    journal.drop(resource);
  };
  if (planned.kind === "forget") {
    if (type.startsWith(PROVIDER_PREFIX)) log.announce(step);
    log.announceChange(change);
    forget();
    return;
  }
  const driver = context.providers.driver(resource.provider ?? "", type);
  const state = { inputs: stripSecrets(resource.inputs ?? {}), outputs: stripSecrets(resource.outputs ?? {}) };
  await runStep(context, {
    step,
    change,
    type: "deleting",
    intention: async () => resource,
    run: async (signal) => {
      if (!planned.isRetained) await driver.delete({ id: id ?? "", state, signal });
    },
    settle: forget,
    settlePlan: forget,
  });
}

/** Marks as secret what is secret in the inputs, in the provider's schema, or by the program's word. */
export function withSecrets(
  outputs: PropertyMap,
  inputs: PropertyMap,
  driver: Driver,
  additional: readonly string[],
): PropertyMap {
  const marked = copySecretness(outputs, inputs);
  for (const path of [...driver.secretProperties, ...additional]) {
    for (const steps of matchingPaths(marked, parsePath(path))) {
      const value: PropertyValue | undefined = getPath(marked, steps);
      if (value !== undefined && value !== null) setPath(marked, steps, secret(value));
    }
  }
  return marked;
}

/** A refusal had no effect, so the intention is taken back; anything else may have had one, and stays on record. */
async function settleFailure(context: StepContext, operation: Operation, error: unknown): Promise<void> {
  if (isRemoteFailure(error) && "status" in error && Number(error.status) < 500) context.journal.takeBack(operation);
  else if (isInvalidInput(error)) context.journal.takeBack(operation);
  await context.journal.save();
}

function failureOf(error: unknown, step: Step, resource: ResourceState | undefined): Diagnostic {
  const problem = asDiagnostic(error);
  const secrets = secretTexts(resource?.inputs ?? {});
  const message = scrub(`${step.op} of ${nameOf(step.urn)} failed: ${problem.message}`, secrets);
  return { ...problem, message, ...(problem.hint === undefined ? {} : { hint: scrub(problem.hint, secrets) }) };
}

function interrupted(step: Step): Diagnostic {
  return diagnostic("interrupted", `interrupted before ${step.op} of ${nameOf(step.urn)}`, {
    hint: "apply again to go on",
  });
}

function timeoutSignal(type: OperationType, { customTimeouts }: ResourceState): AbortSignal {
  const kind = type === "creating" ? "create" : type === "updating" ? "update" : "delete";
  return AbortSignal.timeout((customTimeouts?.[kind] ?? DEFAULT_TIMEOUT_S) * 1000);
}
