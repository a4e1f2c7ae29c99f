import { diagnostic } from "../../../diagnostics/index.ts";
import type { Diagnostic } from "../../../diagnostics/index.ts";
import type { DriverDiff } from "../../../provider-contract/index.ts";
import type { ResourceState } from "../../../state/index.ts";
import type { PropertyDiff } from "../../../values/index.ts";
import { nameOf } from "../../urn.ts";
import type { Goal } from "./goal.ts";
import { chooseStep } from "./step-choice.ts";

/** A step for a custom resource that the program registers. `old` is its record, where there is one. */
export type CustomStep =
  | { kind: "refuse"; problem: Diagnostic }
  /** Take a live resource over. */
  | { kind: "import"; id: string; old?: ResourceState }
  /** `replaced`: deleted ahead, because something that it depended on was replaced. */
  | { kind: "create"; old?: ResourceState; replaced?: ResourceState }
  | { kind: "same"; old: ResourceState }
  | { kind: "update"; old: ResourceState; changes: PropertyDiff[] }
  | {
      kind: "replace";
      old: ResourceState;
      changes: PropertyDiff[];
      /** Paths among `changes` that force it. */
      replaces: string[];
      /** Which of the two is there for a while without the other. */
      order: "create first" | "delete first";
    };

/** All that decides the step. */
interface Situation {
  goal: Pick<Goal, "importId" | "ignoreChanges" | "replaceOnChanges" | "deleteBeforeReplace">;
  old?: ResourceState;
  deletedAhead?: ResourceState;
  /** What the driver says of the record and the new inputs. */
  diff: (old: ResourceState) => DriverDiff;
  /** An earlier run was interrupted while it updated the resource. */
  isUncertain: boolean;
  /** The provider's configuration moved the resource elsewhere. */
  isProviderReplaced: boolean;
}

/** The step for a custom resource. Pure; the rules are those of Pulumi's step generator. */
export function customStep(situation: Situation): CustomStep {
  const { goal, old, deletedAhead } = situation;
  if (goal.importId && old?.id !== goal.importId && old?.importID !== goal.importId)
    return { kind: "import", id: goal.importId, ...(old ? { old } : {}) };
  if (!old || old.external)
    return { kind: "create", ...(old ? { old } : {}), ...(deletedAhead ? { replaced: deletedAhead } : {}) };
  const { op, changes, replaces, deleteBeforeReplace } = chooseStep({
    diff: situation.diff(old),
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    ...(goal.deleteBeforeReplace === undefined ? {} : { deleteBeforeReplace: goal.deleteBeforeReplace }),
    isUncertain: situation.isUncertain || (old.initErrors?.length ?? 0) > 0,
    isProviderReplaced: situation.isProviderReplaced,
  });
  if (op === "same") return { kind: "same", old };
  if (op === "update") return { kind: "update", old, changes };
  if (old.protect) return { kind: "refuse", problem: isProtected(old, "replaced") };
  return { kind: "replace", old, changes, replaces, order: deleteBeforeReplace ? "delete first" : "create first" };
}

/** That a protected resource stands in the way. */
export function isProtected({ urn }: ResourceState, fate: "replaced" | "deleted"): Diagnostic {
  const hint = "take protect out of the program and apply, then try again";
  return diagnostic("protected-resource", `${nameOf(urn)} is protected and would be ${fate}`, { hint });
}
