import { diagnostic } from "../../../diagnostics/index.ts";
import type { Driver, InterruptedCreate } from "../../../provider-contract/index.ts";
import type { ResourceState } from "../../../state/index.ts";
import { copySecretness, stripSecrets } from "../../../values/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import type { RecordChange, Step } from "../../engine.ts";
import { nameOf } from "../../urn.ts";
import { deleteAll } from "./delete-order.ts";
import { creationDiff, displayDiff } from "../plan/display-diff.ts";
import { stateOf } from "../plan/goal.ts";
import type { Goal } from "../plan/goal.ts";
import { dependentsToReplace } from "../plan/replacement.ts";
import { announce, deleteResource, runStep, withSecrets } from "./resource-steps.ts";
import type { StepContext } from "./resource-steps.ts";
import type { CustomStep } from "../plan/step-generator.ts";

/** What a registration gives back to the program. */
export interface Registered {
  urn: string;
  id?: string;
  outputs: PropertyMap;
}

/** A checked resource on its way to a step. */
export interface Candidate {
  goal: Goal;
  urn: string;
  driver: Driver;
  provider: string;
  /** Checked inputs, secrets wrapped. */
  inputs: PropertyMap;
}

/** What a new resource replaces. */
interface Replacement {
  diff: Step["diff"];
  change: Pick<RecordChange, "old" | "changes" | "replaces">;
  /** The old one was deleted before. */
  isOldGone: boolean;
}

/** A step of one kind. */
type StepOf<K extends CustomStep["kind"]> = Extract<CustomStep, { kind: K }>;

/** Carries out the steps of custom resources. */
export class CustomSteps {
  readonly #context: StepContext;
  /** Resources deleted ahead of their replacement: when the program comes to them, making them is the rest of it. */
  readonly #deletedAhead = new Map<string, ResourceState>();

  constructor(context: StepContext) {
    this.#context = context;
  }

  /** Carries out the step that is planned for a resource. */
  async carryOut(candidate: Candidate, step: CustomStep): Promise<Registered> {
    switch (step.kind) {
      case "refuse":
        throw this.#context.log.fail(step.problem);
      case "import":
        return this.#adopt(candidate, step);
      case "create": {
        const { old, replaced } = step;
        return this.#create(candidate, replaced && { diff: [], change: { old: replaced }, isOldGone: true }, old);
      }
      case "same":
        return this.#same(candidate, step);
      case "update":
        return this.#update(candidate, step);
      default:
        return this.#replace(candidate, step);
    }
  }

