import { asDiagnostic, diagnostic, isInvalidInput, isRemoteFailure } from "../../../diagnostics/index.ts";
import type { Found } from "../../../provider-contract/index.ts";
import type { ResourceState } from "../../../state/index.ts";
import { UNKNOWN, diffValues, secret, stripSecrets } from "../../../values/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import { CustomSteps } from "./custom-steps.ts";
import type { Candidate, Registered } from "./custom-steps.ts";
import { deleteAll } from "./delete-order.ts";
import { leftoversOf } from "../plan/deletions.ts";
import { displayDiff } from "../plan/display-diff.ts";
import { candidateUrns, findOld, stateOf, withIgnoredChanges } from "../plan/goal.ts";
import type { Goal } from "../plan/goal.ts";
import type { RecordChange } from "../../engine.ts";
import type { MonitorHandler, ReadGoal } from "../sdk/monitor.ts";
import { packageOf } from "./provider-registry.ts";
import { isProviderReplaced } from "../plan/replacement.ts";
import { StepFailed } from "../step-failed.ts";
import { announce, deleteResource, withSecrets } from "./resource-steps.ts";
import type { StepContext } from "./resource-steps.ts";
import { customStep } from "../plan/step-generator.ts";
import { PROVIDER_PREFIX, STACK_TYPE, buildUrn, nameOf } from "../../urn.ts";

/** What a deployment needs beyond what its steps need. */
export interface DeploymentOptions extends StepContext {
  project: string;
  stack: string;
  /** URNs whose live state may differ from the record: they are updated even without a change. */
  uncertain: ReadonlySet<string>;
  /** Outputs of the stack that are known already. */
  initialOutputs?: PropertyMap;
  /** Which URNs may be changed; everything when absent. */
  isTarget?: (urn: string) => boolean;
}

