import { InvalidInput, RemoteFailure, asDiagnostic, diagnostic } from "../../diagnostics/index.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import type { Driver } from "../../provider-contract/index.ts";
import type { Operation, OperationType, ResourceState } from "../../state/index.ts";
import { copySecretness, getPath, parsePath, secret, setPath, stripSecrets } from "../../values/index.ts";
import type { PropertyMap, PropertyValue } from "../../values/index.ts";
import type { Step, Throttle } from "../engine.ts";
import type { Journal } from "./journal.ts";
import type { OperationLog } from "./operation-log.ts";
import type { ProviderRegistry } from "./provider-registry.ts";
import { isDefaultProvider, isManaged } from "./resource-kinds.ts";
import { PROVIDER_PREFIX, nameOf } from "../urn.ts";

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
}

/**
 * Carries out one step: announces it, writes the intention, does the work, reports the end. In a preview only announces.
 * @param work does it; its result is recorded by `settle` before the intention is taken back, in one write.
 */
export async function runStep<T>(
  context: StepContext,
  step: Step,
  type: OperationType,
  resource: ResourceState,
  work: (signal: AbortSignal) => Promise<T>,
  settle: (result: T) => void,
): Promise<T | undefined> {
  const { log } = context;
  if (context.isPreview) {
    log.step("planned", step);
    return undefined;
  }
  if (context.signal.aborted) throw log.fail(interrupted(step));
  log.step("started", step);
  const started = performance.now();
  const operation = await context.journal.begin(type, resource);
  let result: T;
  try {
    result = await context.throttle(() => work(timeoutSignal(type, resource)));
  } catch (error) {
    step.failed = true;
    await settleFailure(context, operation, error);
    log.step("failed", step, performance.now() - started);
    throw log.fail(failureOf(error, step, resource));
  }
  settle(result);
  context.journal.end(operation);
  await context.journal.save();
  log.step("finished", step, performance.now() - started);
  return result;
}

/** Announces a step that has nothing to carry out. The stack and components are bookkeeping, and are not announced. */
export function announce({ log, isPreview }: StepContext, step: Step): void {
  log.step(isPreview ? "planned" : "finished", step);
}

/**
 * Deletes a resource, unless it is protected; one with `retainOnDelete` is only forgotten.
 * @param op what the deletion is part of.
 */
export async function deleteResource(context: StepContext, resource: ResourceState, announced?: Step): Promise<void> {
  const step: Step = announced ?? {
    op: "delete",
    urn: resource.urn,
    type: resource.type,
    diff: [],
    ...(resource.id ? { id: resource.id } : {}),
  };
  const forget = (): void => context.journal.drop(resource);
  if (resource.protect && !resource.delete) {
    const hint = "take protect out of the program and apply, then try again";
    throw context.log.fail(
      diagnostic("protected-resource", `${nameOf(resource.urn)} is protected and would be deleted`, { hint }),
    );
  }
  if (!isManaged(resource)) {
    if (resource.type.startsWith(PROVIDER_PREFIX) && !isDefaultProvider(resource)) announce(context, step);
    forget();
    return;
  }
  const driver = context.providers.driver(resource.provider ?? "", resource.type);
  await runStep(
    context,
    step,
    "deleting",
    resource,
    async (signal) => {
      const state = { inputs: stripSecrets(resource.inputs ?? {}), outputs: stripSecrets(resource.outputs ?? {}) };
      if (!resource.retainOnDelete) await driver.delete({ id: resource.id ?? "", state, signal });
    },
    forget,
  );
  if (context.isPreview) forget();
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
    const steps = parsePath(path);
    const value: PropertyValue | undefined = getPath(marked, steps);
    if (value !== undefined && value !== null) setPath(marked, steps, secret(value));
  }
  return marked;
}

/** A refusal had no effect, so the intention is taken back; anything else may have had one, and stays on record. */
async function settleFailure(context: StepContext, operation: Operation, error: unknown): Promise<void> {
  if (error instanceof RemoteFailure && "status" in error && Number(error.status) < 500) context.journal.end(operation);
  else if (error instanceof InvalidInput) context.journal.end(operation);
  await context.journal.save();
}

function failureOf(error: unknown, step: Step, resource: ResourceState): Diagnostic {
  const problem = asDiagnostic(error);
  const message = scrub(`${step.op} of ${nameOf(resource.urn)} failed: ${problem.message}`, resource.inputs ?? {});
  return { ...problem, message };
}

/** Takes the resource's own secrets out of a text: an API may repeat what it was sent. */
function scrub(text: string, inputs: PropertyMap): string {
  const secrets: string[] = [];
  const plain = stripSecrets(inputs);
  const collect = (marked: PropertyValue | undefined, value: PropertyValue | undefined): void => {
    if (marked === null || typeof marked !== "object" || marked === undefined) return;
    for (const [key, child] of Object.entries(marked)) {
      const inner = (value as PropertyMap | undefined)?.[key];
      if (child && typeof child === "object" && "value" in child && typeof inner === "string") secrets.push(inner);
      else collect(child, inner);
    }
  };
  collect(inputs, plain);
  return secrets.filter(({ length }) => length > 0).reduce((shown, each) => shown.replaceAll(each, "[secret]"), text);
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