  /** Nothing to do: the record takes the new inputs and options. */
  #same({ goal, urn, provider, inputs }: Candidate, { old }: StepOf<"same">): Registered {
    const { id = "", outputs = {} } = old;
    const state = this.settle({ ...stateOf(goal, urn, inputs, provider), id, outputs }, old, false);
    announce(
      this.#context,
      { op: "same", urn, type: goal.type, diff: [], id, ...placeOf(goal, provider) },
      { old, new: state },
    );
    return { urn, id, outputs };
  }

  /**
   * Makes the resource.
   * @param replaced the record that this one replaces, and what makes the replacement necessary.
   * @param old a record that this one takes the place of without replacing it.
   */
  async #create(candidate: Candidate, replaced?: Replacement, old?: ResourceState): Promise<Registered> {
    const { goal, urn, driver, provider, inputs } = candidate;
    const { log, signal } = this.#context;
    const record = stateOf(goal, urn, inputs, provider);
    const withOutputs = (outputs: PropertyMap): ResourceState => ({
      ...record,
      outputs: withSecrets(outputs, inputs, driver, goal.additionalSecretOutputs),
    });
    let state = withOutputs(driver.planCreate(stripSecrets(inputs)));
    const { step, change } = creationOf(candidate, state, replaced);
    const replacedId = replaced?.isOldGone ? replaced.change.old?.id : undefined;
    if (replaced?.isOldGone) log.announceChange({ ...change, op: "replace" });
    let note: PropertyMap | undefined;
    await runStep(this.#context, {
      step,
      change,
      type: "creating",
      intention: async () => {
        // Kept as the outputs of the pending resource, where the real CLI leaves it alone.
        note = await driver.beforeCreate?.({ inputs: stripSecrets(inputs), signal });
        return { ...record, created: new Date().toISOString(), ...(note ? { outputs: note } : {}) };
      },
      run: (timeLimit) =>
        driver.create({
          inputs: stripSecrets(inputs),
          ...(note ? { note } : {}),
          interrupted: this.#interruptedCreates(urn),
          ...(replacedId === undefined ? {} : { replaces: replacedId }),
          signal: timeLimit,
        }),
      settle: ({ id, outputs }) => (state = this.settle({ ...withOutputs(outputs), id }, old, true)),
      settlePlan: () => this.settle(state, old, true),
    });
    if (replaced && !replaced.isOldGone) log.announceChange({ ...change, op: "replace", new: state });
    return { urn, ...(state.id === undefined ? {} : { id: state.id }), outputs: state.outputs ?? {} };
  }

  /** Creates of this resource by earlier runs that were not found, and may still take effect. */
  #interruptedCreates(urn: string): InterruptedCreate[] {
    return this.#context.journal.interrupted("creating", urn).map(({ resource }) => ({
      inputs: stripSecrets(resource.inputs ?? {}),
      since: new Date(resource.created ?? 0),
      ...(resource.outputs ? { note: stripSecrets(resource.outputs) } : {}),
    }));
  }

  /** Changes the resource in place. */
  async #update(candidate: Candidate, { old, changes }: StepOf<"update">): Promise<Registered> {
    const { goal, urn, driver, provider, inputs } = candidate;
    const { id = "", outputs: oldOutputs = {} } = old;
    const finished = (outputs: PropertyMap): ResourceState => ({
      ...stateOf(goal, urn, inputs, provider),
      id,
      outputs: withSecrets(outputs, inputs, driver, goal.additionalSecretOutputs),
    });
    let state = finished(driver.planUpdate(stripSecrets(inputs), stripSecrets(oldOutputs)));
    const diff = displayDiff(changes, [], { outputs: oldOutputs, inputs: old.inputs ?? {} }, state.outputs ?? {});
    await runStep(this.#context, {
      step: { op: "update", urn, type: goal.type, diff, id },
      change: { op: "update", urn, type: goal.type, old, new: state, changes },
      type: "updating",
      intention: async () => ({ ...state, outputs: oldOutputs }),
      run: (signal) =>
        driver.update({ id, inputs: stripSecrets(inputs), oldOutputs: stripSecrets(oldOutputs), signal }),
      settle: ({ outputs }) => (state = this.settle(finished(outputs), old, true)),
      settlePlan: () => this.settle(state, old, true),
    });
    return { urn, id, outputs: state.outputs ?? {} };
  }

  /** Makes the resource anew; the old one goes first where both cannot exist at once. */
  async #replace(candidate: Candidate, step: StepOf<"replace">): Promise<Registered> {
    const { driver, inputs } = candidate;
    const { old, changes, replaces } = step;
    const planned = copySecretness(driver.planCreate(stripSecrets(inputs)), inputs);
    const diff = displayDiff(changes, replaces, { outputs: old.outputs ?? {}, inputs: old.inputs ?? {} }, planned);
    const change = { old, changes, replaces };
    if (step.order === "create first") {
      const copy = { ...old, delete: true };
      this.#context.journal.amend(old, copy);
      return this.#create(candidate, { diff, change, isOldGone: false });
    }
    const { journal, providers } = this.#context;
    const dependents = dependentsToReplace(old, journal.unsettled(), (resource, wanted) =>
      providers.driver(resource.provider ?? "", resource.type).diff({
        oldInputs: stripSecrets(resource.inputs ?? {}),
        oldOutputs: stripSecrets(resource.outputs ?? {}),
        inputs: wanted,
      }),
    );
    await deleteAll(dependents, (dependent) => {
      this.#deletedAhead.set(dependent.urn, dependent);
      return this.deleteQuietly(dependent);
    });
    await this.deleteQuietly(old);
    return this.#create(candidate, { diff, change, isOldGone: true });
  }

  /** The record of a resource that was deleted ahead of its replacement. */
  deletedAhead(urn: string): ResourceState | undefined {
    return this.#deletedAhead.get(urn);
  }

  /** A replacement is one step to the reader: its deletions are carried out and recorded, and only failures are shown. */
  async deleteQuietly(resource: ResourceState): Promise<void> {
    const log = this.#context.log.without({ steps: true });
    await deleteResource({ ...this.#context, log }, resource, "delete-replaced");
  }

  /** Takes a live resource over, when the program's inputs are what is live (option `import`). */
  async #adopt(candidate: Candidate, { id, old }: StepOf<"import">): Promise<Registered> {
    const { goal, urn, driver, provider, inputs } = candidate;
    // What cannot be read back is taken to be as the program has it.
    const known = { inputs: stripSecrets(inputs), outputs: {} };
    const found = await driver.read({ id, state: known, signal: this.#context.signal });
    if (!found) {
      const message = `${nameOf(urn)}: there is nothing with id ${id} to import`;
      throw this.#context.log.fail(diagnostic("not-found", message));
    }
    const { changes } = driver.diff({ oldInputs: found.inputs, oldOutputs: found.outputs, inputs: known.inputs });
    if (changes.length > 0) {
      const list = changes.map(({ path }) => path).join(", ");
      throw this.#context.log.fail(
        diagnostic("check-failed", `${nameOf(urn)}: the inputs differ from the live resource in ${list}`, {
          hint: "make the program say what is live, import, then change it",
        }),
      );
    }
    const outputs = withSecrets(found.outputs, inputs, driver, goal.additionalSecretOutputs);
    const state = this.settle({ ...stateOf(goal, urn, inputs, provider), id: found.id, outputs }, old, true);
    announce(this.#context, { op: "import", urn, type: goal.type, diff: [], id: found.id }, { new: state });
    return { urn, id: found.id, outputs };
  }

  /** Records a resource as it is now. */
  settle(state: ResourceState, old: ResourceState | undefined, isChanged = old === undefined): ResourceState {
    const now = new Date().toISOString();
    const record = { ...state, created: old?.created ?? now, modified: isChanged ? now : (old?.modified ?? now) };
    this.#context.journal.put(record, old);
    return record;
  }
}

/** What a creation is to a reader, and what it does to the state. */
function creationOf(
  { goal, urn, provider, inputs }: Candidate,
  state: ResourceState,
  replaced: Replacement | undefined,
): { step: Step; change: RecordChange } {
  const { type } = goal;
  const place = placeOf(goal, provider);
  if (!replaced) {
    const step: Step = { op: "create", urn, type, diff: creationDiff(inputs), ...place };
    return { step, change: { op: "create", urn, type, new: state } };
  }
  const step: Step = { op: "replace", urn, type, diff: replaced.diff, ...place };
  return { step, change: { op: "create-replacement", urn, type, new: state, ...replaced.change } };
}

function placeOf({ parent }: Goal, provider: string): Pick<Step, "parent" | "provider"> {
  return { ...(parent ? { parent } : {}), provider };
}