/** One run of a program: takes what it registers, compares it with the state, and carries out the steps. */
export class Deployment implements MonitorHandler {
  readonly context: MonitorHandler["context"];
  readonly #options: DeploymentOptions;
  readonly #steps: CustomSteps;
  readonly #seen = new Set<string>();
  /** Records of components as they were before. */
  readonly #oldComponents = new Map<string, ResourceState>();
  /** Where each registered resource may have stood before, for its children's aliases. */
  readonly #aliases = new Map<string, string[]>();
  #stackOutputs: { record: ResourceState; outputs: PropertyMap } | undefined;

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.#steps = new CustomSteps(options);
    const { project, stack, isPreview } = options;
    this.context = { organization: "organization", project, stack, preview: isPreview };
  }

  async register(goal: Goal): Promise<Registered> {
    const urn = buildUrn({ ...this.#options, type: goal.type, name: goal.name, parent: goal.parent });
    if (this.#seen.has(urn)) {
      throw this.#options.log.fail(
        diagnostic("program-failed", `the program makes two resources called ${urn}`, {
          hint: "give one of them another name",
        }),
      );
    }
    this.#seen.add(urn);
    const old = this.#findOld(urn, goal);
    try {
      if (!goal.custom) return this.#registerComponent(goal, urn, old);
      if (goal.type.startsWith(PROVIDER_PREFIX)) return this.#registerProvider(goal, urn, old);
      return await this.#registerCustom(goal, urn, old);
    } catch (error) {
      throw error instanceof StepFailed ? error : this.#options.log.fail(asDiagnostic(error));
    }
  }

  async registerOutputs(urn: string, outputs: PropertyMap): Promise<void> {
    const { journal } = this.#options;
    const record = journal.settled().find((resource) => resource.urn === urn);
    if (!record) throw new Error(`outputs for ${urn}, which is not registered`);
    // The stack keeps its last outputs until the program has ended well.
    if (record.type === STACK_TYPE) this.#stackOutputs = { record, outputs };
    else journal.replace(record, { ...record, outputs });
    this.#options.log.record("outputs", this.#componentChange({ ...record, outputs }));
  }

  async read(request: ReadGoal): Promise<Registered> {
    const { journal, signal, missing } = this.#options;
    const { type, name, parent, id } = request;
    const urn = buildUrn({ ...this.#options, type, name, parent });
    const provider = request.provider || this.#defaultProvider(type, request.version);
    this.#seen.add(urn);
    if (id === UNKNOWN || id === "") return { urn, outputs: {} };
    try {
      const driver = this.#options.providers.driver(provider, type);
      const old = journal.before(urn);
      const read = (): Promise<Found | undefined> => driver.read({ id, signal });
      const answer = missing ? await missing.tolerate(type, read) : { value: await read() };
      // Without credentials a preview goes on with what is on record.
      if (!answer) return { urn, id, outputs: old?.outputs ?? {} };
      const found = answer.value;
      if (!found)
        throw this.#options.log.fail(diagnostic("not-found", `${nameOf(urn)}: there is no ${type} with id ${id}`));
      const outputs = withSecrets(found.outputs, {}, driver, request.additionalSecretOutputs);
      const state: ResourceState = {
        urn,
        custom: true,
        id: found.id,
        type,
        inputs: request.inputs,
        outputs,
        parent,
        external: true,
        dependencies: request.dependencies,
        provider,
      };
      journal.put(state, old);
      announce(this.#options, { op: "read", urn, type, diff: [], id }, { ...(old ? { old } : {}), new: state });
      return { urn, id: found.id, outputs };
    } catch (error) {
      throw error instanceof StepFailed ? error : this.#options.log.fail(asDiagnostic(error));
    }
  }

  async invoke(token: string, args: PropertyMap, provider: string, version: string): Promise<PropertyMap> {
    const { providers, signal, missing } = this.#options;
    const session = providers.session(provider || this.#defaultProvider(token, version));
    const result = session.invoke(token, stripSecrets(args), signal);
    if (!result)
      throw this.#options.log.fail(
        diagnostic("no-driver", `the embedded engine cannot call ${token}`, { hint: "use --engine pulumi" }),
      );
    try {
      if (!missing) return await result;
      // Without credentials a preview has no answer for the program.
      return (await missing.tolerate(token, () => result))?.value ?? {};
    } catch (error) {
      // What a data source says of its own is the program's to judge.
      if (isInvalidInput(error) || isRemoteFailure(error)) throw this.#options.log.fail(asDiagnostic(error));
      throw error;
    }
  }

  log(severity: "info" | "warning" | "error", message: string, urn: string): void {
    const { log } = this.#options;
    // The SDK logs as an error what a step has reported.
    if (severity === "error" && log.isReported(message)) return;
    const text = log.withoutReferences(message);
    if (severity === "info") log.progress(urn, text);
    else log.report(diagnostic("program-failed", urn ? `${nameOf(urn)}: ${text}` : text, { severity }));
  }

  /**
   * After a program that ended well: puts the stack's outputs on record, then deletes what the program no longer makes,
   * and what replacements left behind; dependents first.
   */
  async finish(): Promise<void> {
    const { journal, isTarget } = this.#options;
    if (this.#stackOutputs) {
      const { record, outputs } = this.#stackOutputs;
      journal.replace(record, { ...record, outputs });
    }
    const doomed = leftoversOf(journal.unsettled(), journal.settled(), this.#seen, isTarget);
    await deleteAll(doomed, (resource) =>
      resource.delete ? this.#steps.deleteQuietly(resource) : deleteResource(this.#options, resource),
    );
  }

  #findOld(urn: string, goal: Goal): ResourceState | undefined {
    const candidates = candidateUrns(goal, this.#options, this.#aliases.get(goal.parent) ?? []);
    this.#aliases.set(urn, candidates);
    return findOld([urn, ...candidates], this.#options.journal.unsettled());
  }

  #registerComponent(goal: Goal, urn: string, old: ResourceState | undefined): Registered {
    const state = stateOf(goal, urn, goal.inputs, undefined);
    const initial = goal.type === STACK_TYPE ? this.#options.initialOutputs : undefined;
    if (old?.outputs || initial) state.outputs = { ...old?.outputs, ...initial };
    if (old) this.#oldComponents.set(urn, old);
    this.#options.log.announceComponent(this.#componentChange(this.#steps.settle(state, old)));
    return { urn, outputs: {} };
  }

  #componentChange(state: ResourceState): RecordChange {
    const { urn, type } = state;
    const old = this.#oldComponents.get(urn);
    return { op: old ? "same" : "create", urn, type, ...(old ? { old } : {}), new: state };
  }

  #registerProvider(goal: Goal, urn: string, old: ResourceState | undefined): Registered {
    const packageName = goal.type.slice(PROVIDER_PREFIX.length);
    const plugin = this.#options.providers.plugin(packageName);
    const inputs: PropertyMap = { ...goal.inputs };
    for (const key of plugin.secretConfig)
      if (inputs[key] !== undefined && inputs[key] !== null) inputs[key] = secret(inputs[key]);
    if (goal.version) inputs["version"] = goal.version;
    const changes = old ? diffValues({ ...old.inputs, version: null }, { ...inputs, version: null }) : [];
    // A provider that now reaches another place is another one; the old one deletes what it has made there.
    const isReplaced = changes.some(({ path }) => plugin.replaceOnConfig.includes(path.split(/[.[]/)[0] ?? ""));
    if (old && isReplaced) this.#options.journal.amend(old, { ...old, delete: true });
    const kept = isReplaced ? undefined : old;
    const id = kept?.id ?? this.#options.newId();
    const state: ResourceState = {
      ...stateOf(goal, urn, { __internal: {}, ...inputs }, undefined),
      id,
      outputs: inputs,
    };
    const settled = this.#steps.settle(state, kept, changes.length > 0);
    this.#options.providers.add(`${urn}::${id}`, packageName, inputs);
    const op = !old ? "create" : isReplaced ? "replace" : changes.length > 0 ? "update" : "same";
    const diff = displayDiff(changes, [], { outputs: old?.inputs ?? {}, inputs: {} }, inputs);
    announce(this.#options, { op, urn, type: goal.type, diff }, { ...(old ? { old } : {}), new: settled, changes });
    return { urn, id, outputs: inputs };
  }

  async #registerCustom(goal: Goal, urn: string, old: ResourceState | undefined): Promise<Registered> {
    const { isTarget, providers } = this.#options;
    const provider = goal.provider || this.#defaultProvider(goal.type, goal.version);
    const driver = providers.driver(provider, goal.type);
    if (isTarget && !isTarget(urn)) return this.#leaveAlone(goal, urn, old);

    const given = withIgnoredChanges(goal, old);
    const oldInputs = stripSecrets(old?.inputs ?? {});
    const autoName = this.#options.newName(goal.name);
    const { inputs, failures } = driver.check({ inputs: stripSecrets(given), ...(old ? { oldInputs } : {}), autoName });
    const refusals = failures.map(({ path, reason }) =>
      this.#options.log.fail(
        diagnostic("check-failed", `${nameOf(urn)}: ${path ? `${path} ` : ""}${reason}`, path ? { path } : {}),
      ),
    );
    if (refusals[0]) throw refusals[0];

    const candidate: Candidate = { goal, urn, driver, provider, inputs: withSecrets(inputs, given, driver, []) };
    const { journal, uncertain } = this.#options;
    const deletedAhead = this.#steps.deletedAhead(urn);
    const records = (): ResourceState[] => [...journal.settled(), ...journal.unsettled()];
    const { replaceOnConfig } = providers.plugin(packageOf(goal.type));
    const step = customStep({
      goal,
      ...(old ? { old } : {}),
      ...(deletedAhead ? { deletedAhead } : {}),
      diff: ({ outputs = {} }) => driver.diff({ oldInputs, oldOutputs: stripSecrets(outputs), inputs }),
      isUncertain: old !== undefined && uncertain.has(old.urn),
      isProviderReplaced: isProviderReplaced(old?.provider, provider, records, replaceOnConfig),
    });
    return this.#steps.carryOut(candidate, step);
  }

  /** Outside the targets: whatever is there stays as it is recorded. */
  #leaveAlone(goal: Goal, urn: string, old: ResourceState | undefined): Registered {
    if (!old) return { urn, outputs: {} };
    this.#options.journal.put(old.urn === urn ? old : { ...old, urn }, old);
    const id = old.id ? { id: old.id } : {};
    announce(this.#options, { op: "same", urn, type: goal.type, diff: [], ...id }, { old, new: old });
    return { urn, ...id, outputs: old.outputs ?? {} };
  }

  #defaultProvider(token: string, version: string): string {
    return this.#options.providers.defaultProvider(packageOf(token), version, this.#options, this.#options.journal);
  }
}
