import type { ResourceState } from "../../../state/index.ts";
import { getPath, parsePath, setPath } from "../../../values/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import { buildUrn, parseUrn } from "../../urn.ts";

/** What the program wants of one resource: a RegisterResource request in plain terms. */
export interface Goal {
  type: string;
  name: string;
  /** URN; empty only for the stack. */
  parent: string;
  custom: boolean;
  inputs: PropertyMap;
  protect: boolean;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  /** `<urn>::<id>` of an explicit provider; empty for the default one. */
  provider: string;
  /** Version of the SDK package, which names the default provider. */
  version: string;
  /** `undefined`: the provider decides. */
  deleteBeforeReplace?: boolean;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  additionalSecretOutputs: string[];
  aliases: Alias[];
  importId: string;
  customTimeouts?: { create?: number; update?: number; delete?: number };
  retainOnDelete: boolean;
  deletedWith: string;
}

/** Another identity the resource may have had. Absent parts are as they are now. */
export type Alias =
  | { urn: string }
  | { name?: string; type?: string; stack?: string; project?: string; parent?: string; noParent?: boolean };

/** The URN that an alias stands for. */
function aliasUrn(
  alias: Alias,
  goal: Pick<Goal, "type" | "name" | "parent">,
  at: { stack: string; project: string },
): string {
  if ("urn" in alias) return alias.urn;
  return buildUrn({
    stack: alias.stack ?? at.stack,
    project: alias.project ?? at.project,
    type: alias.type ?? goal.type,
    name: alias.name ?? goal.name,
    parent: alias.noParent ? "" : (alias.parent ?? goal.parent),
  });
}

/**
 * Every URN the resource may be found under in the state: its own aliases, and those that follow from its parent's
 * (a child moves with its parent; a child named after its parent is renamed with it).
 */
export function candidateUrns(
  goal: Goal,
  at: { stack: string; project: string },
  parentAliases: readonly string[],
): string[] {
  const urns = goal.aliases.map((alias) => aliasUrn(alias, goal, at));
  const parentName = goal.parent === "" ? "" : parseUrn(goal.parent).name;
  for (const parent of parentAliases) {
    const oldName = parseUrn(parent).name;
    const name = goal.name.startsWith(parentName) ? oldName + goal.name.slice(parentName.length) : goal.name;
    urns.push(aliasUrn({ parent, name }, goal, at));
    for (const alias of goal.aliases)
      if (!("urn" in alias) && alias.parent === undefined) urns.push(aliasUrn({ ...alias, parent }, goal, at));
  }
  return urns;
}

/** The record of a resource that may have stood under any of `urns`, the first that is there. */
export function findOld(urns: readonly string[], resources: readonly ResourceState[]): ResourceState | undefined {
  const standing = resources.filter((resource) => !resource.delete);
  for (const each of urns) {
    const old = standing.find(({ urn }) => urn === each);
    if (old) return old;
  }
  return undefined;
}

/** The state record of a goal, without id and outputs. Empty options are left out, as Pulumi does. */
export function stateOf(goal: Goal, urn: string, inputs: PropertyMap, provider: string | undefined): ResourceState {
  const state: ResourceState = { urn, custom: goal.custom, type: goal.type };
  if (goal.custom) state.inputs = inputs;
  if (goal.parent) state.parent = goal.parent;
  if (goal.protect) state.protect = true;
  if (goal.dependencies.length > 0) state.dependencies = goal.dependencies;
  if (provider) state.provider = provider;
  if (goal.custom && Object.keys(goal.propertyDependencies).length > 0)
    state.propertyDependencies = goal.propertyDependencies;
  if (goal.additionalSecretOutputs.length > 0) state.additionalSecretOutputs = goal.additionalSecretOutputs;
  if (goal.customTimeouts) state.customTimeouts = goal.customTimeouts;
  if (goal.retainOnDelete) state.retainOnDelete = true;
  if (goal.deletedWith) state.deletedWith = goal.deletedWith;
  if (goal.ignoreChanges.length > 0) state.ignoreChanges = goal.ignoreChanges;
  if (goal.replaceOnChanges.length > 0) state.replaceOnChanges = goal.replaceOnChanges;
  if (goal.importId) state.importID = goal.importId;
  return state;
}

/** The goal's inputs, in which ignored paths have the value they had. */
export function withIgnoredChanges(goal: Goal, old: ResourceState | undefined): PropertyMap {
  if (!old || goal.ignoreChanges.length === 0) return goal.inputs;
  const inputs = structuredClone(goal.inputs);
  for (const text of goal.ignoreChanges) {
    const path = parsePath(text);
    if (!path.includes("*")) setPath(inputs, path, getPath(old.inputs ?? {}, path));
  }
  return inputs;
}
