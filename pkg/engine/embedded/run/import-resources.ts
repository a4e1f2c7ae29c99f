import { StateProblem, diagnostic } from "../../../diagnostics/index.ts";
import type { ResourceState } from "../../../state/index.ts";
import type { ImportedResource, StackJob } from "../../engine.ts";
import { inStateAlready } from "../../import-problems.ts";
import { announce, withSecrets } from "./resource-steps.ts";
import type { StepContext } from "./resource-steps.ts";
import { packageOf } from "./provider-registry.ts";
import { STACK_TYPE, buildUrn } from "../../urn.ts";

/**
 * Puts live resources on record as `pulumi import --file` does: nothing of a program is run, parents and providers come
 * from the name table or from the list itself, components are only recorded.
 */
export async function importResources(
  { project, stack }: Pick<StackJob, "project" | "stack">,
  resources: readonly ImportedResource[],
  names: Readonly<Record<string, string>>,
  context: StepContext,
): Promise<void> {
  const { journal } = context;
  const urns = new Map(Object.entries(names));
  const recordOf = (urn: string): ResourceState | undefined =>
    journal.settled().find((resource) => resource.urn === urn) ?? journal.before(urn);
  const now = new Date().toISOString();
  const times = { created: now, modified: now };
  const root = buildUrn({ project, stack, type: STACK_TYPE, name: `${project}-${stack}`, parent: "" });
  const kept = recordOf(root);
  journal.put(kept ?? { urn: root, custom: false, type: STACK_TYPE, ...times }, kept);
  for (const { type, name, logicalName = name, id, parent, provider, version, component, protect } of resources) {
    const parentUrn = parent === undefined ? root : named(urns, parent);
    const urn = buildUrn({ project, stack, type, name: logicalName, parent: parentUrn });
    urns.set(name, urn);
    const taken = recordOf(urn);
    if (taken && !component) throw context.log.fail(inStateAlready(urn, taken.id));
    if (component) {
      if (!taken) journal.put({ urn, custom: false, type, parent: parentUrn, ...times });
      continue;
    }
    const explicit = provider === undefined ? undefined : recordOf(named(urns, provider));
    const reference = explicit
      ? `${explicit.urn}::${explicit.id}`
      : context.providers.defaultProvider(packageOf(type), version ?? "", { project, stack }, journal);
    const driver = context.providers.driver(reference, type);
    const live = await driver.read({ id: id ?? "", signal: context.signal });
    if (!live) throw context.log.fail(diagnostic("not-found", `there is no ${type} with id ${id}`));
    const inputs = withSecrets(live.inputs, {}, driver, []);
    const outputs = withSecrets(live.outputs, {}, driver, []);
    const place = { urn, type, parent: parentUrn, provider: reference, ...(protect ? { protect } : {}) };
    const imported = { ...place, custom: true, id: live.id, inputs, outputs, ...times };
    journal.put(imported);
    announce(context, { op: "import", urn, type, diff: [], id: live.id }, { new: imported });
  }
}

function named(urns: ReadonlyMap<string, string>, name: string): string {
  const urn = urns.get(name);
  if (urn === undefined)
    throw new StateProblem(
      diagnostic("operation-failed", `"${name}" is neither in the name table nor imported before`),
    );
  return urn;
}
