import { randomBytes, randomUUID } from "node:crypto";
import { asDiagnostic, diagnostic } from "../../diagnostics/index.ts";
import type { Driver } from "../../providers/index.ts";
import type { ResourceState } from "../../state/index.ts";
import { UNKNOWN, copySecretness, diffValues, getPath, parsePath, secret, setPath, stripSecrets } from "../../values/index.ts";
import type { PropertyMap } from "../../values/index.ts";
import type { Step } from "../engine.ts";
import { dependentsOf, inputsDependingOn } from "./dependents.ts";
import { creationDiff, displayDiff } from "./display-diff.ts";
import { candidateUrns, stateOf } from "./goal.ts";
import type { Goal } from "./goal.ts";
import type { MonitorHandler, ReadGoal } from "./monitor.ts";
import { packageOf } from "./provider-registry.ts";
import { StepFailed, announce, deleteResource, fail, isManaged, nameOf, runStep, withSecrets } from "./resource-steps.ts";
import type { StepContext } from "./resource-steps.ts";
import { chooseStep } from "./step-choice.ts";
import type { Choice } from "./step-choice.ts";
import { PROVIDER_PREFIX, STACK_TYPE, buildUrn } from "./urn.ts";

/** What a deployment needs beyond what its steps need. */
export interface DeploymentOptions extends StepContext {
  project: string;
  stack: string;
  /** URNs whose live state may differ from the record: they are updated even without a change. */
  uncertain: ReadonlySet<string>;
  /** Which URNs may be changed; everything when absent. */
  isTarget?: (urn: string) => boolean;
}

interface Registered {
  urn: string;
  id?: string;
  outputs: PropertyMap;
}

/** A checked resource on its way to a step. */
interface Candidate {
  goal: Goal;
  urn: string;
  driver: Driver;
  provider: string;
  /** Checked inputs, secrets wrapped. */
  inputs: PropertyMap;
}

/** One run of a program: takes what it registers, compares it with the state, and carries out the steps. */
export class Deployment implements MonitorHandler {
  readonly context: MonitorHandler["context"];
  readonly #options: DeploymentOptions;
  readonly #seen = new Set<string>();
  /** Where each registered resource may have stood before, for its children's aliases. */
  readonly #aliases = new Map<string, string[]>();
  /** URNs deleted ahead of their replacement. */
  readonly #deletedAhead = new Set<string>();
  #outputs: PropertyMap = {};
  #hasLoggedError = false;

  constructor(options: DeploymentOptions) {
    this.#options = options;
    const { project, stack, isPreview } = options;
    this.context = { organization: "organization", project, stack, preview: isPreview };
  }

  /** The stack's outputs, secrets wrapped. */
  get outputs(): PropertyMap {
    return this.#outputs;
  }

  /** Whether anything failed so far. */
  get hasFailed(): boolean {
    return this.#hasLoggedError || this.#options.diagnostics.some(({ severity }) => severity === "error");
  }

