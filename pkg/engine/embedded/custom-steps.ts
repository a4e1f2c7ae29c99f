import { diagnostic } from "../../diagnostics/index.ts";
import type { Driver } from "../../provider-contract/index.ts";
import type { ResourceState } from "../../state/index.ts";
import { copySecretness, stripSecrets } from "../../values/index.ts";
import type { PropertyMap } from "../../values/index.ts";
import type { Step } from "../engine.ts";
import { nameOf } from "../urn.ts";
import { deleteAll } from "./delete-order.ts";
import { creationDiff, displayDiff } from "./display-diff.ts";
import { stateOf } from "./goal.ts";
import type { Goal } from "./goal.ts";
import { dependentsToReplace } from "./replacement.ts";
import { announce, deleteResource, runStep, withSecrets } from "./resource-steps.ts";
import type { StepContext } from "./resource-steps.ts";
import type { Choice } from "./step-choice.ts";

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

/** Carries out the step that was chosen for a custom resource. */
export class CustomSteps {
  readonly #context: StepContext;
  /** URNs deleted ahead of their replacement: when the program comes to them, making them is the rest of it. */
  readonly deletedAhead = new Set<string>();

  constructor(context: StepContext) {
    this.#context = context;
  }

  /** Nothing to do: the record takes the new inputs and options. */
  same({ goal, urn, provider, inputs }: Candidate, old: ResourceState): Registered {
    const { id = "", outputs = {} } = old;
    this.settle({ ...stateOf(goal, urn, inputs, provider), id, outputs }, old, false);
    announce(this.#context, { op: "same", urn, type: goal.type, diff: [], id, ...placeOf(goal, provider) });
    return { urn, id, outputs };
  }

  /** Makes the resource. @param op what it is part of. */
  async create(
    candidate: Candidate,
    op: "create" | "replace",
    diff: Step["diff"],
    old?: ResourceState,
  ): Promise<Registered> {
    const { goal, urn, driver, provider, inputs } = candidate;
    const planned = stateOf(goal, urn, inputs, provider);
    const changes = op === "create" ? creationDiff(inputs) : diff;
    const step: Step = { op, urn, type: goal.type, diff: changes, ...placeOf(goal, provider) };
    let state: ResourceState = {
      ...planned,
      outputs: withSecrets(driver.planCreate(stripSecrets(inputs)), inputs, driver, goal.additionalSecretOutputs),
    };
    const settle = (result: { id: string; outputs: PropertyMap }): void => {
      state = {
        ...planned,
        id: result.id,
        outputs: withSecrets(result.outputs, inputs, driver, goal.additionalSecretOutputs),
      };
      this.settle(state, old, true);
    };
    const begun = { ...planned, created: new Date().toISOString() };
    await runStep(
      this.#context,
      step,
      "creating",
      begun,
      (signal) => driver.create({ inputs: stripSecrets(inputs), signal }),
      settle,
    );
    if (this.#context.isPreview) this.settle(state, old, true);
    return { urn, ...(state.id === undefined ? {} : { id: state.id }), outputs: state.outputs ?? {} };
  }

  /** Changes the resource in place. */
  async update(candidate: Candidate, old: ResourceState, choice: Choice): Promise<Registered> {
    const { goal, urn, driver, provider, inputs } = candidate;
    const { id = "", outputs: oldOutputs = {} } = old;
    const finished = (outputs: PropertyMap): ResourceState => ({
      ...stateOf(goal, urn, inputs, provider),
      id,
      outputs: withSecrets(outputs, inputs, driver, goal.additionalSecretOutputs),
    });
    let state = finished(driver.planUpdate(stripSecrets(inputs), stripSecrets(oldOutputs)));
    const diff = displayDiff(
      choice.changes,
      [],
      { outputs: oldOutputs, inputs: old.inputs ?? {} },
      state.outputs ?? {},
    );
    const settle = ({ outputs }: { outputs: PropertyMap }): void => {
      state = finished(outputs);
      this.settle(state, old, true);
    };
    const work = (signal: AbortSignal): Promise<{ outputs: PropertyMap }> =>
      driver.update({ id, inputs: stripSecrets(inputs), oldOutputs: stripSecrets(oldOutputs), signal });
    await runStep(
      this.#context,
      { op: "update", urn, type: goal.type, diff, id },
      "updating",
      { ...state, outputs: oldOutputs },
      work,
      settle,
    );
    if (this.#context.isPreview) this.settle(state, old, true);
    return { urn, id, outputs: state.outputs ?? {} };
  }

  /** Makes the resource anew; the old one goes first where both cannot exist at once. */
  async replace(candidate: Candidate, old: ResourceState, choice: Choice): Promise<Registered> {
    const { urn, driver, inputs } = candidate;
    const planned = copySecretness(driver.planCreate(stripSecrets(inputs)), inputs);
    const diff = displayDiff(
      choice.changes,
      choice.replaces,
      { outputs: old.outputs ?? {}, inputs: old.inputs ?? {} },
      planned,
    );
    if (old.protect) {
      const hint = "take protect out of the program and apply, then try again";
      throw this.#context.log.fail(
        diagnostic("protected-resource", `${nameOf(urn)} is protected and would be replaced`, { hint }),
      );
    }
    if (!choice.deleteBeforeReplace) {
      const copy = { ...old, delete: true };
      this.#context.journal.amend(old, copy);
      return this.create(candidate, "replace", diff);
    }
    await deleteAll(dependentsToReplace(old, this.#context), (dependent) => {
      this.deletedAhead.add(dependent.urn);
      return this.deleteQuietly(dependent);
    });
    await this.deleteQuietly(old);
    return this.create(candidate, "replace", diff);
  }

  /** A replacement is one step to the reader: its deletions are carried out and recorded, only failures are told. */
  async deleteQuietly(resource: ResourceState): Promise<void> {
    await deleteResource({ ...this.#context, log: this.#context.log.withoutSteps() }, resource);
  }

  /** Takes a live resource over, when the program's inputs are what is live (option `import`). */
  async adopt(candidate: Candidate, old: ResourceState | undefined): Promise<Registered> {
    const { goal, urn, driver, provider, inputs } = candidate;
    // What cannot be read back is taken to be as the program has it.
    const state = { inputs: stripSecrets(inputs), outputs: {} };
    const found = await driver.read({ id: goal.importId, state, signal: this.#context.signal });
    if (!found) {
      const message = `${nameOf(urn)}: there is nothing with id ${goal.importId} to import`;
      throw this.#context.log.fail(diagnostic("not-found", message));
    }
    const { changes } = driver.diff({ oldInputs: found.inputs, oldOutputs: found.outputs, inputs: state.inputs });
    if (changes.length > 0) {
      const list = changes.map(({ path }) => path).join(", ");
      throw this.#context.log.fail(
        diagnostic("check-failed", `${nameOf(urn)}: the inputs differ from the live resource in ${list}`, {
          hint: "make the program say what is live, import, then change it",
        }),
      );
    }
    const outputs = withSecrets(found.outputs, inputs, driver, goal.additionalSecretOutputs);
    this.settle({ ...stateOf(goal, urn, inputs, provider), id: found.id, outputs }, old, true);
    announce(this.#context, { op: "import", urn, type: goal.type, diff: [], id: found.id });
    return { urn, id: found.id, outputs };
  }

  /** Records a resource as it is now. */
  settle(state: ResourceState, old: ResourceState | undefined, isChanged = old === undefined): void {
    const now = new Date().toISOString();
    const record = { ...state, created: old?.created ?? now, modified: isChanged ? now : (old?.modified ?? now) };
    this.#context.journal.put(record, old);
  }
}

function placeOf({ parent }: Goal, provider: string): Pick<Step, "parent" | "provider"> {
  return { ...(parent ? { parent } : {}), provider };
}
