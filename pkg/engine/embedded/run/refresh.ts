import type { Found } from "../../../provider-contract/index.ts";
import type { ResourceState } from "../../../state/index.ts";
import { stripSecrets } from "../../../values/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import type { Step } from "../../engine.ts";
import { displayDiff } from "../plan/display-diff.ts";
import type { Drift } from "../plan/drift.ts";
import { isManaged } from "../plan/resource-kinds.ts";
import { withSecrets } from "./resource-steps.ts";
import type { StepContext } from "./resource-steps.ts";

/**
 * Reads every live resource and brings the records in line: outputs as they are live, resources that are gone
 * forgotten. What differs is announced as `refresh` (or `delete` for what is gone).
 * @param isOwnOperation the operation is a refresh, not the first part of another one.
 * @returns what differs.
 */
export async function refreshResources(
  context: StepContext,
  isTarget: ((urn: string) => boolean) | undefined,
  isOwnOperation: boolean,
): Promise<Drift> {
  const drift = new Map<string, "gone" | readonly string[]>();
  const wanted = context.journal.unsettled().filter(({ urn }) => !isTarget || isTarget(urn));
  const live = wanted.filter(isLive);
  // Pulumi counts what cannot be read as unchanged.
  if (isOwnOperation)
    for (const resource of wanted.filter((each) => !isLive(each))) {
      const { urn, type } = resource;
      context.log.announceChange({ op: "same", urn, type, old: resource, new: resource });
    }
  const reading = live.map(async (resource) => {
    const found = await refreshOne(context, resource, isOwnOperation);
    if (found.length > 0) drift.set(resource.urn, found);
  });
  const results = await Promise.allSettled(reading);
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return drift;
}

function isLive(resource: ResourceState): boolean {
  return (isManaged(resource) || resource.external === true) && resource.id !== undefined;
}

async function refreshOne(
  context: StepContext,
  resource: ResourceState,
  isOwnOperation: boolean,
): Promise<"gone" | readonly string[]> {
  const { journal, providers, signal, log } = context;
  const { urn, type, id = "", inputs = {}, outputs = {} } = resource;
  const driver = providers.driver(resource.provider ?? "", type);
  const state = { inputs: stripSecrets(inputs), outputs: stripSecrets(outputs) };
  const read = await readLive(context, resource, () => driver.read({ id, state, signal }));
  if (!read) return [];
  const { found: live } = read;
  const tell = (step: Step, op: "same" | "update" | "delete", record?: ResourceState): void => {
    const change = { urn, type, old: resource, ...(record ? { new: record } : {}) };
    log.announce(step);
    log.announceChange({ ...change, op: "refresh" }, { ...change, op: isOwnOperation ? op : "refresh" });
  };
  if (!live) {
    tell({ op: "delete", urn, type, diff: [], id }, "delete");
    journal.drop(resource);
    return "gone";
  }
  if (resource.external) {
    // Somebody else's: what it is like is taken note of, and is no drift.
    const record = { ...resource, outputs: live.outputs };
    tell({ op: "same", urn, type, diff: [], id }, "same", record);
    journal.amend(resource, record);
    return [];
  }
  // Compared as a driver compares: the live side takes the part of what is wanted.
  const { changes } = driver.diff({ oldInputs: state.inputs, oldOutputs: state.outputs, inputs: live.inputs });
  const now: PropertyMap = withSecrets(live.outputs, inputs, driver, resource.additionalSecretOutputs ?? []);
  const isDrifted = changes.length > 0;
  const diff = displayDiff(changes, [], { outputs, inputs }, now);
  const record = { ...resource, outputs: now };
  tell({ op: isDrifted ? "refresh" : "same", urn, type, id, diff }, isDrifted ? "update" : "same", record);
  journal.amend(resource, record);
  return changes.map(({ path }) => path);
}

/** Reads a resource, unless the plan of this command has. @returns `undefined` without the credentials for it. */
async function readLive(
  { live, isPreview, missing, throttle }: StepContext,
  { urn, type, id = "" }: ResourceState,
  read: () => Promise<Found | undefined>,
): Promise<{ found: Found | undefined } | undefined> {
  const known = isPreview ? undefined : live?.take(urn, id);
  if (known) return known;
  const answer = missing ? await missing.tolerate(type, () => throttle(read)) : { value: await throttle(read) };
  if (!answer) return undefined;
  if (isPreview) live?.keep(urn, id, answer.value);
  return { found: answer.value };
}