  async register(goal: Goal): Promise<Registered> {
    const urn = buildUrn({ ...this.#options, type: goal.type, name: goal.name, parent: goal.parent });
    if (this.#seen.has(urn)) {
      throw fail(this.#options, diagnostic("program-failed", `the program makes two resources called ${urn}`, { hint: "give one of them another name" }));
    }
    this.#seen.add(urn);
    const old = this.#findOld(urn, goal);
    try {
      if (!goal.custom) return this.#registerComponent(goal, urn, old);
      if (goal.type.startsWith(PROVIDER_PREFIX)) return this.#registerProvider(goal, urn, old);
      return await this.#registerCustom(goal, urn, old);
    } catch (error) {
      throw error instanceof StepFailed ? error : fail(this.#options, asDiagnostic(error));
    }
  }

  async registerOutputs(urn: string, outputs: PropertyMap): Promise<void> {
    const { journal } = this.#options;
    const record = journal.settled().find((resource) => resource.urn === urn);
    if (!record) throw new Error(`outputs for ${urn}, which is not registered`);
    journal.replace(record, { ...record, outputs });
    if (record.type === STACK_TYPE) this.#outputs = outputs;
  }

  async read(request: ReadGoal): Promise<Registered> {
    const { journal, signal } = this.#options;
    const { type, name, parent, id } = request;
    const urn = buildUrn({ ...this.#options, type, name, parent });
    const provider = request.provider || this.#defaultProvider(type, request.version);
    this.#seen.add(urn);
    if (id === UNKNOWN || id === "") return { urn, outputs: {} };
    try {
      const driver = this.#options.providers.driver(provider, type);
      const found = await driver.read({ id, signal });
      if (!found) throw fail(this.#options, diagnostic("not-found", `${nameOf(urn)}: there is no ${type} with id ${id}`));
      const outputs = withSecrets(found.outputs, {}, driver, request.additionalSecretOutputs);
      const old = journal.unsettled().find((resource) => resource.urn === urn && !resource.delete);
      journal.put({ urn, custom: true, id: found.id, type, inputs: request.inputs, outputs, parent, external: true, dependencies: request.dependencies, provider }, old);
      announce(this.#options, { op: "read", urn, type, diff: [], id });
      return { urn, id: found.id, outputs };
    } catch (error) {
      throw error instanceof StepFailed ? error : fail(this.#options, asDiagnostic(error));
    }
  }

  async invoke(token: string, args: PropertyMap, provider: string, version: string): Promise<PropertyMap> {
    const { providers, signal } = this.#options;
    const session = providers.session(provider || this.#defaultProvider(token, version));
    const result = session.invoke(token, stripSecrets(args), signal);
    if (!result) throw fail(this.#options, diagnostic("no-driver", `the embedded engine cannot call ${token}`, { hint: "use --engine pulumi" }));
    return result;
  }

  log(severity: "info" | "warning" | "error", message: string, urn: string): void {
    if (severity === "info") return;
    if (severity === "error") {
      // What a step reported comes back from the SDK as a logged error; say it once.
      const isKnown = this.#options.diagnostics.some((known) => message.includes(known.message));
      this.#hasLoggedError = true;
      if (isKnown) return;
    }
    const text = urn ? `${nameOf(urn)}: ${message}` : message;
    const problem = diagnostic("program-failed", text, { severity });
    this.#options.diagnostics.push(problem);
    this.#options.emit({ kind: "diagnostic", diagnostic: problem });
  }

  /** After the program: deletes what it no longer makes, and what replacements left behind; dependents first. */
  async finish(): Promise<void> {
    const { journal, isTarget } = this.#options;
    const leftovers = journal.unsettled().filter(({ urn, delete: isCopy }) => (isCopy || !this.#seen.has(urn)) && (!isTarget || isTarget(urn)));
    for (const resource of leftovers.reverse()) {
      if (isTarget && isManaged(resource) === false && dependentsOf(resource.urn, journal.unsettled()).length > 0) continue;
      await deleteResource(this.#options, resource);
    }
  }

  #findOld(urn: string, goal: Goal): ResourceState | undefined {
    const candidates = candidateUrns(goal, this.#options, this.#aliases.get(goal.parent) ?? []);
    this.#aliases.set(urn, candidates);
    const unsettled = this.#options.journal.unsettled().filter((resource) => !resource.delete);
    for (const each of [urn, ...candidates]) {
      const old = unsettled.find((resource) => resource.urn === each);
      if (old) return old;
    }
    return undefined;
  }

  #registerComponent(goal: Goal, urn: string, old: ResourceState | undefined): Registered {
    const state = stateOf(goal, urn, goal.inputs, undefined);
    if (old?.outputs) state.outputs = old.outputs;
    this.#settle(state, old);
    return { urn, outputs: {} };
  }

  #registerProvider(goal: Goal, urn: string, old: ResourceState | undefined): Registered {
    const packageName = goal.type.slice(PROVIDER_PREFIX.length);
    const plugin = this.#options.providers.plugin(packageName);
    const inputs: PropertyMap = { ...goal.inputs };
    for (const key of plugin.secretConfig) if (inputs[key] !== undefined && inputs[key] !== null) inputs[key] = secret(inputs[key]);
    if (goal.version) inputs["version"] = goal.version;
    const id = old?.id ?? randomUUID();
    const changes = old ? diffValues({ ...old.inputs, version: null }, { ...inputs, version: null }) : [];
    const state: ResourceState = { ...stateOf(goal, urn, { __internal: {}, ...inputs }, undefined), id, outputs: inputs };
    this.#settle(state, old, changes.length > 0);
    this.#options.providers.add(`${urn}::${id}`, packageName, inputs);
    const op = old ? (changes.length > 0 ? "update" : "same") : "create";
    announce(this.#options, { op, urn, type: goal.type, diff: displayDiff(changes, [], { outputs: old?.inputs ?? {}, inputs: {} }, inputs) });
    return { urn, id, outputs: inputs };
  }

  async #registerCustom(goal: Goal, urn: string, old: ResourceState | undefined): Promise<Registered> {
    const { isTarget, providers } = this.#options;
    const provider = goal.provider || this.#defaultProvider(goal.type, goal.version);
    const driver = providers.driver(provider, goal.type);
    if (isTarget && !isTarget(urn)) return this.#leaveAlone(goal, urn, old);

    const given = withIgnoredChanges(goal, old);
    const oldInputs = stripSecrets(old?.inputs ?? {});
    const autoName = `${goal.name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
    const { inputs, failures } = driver.check({ inputs: stripSecrets(given), ...(old ? { oldInputs } : {}), autoName });
    for (const { path, reason } of failures) {
      fail(this.#options, diagnostic("check-failed", `${nameOf(urn)}: ${path ? `${path} ` : ""}${reason}`, path ? { path } : {}));
    }
    if (failures.length > 0) throw new StepFailed(`the inputs of ${nameOf(urn)} are refused`);

    const candidate: Candidate = { goal, urn, driver, provider, inputs: withSecrets(inputs, given, driver, []) };
    if (goal.importId && old?.id !== goal.importId && old?.importID !== goal.importId) return this.#import(candidate, old);
    if (!old || old.external) return this.#create(candidate, this.#deletedAhead.has(urn) ? "replace" : "create", [], old);

    const diff = driver.diff({ oldInputs, oldOutputs: stripSecrets(old.outputs ?? {}), inputs });
    const choice = chooseStep({
      diff,
      ignoreChanges: goal.ignoreChanges,
      replaceOnChanges: goal.replaceOnChanges,
      ...(goal.deleteBeforeReplace === undefined ? {} : { deleteBeforeReplace: goal.deleteBeforeReplace }),
      isUncertain: this.#options.uncertain.has(old.urn) || (old.initErrors?.length ?? 0) > 0,
      isProviderReplaced: this.#isProviderReplaced(old, candidate),
    });
    if (choice.op === "same") return this.#same(candidate, old);
    return choice.op === "update" ? this.#update(candidate, old, choice) : this.#replace(candidate, old, choice);
  }

  #same({ goal, urn, provider, inputs }: Candidate, old: ResourceState): Registered {
    const { id = "", outputs = {} } = old;
    this.#settle({ ...stateOf(goal, urn, inputs, provider), id, outputs }, old, false);
    announce(this.#options, { op: "same", urn, type: goal.type, diff: [], id });
    return { urn, id, outputs };
  }

  async #create(candidate: Candidate, op: "create" | "replace", diff: Step["diff"], old?: ResourceState): Promise<Registered> {
    const { goal, urn, driver, provider, inputs } = candidate;
    const planned = stateOf(goal, urn, inputs, provider);
    const step: Step = { op, urn, type: goal.type, diff: op === "create" ? creationDiff(inputs) : diff };
    let state: ResourceState = { ...planned, outputs: withSecrets(driver.planCreate(stripSecrets(inputs)), inputs, driver, goal.additionalSecretOutputs) };
    const settle = (result: { id: string; outputs: PropertyMap }): void => {
      state = { ...planned, id: result.id, outputs: withSecrets(result.outputs, inputs, driver, goal.additionalSecretOutputs) };
      this.#settle(state, old, true);
    };
    const begun = { ...planned, created: new Date().toISOString() };
    await runStep(this.#options, step, "creating", begun, (signal) => driver.create({ inputs: stripSecrets(inputs), signal }), settle);
    if (this.#options.isPreview) this.#settle(state, old, true);
    return { urn, ...(state.id === undefined ? {} : { id: state.id }), outputs: state.outputs ?? {} };
  }

  async #update(candidate: Candidate, old: ResourceState, choice: Choice): Promise<Registered> {
    const { goal, urn, driver, provider, inputs } = candidate;
    const { id = "", outputs: oldOutputs = {} } = old;
    const finished = (outputs: PropertyMap): ResourceState => ({
      ...stateOf(goal, urn, inputs, provider),
      id,
      outputs: withSecrets(outputs, inputs, driver, goal.additionalSecretOutputs),
    });
    let state = finished(driver.planUpdate(stripSecrets(inputs), stripSecrets(oldOutputs)));
    const diff = displayDiff(choice.changes, [], { outputs: oldOutputs, inputs: old.inputs ?? {} }, state.outputs ?? {});
    const settle = ({ outputs }: { outputs: PropertyMap }): void => {
      state = finished(outputs);
      this.#settle(state, old, true);
    };
    const work = (signal: AbortSignal): Promise<{ outputs: PropertyMap }> =>
      driver.update({ id, inputs: stripSecrets(inputs), oldOutputs: stripSecrets(oldOutputs), signal });
    await runStep(this.#options, { op: "update", urn, type: goal.type, diff, id }, "updating", { ...state, outputs: oldOutputs }, work, settle);
    if (this.#options.isPreview) this.#settle(state, old, true);
    return { urn, id, outputs: state.outputs ?? {} };
  }

  async #replace(candidate: Candidate, old: ResourceState, choice: Choice): Promise<Registered> {
    const { urn, driver, inputs } = candidate;
    const planned = copySecretness(driver.planCreate(stripSecrets(inputs)), inputs);
    const diff = displayDiff(choice.changes, choice.replaces, { outputs: old.outputs ?? {}, inputs: old.inputs ?? {} }, planned);
    if (old.protect) {
      const hint = "take protect out of the program and apply, then try again";
      throw fail(this.#options, diagnostic("protected-resource", `${nameOf(urn)} is protected and would be replaced`, { hint }));
    }
    if (!choice.deleteBeforeReplace) {
      const copy = { ...old, delete: true };
      this.#options.journal.amend(old, copy);
      return this.#create(candidate, "replace", diff);
    }
    for (const dependent of this.#dependentsToReplace(old).reverse()) {
      this.#deletedAhead.add(dependent.urn);
      await this.#deleteQuietly(dependent);
    }
    await this.#deleteQuietly(old);
    return this.#create(candidate, "replace", diff);
  }

  /** A replacement is one step to the reader: its deletions are carried out and recorded, only failures are told. */
  async #deleteQuietly(resource: ResourceState): Promise<void> {
    const emit: StepContext["emit"] = (event) => event.kind === "diagnostic" && this.#options.emit(event);
    await deleteResource({ ...this.#options, emit, steps: [] }, resource);
  }

  /** Dependents that cannot outlive `old`, because what they take from it forces their own replacement. */
  #dependentsToReplace(old: ResourceState): ResourceState[] {
    const { journal, providers } = this.#options;
    const replaced = new Set([old.urn]);
    return dependentsOf(old.urn, journal.unsettled()).filter((dependent) => {
      if (!isManaged(dependent)) return false;
      const inputs = stripSecrets(dependent.inputs ?? {});
      const affected = inputsDependingOn(dependent, replaced);
      for (const name of affected) inputs[name] = UNKNOWN;
      const isDeletedWith = replaced.has(dependent.deletedWith ?? "");
      const { replaces } = providers
        .driver(dependent.provider ?? "", dependent.type)
        .diff({ oldInputs: stripSecrets(dependent.inputs ?? {}), oldOutputs: stripSecrets(dependent.outputs ?? {}), inputs });
      const mustGo = isDeletedWith || (affected.length > 0 && replaces.length > 0);
      if (mustGo) replaced.add(dependent.urn);
      return mustGo;
    });
  }

  async #import(candidate: Candidate, old: ResourceState | undefined): Promise<Registered> {
    const { goal, urn, driver, provider, inputs } = candidate;
    const found = await driver.read({ id: goal.importId, signal: this.#options.signal });
    if (!found) throw fail(this.#options, diagnostic("not-found", `${nameOf(urn)}: there is nothing with id ${goal.importId} to import`));
    const { changes } = driver.diff({ oldInputs: stripSecrets(inputs), oldOutputs: found.outputs, inputs: stripSecrets(inputs) });
    if (changes.length > 0) {
      const list = changes.map(({ path }) => path).join(", ");
      throw fail(this.#options, diagnostic("check-failed", `${nameOf(urn)}: the inputs differ from the live resource in ${list}`, { hint: "make the program say what is live, import, then change it" }));
    }
    const outputs = withSecrets(found.outputs, inputs, driver, goal.additionalSecretOutputs);
    this.#settle({ ...stateOf(goal, urn, inputs, provider), id: found.id, outputs }, old, true);
    announce(this.#options, { op: "import", urn, type: goal.type, diff: [], id: found.id });
    return { urn, id: found.id, outputs };
  }

  /** Outside the targets: whatever is there stays as it is recorded. */
  #leaveAlone(goal: Goal, urn: string, old: ResourceState | undefined): Registered {
    if (!old) return { urn, outputs: {} };
    this.#options.journal.put(old.urn === urn ? old : { ...old, urn }, old);
    announce(this.#options, { op: "same", urn, type: goal.type, diff: [], ...(old.id ? { id: old.id } : {}) });
    return { urn, ...(old.id ? { id: old.id } : {}), outputs: old.outputs ?? {} };
  }

  #settle(state: ResourceState, old: ResourceState | undefined, isChanged = old === undefined): void {
    const now = new Date().toISOString();
    const record = { ...state, created: old?.created ?? now, modified: isChanged ? now : (old?.modified ?? now) };
    this.#options.journal.put(record, old);
  }

  #defaultProvider(token: string, version: string): string {
    return this.#options.providers.defaultProvider(packageOf(token), version, this.#options, this.#options.journal);
  }

  /**
   * Whether the provider moved to another tenant. Pulumi replaces everything whenever an explicit provider is swapped
   * for another; here only when what decides where resources live is known to differ, so that going from environment
   * variables to `-p` with the same tenant changes nothing.
   */
  #isProviderReplaced(old: ResourceState, { goal, provider }: Candidate): boolean {
    if (!old.provider || old.provider === provider) return false;
    const all = [...this.#options.journal.settled(), ...this.#options.journal.unsettled()];
    const config = (reference: string): PropertyMap => stripSecrets(all.find(({ urn, id }) => `${urn}::${id}` === reference)?.inputs ?? {});
    const [before, after] = [config(old.provider), config(provider)];
    const { replaceOnConfig } = this.#options.providers.plugin(packageOf(goal.type));
    return replaceOnConfig.some((key) => before[key] !== undefined && after[key] !== undefined && before[key] !== after[key]);
  }
}

/** The goal's inputs, in which ignored paths have the value they had. */
function withIgnoredChanges(goal: Goal, old: ResourceState | undefined): PropertyMap {
  if (!old || goal.ignoreChanges.length === 0) return goal.inputs;
  const inputs = structuredClone(goal.inputs);
  for (const text of goal.ignoreChanges) {
    const path = parsePath(text);
    if (path.includes("*")) continue;
    setPath(inputs, path, getPath(old.inputs ?? {}, path));
  }
  return inputs;
}
