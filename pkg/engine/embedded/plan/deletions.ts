import type { Diagnostic } from "../../../diagnostics/index.ts";
import type { ResourceState } from "../../../state/index.ts";
import { dependentsOf, references } from "./dependents.ts";
import { isManaged } from "./resource-kinds.ts";
import { isProtected } from "./step-generator.ts";

/** A step for a record that is to go. */
export type DeletionStep =
  | { kind: "refuse"; problem: Diagnostic }
  /** Only the record goes: no driver looks after the resource. */
  | { kind: "forget"; op: "delete" | "delete-replaced" | "discard" }
  /** `isRetained`: the program wants the live resource to stay. */
  | { kind: "delete"; op: "delete" | "delete-replaced"; isRetained: boolean };

/**
 * The step for a record that is to go.
 * @param op `delete-replaced` for a part of a replacement.
 */
export function deletionStep(resource: ResourceState, op: "delete" | "delete-replaced"): DeletionStep {
  // The copy that a replacement left is no longer the protected resource.
  if (resource.protect && !resource.delete) return { kind: "refuse", problem: isProtected(resource, "deleted") };
  if (!isManaged(resource)) return { kind: "forget", op: resource.external ? "discard" : op };
  return { kind: "delete", op, isRetained: resource.retainOnDelete ?? false };
}

/**
 * What a program that ended well leaves behind: records that it no longer makes, and copies of what was replaced.
 * @param before records that are not settled.
 * @param after records that the program has made.
 * @param seen URNs that the program registered, also of what failed.
 * @param isTarget which may be changed; what is outside stays, and so does what it needs.
 */
export function leftoversOf(
  before: readonly ResourceState[],
  after: readonly ResourceState[],
  seen: ReadonlySet<string>,
  isTarget?: (urn: string) => boolean,
): ResourceState[] {
  const leaving = before.filter(
    ({ urn, delete: isCopy }) => (isCopy || !seen.has(urn)) && (!isTarget || isTarget(urn)),
  );
  if (!isTarget) return leaving;
  const all = [...after, ...before];
  const isNeeded = ({ urn }: ResourceState): boolean => dependentsOf(urn, all).some((each) => !leaving.includes(each));
  return leaving.filter((resource) => isManaged(resource) || !isNeeded(resource));
}

/** For each of the records, those among them that have to go before it. */
export function dependentsAmong(resources: readonly ResourceState[]): Map<ResourceState, ResourceState[]> {
  const byUrn = Map.groupBy(resources, ({ urn }) => urn);
  const waitsFor = new Map<ResourceState, ResourceState[]>(resources.map((resource) => [resource, []]));
  for (const resource of resources)
    for (const urn of references(resource))
      for (const needed of byUrn.get(urn) ?? []) if (needed !== resource) waitsFor.get(needed)?.push(resource);
  return waitsFor;
}
