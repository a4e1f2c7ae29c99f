import { diagnostic } from "../../diagnostics/index.ts";
import type { Operation, ResourceState } from "../../state/index.ts";
import { stripSecrets } from "../../values/index.ts";
import { nameOf } from "../urn.ts";
import { isManaged } from "./resource-kinds.ts";
import { withSecrets } from "./resource-steps.ts";
import type { StepContext } from "./resource-steps.ts";

/**
 * Finds out what became of operations that a killed run left open, and brings the records in line with what is live:
 * an interrupted create is looked for and adopted, an interrupted delete is checked.
 * @returns URNs that may differ from their record (interrupted updates).
 */
export async function resolvePending(context: StepContext, pending: readonly Operation[]): Promise<Set<string>> {
  const uncertain = new Set<string>();
  for (const { resource, type } of pending) {
    if (!isManaged(resource)) continue;
    if (type === "creating") await adoptIfMade(context, resource);
    else if (type === "updating") uncertain.add(resource.urn);
    else if (type === "deleting") await dropIfGone(context, resource);
  }
  return uncertain;
}

async function adoptIfMade(context: StepContext, resource: ResourceState): Promise<void> {
  const { journal, providers, signal } = context;
  // The record may have been written already, by the same run or by the CLI.
  if (journal.before(resource.urn)) return;
  const driver = providers.driver(resource.provider ?? "", resource.type);
  const inputs = resource.inputs ?? {};
  const found = await driver.recover({ inputs: stripSecrets(inputs), since: new Date(resource.created ?? 0), signal });
  if (!found) return;
  const outputs = withSecrets(found.outputs, inputs, driver, resource.additionalSecretOutputs ?? []);
  journal.adopt({ ...resource, id: found.id, outputs, modified: new Date().toISOString() });
  const message = `${nameOf(resource.urn)} was made by a run that was interrupted; adopted as ${found.id}`;
  context.log.report(diagnostic("interrupted", message, { severity: "warning" }));
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
