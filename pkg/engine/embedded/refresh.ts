import type { ResourceState } from "../../state/index.ts";
import { stripSecrets } from "../../values/index.ts";
import type { PropertyMap } from "../../values/index.ts";
import { displayDiff } from "./display-diff.ts";
import { isManaged } from "./resource-kinds.ts";
import { announce, withSecrets } from "./resource-steps.ts";
import type { StepContext } from "./resource-steps.ts";

/**
 * Reads every live resource and brings the records in line: outputs as they are live, resources that are gone
 * forgotten. What differs is announced as `refresh` (or `delete` for what is gone).
 */
export async function refreshResources(context: StepContext, isTarget?: (urn: string) => boolean): Promise<void> {
  const managed = context.journal
    .unsettled()
    .filter((resource) => (isManaged(resource) || resource.external) && resource.id !== undefined);
  const reading = managed
    .filter(({ urn }) => !isTarget || isTarget(urn))
    .map((resource) => refreshOne(context, resource));
  const results = await Promise.allSettled(reading);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

async function refreshOne(context: StepContext, resource: ResourceState): Promise<void> {
  const { journal, providers, signal } = context;
  const { urn, type, id = "", inputs = {}, outputs = {} } = resource;
  const driver = providers.driver(resource.provider ?? "", type);
  const state = { inputs: stripSecrets(inputs), outputs: stripSecrets(outputs) };
  const live = await context.throttle(() => driver.read({ id, state, signal }));
  if (!live) {
    announce(context, { op: "delete", urn, type, diff: [], id });
    journal.drop(resource);
    return;
  }
  if (resource.external) {
    // Somebody else's: what it is like is taken note of, and is no drift.
    announce(context, { op: "same", urn, type, diff: [], id });
    journal.amend(resource, { ...resource, outputs: live.outputs });
    return;
  }
  // Compared as a driver compares: the live side takes the part of what is wanted.
  const { changes } = driver.diff({ oldInputs: state.inputs, oldOutputs: state.outputs, inputs: live.inputs });
  const now: PropertyMap = withSecrets(live.outputs, inputs, driver, resource.additionalSecretOutputs ?? []);
  announce(context, {
    op: changes.length > 0 ? "refresh" : "same",
    urn,
    type,
    id,
    diff: displayDiff(changes, [], { outputs, inputs }, now),
  });
  journal.amend(resource, { ...resource, outputs: now });
}
