import { diagnostic } from "../../../diagnostics/index.ts";
import type { ResourceState } from "../../../state/index.ts";
import { UNKNOWN, stripSecrets } from "../../../values/index.ts";
import type { ImportRequest, StackJob } from "../../engine.ts";
import { inStateAlready, nothingLive } from "../../import-problems.ts";
import { STACK_TYPE, nameOf } from "../../urn.ts";
import { deployProgram } from "./deploy-program.ts";
import { Journal } from "./journal.ts";
import { isManaged } from "../plan/resource-kinds.ts";
import { announce, withSecrets } from "./resource-steps.ts";
import type { StepContext } from "./resource-steps.ts";

/**
 * Adopts a live resource into the state. The program is run as a preview to learn under which URN, parent and provider
 * it wants the resource; the record is then written with what is live.
 */
export async function importLive(job: StackJob, request: ImportRequest, context: StepContext): Promise<void> {
  const { type, idOrName } = request;
  const planned = await planRecords(job, context);
  if (!planned) return;
  const wanted = planned.filter((resource) => resource.type === type);
  const [record] = wanted;
  if (!record || wanted.length > 1) {
    throw context.log.fail(
      diagnostic(
        "not-found",
        `the manifest makes ${wanted.length} resources of type ${type}; exactly one can be imported`,
      ),
    );
  }
  const taken = context.journal.before(record.urn);
  if (taken) {
    throw context.log.fail(inStateAlready(nameOf(record.urn), taken.id));
  }
  context.providers.addAll(planned);
  const driver = context.providers.driver(record.provider ?? "", type);
  const id = await driver.resolve(idOrName, context.signal);
  const live = id === undefined ? undefined : await driver.read({ id, signal: context.signal });
  if (!live) throw context.log.fail(nothingLive(request));

  const now = new Date().toISOString();
  const secretsKnown = withSecrets(live.inputs, record.inputs ?? {}, driver, []);
  const outputs = withSecrets(live.outputs, record.inputs ?? {}, driver, record.additionalSecretOutputs ?? []);
  for (const resource of planned) {
    if (resource === record) {
      const imported = { ...record, id: live.id, inputs: secretsKnown, outputs, created: now, modified: now };
      context.journal.put(imported);
      announce(context, { op: "import", urn: record.urn, type, diff: [], id: live.id }, { new: imported });
    } else if (!isManaged(resource)) {
      const old = context.journal.unsettled().find(({ urn }) => urn === resource.urn);
      context.journal.put(old ?? { ...resource, created: now, modified: now }, old);
    }
  }
}

/**
 * The records that the program would make: the stack, components, providers, and the resource itself.
 * @returns `undefined` when the program failed, which is reported.
 */
async function planRecords(job: StackJob, context: StepContext): Promise<ResourceState[] | undefined> {
  const scratch = new Journal(context.journal.snapshot());
  const quiet: StepContext = {
    ...context,
    journal: scratch,
    isPreview: true,
    log: context.log.without({ steps: true, records: true }),
  };
  await deployProgram(job, { context: quiet, uncertain: new Set() });
  if (context.log.hasFailed) return undefined;
  return scratch.settled().map((resource) => {
    const { outputs, ...record } = resource;
    // What a preview does not know must not get into the state.
    if (!JSON.stringify(stripSecrets(outputs ?? {})).includes(UNKNOWN)) return resource;
    return resource.type === STACK_TYPE && job.initialOutputs ? { ...record, outputs: job.initialOutputs } : record;
  });
}
