import { diagnostic } from "../../../diagnostics/index.ts";
import type { Operation, ResourceState } from "../../../state/index.ts";
import { stripSecrets } from "../../../values/index.ts";
import { nameOf } from "../../urn.ts";
import { isManaged } from "../plan/resource-kinds.ts";
import { withSecrets } from "./resource-steps.ts";
import type { StepContext } from "./resource-steps.ts";

/** How long a request may be held on its way (by a proxy, a queue) and still arrive. */
const MAX_HELD_MS = 60 * 60_000;

/**
 * Finds out what became of operations that a killed run left open, and brings the records in line with what is live:
 * an interrupted create is looked for and adopted, an interrupted delete is checked. What cannot be settled now stays on
 * record: a create that is not found may still arrive, an update is done again.
 * @returns URNs that may differ from their record (interrupted updates).
 */
export async function resolvePending(context: StepContext, pending: readonly Operation[]): Promise<Set<string>> {
  const uncertain = new Set<string>();
  for (const operation of pending) {
    const { resource, type } = operation;
    if (isManaged(resource) && type === "updating") uncertain.add(resource.urn);
    else if (!(await mayBeOpen(context, operation))) context.journal.forget(operation);
  }
  return uncertain;
}

/** As {@link isOpen}; `true` also when a preview has no credentials to find out. */
async function mayBeOpen(context: StepContext, operation: Operation): Promise<boolean> {
  const { missing } = context;
  if (!missing) return isOpen(context, operation);
  const answer = await missing.tolerate(operation.resource.type, () => isOpen(context, operation));
  return answer?.value ?? true;
}

async function isOpen(context: StepContext, { resource, type }: Operation): Promise<boolean> {
  if (!isManaged(resource)) return false;
  if (type === "deleting") await dropIfGone(context, resource);
  return type === "creating" && !(await adoptIfMade(context, resource));
}

/** Drops the creates of earlier runs that have not shown up in the longest time that a request may take. */
export function dropOldCreates({ journal }: StepContext, now: number): void {
  for (const operation of journal.interrupted("creating")) {
    const isRecent = now - Date.parse(operation.resource.created ?? "") < MAX_HELD_MS;
    if (!isRecent) journal.forget(operation);
  }
}

/** @returns whether the resource is on record. */
async function adoptIfMade(context: StepContext, resource: ResourceState): Promise<boolean> {
  const { journal, providers, signal } = context;
  // The record may have been written already, by the same run or by the CLI.
  if (journal.before(resource.urn)) return true;
  const driver = providers.driver(resource.provider ?? "", resource.type);
  const inputs = resource.inputs ?? {};
  const found = await driver.recover({
    inputs: stripSecrets(inputs),
    since: new Date(resource.created ?? 0),
    ...(resource.outputs ? { note: stripSecrets(resource.outputs) } : {}),
    signal,
  });
  if (!found) return false;
  const outputs = withSecrets(found.outputs, inputs, driver, resource.additionalSecretOutputs ?? []);
  journal.adopt({ ...resource, id: found.id, outputs, modified: new Date().toISOString() });
  const message = `${nameOf(resource.urn)} was made by a run that was interrupted; adopted as ${found.id}`;
  context.log.report(diagnostic("interrupted", message, { severity: "warning" }));
  return true;
}

async function dropIfGone(context: StepContext, resource: ResourceState): Promise<void> {
  const { journal, providers, signal } = context;
  const record = journal.unsettled().find(({ urn, id }) => urn === resource.urn && id === resource.id);
  if (!record) return;
  const driver = providers.driver(record.provider ?? "", record.type);
  const state = { inputs: stripSecrets(record.inputs ?? {}), outputs: stripSecrets(record.outputs ?? {}) };
  const live = await driver.read({ id: record.id ?? "", state, signal });
  if (!live) journal.drop(record);
}
