import { StateProblem, diagnostic } from "../diagnostics/index.ts";
import type { ResourceState, Snapshot } from "./types.ts";

/**
 * What Pulumi's `Snapshot.VerifyIntegrity` refuses: a missing urn or type, a component with an id, a reference to a
 * resource that does not come earlier, one URN twice unless all but one are marked for deletion.
 * @returns one sentence for each violation; empty when the list is sound.
 */
export function checkIntegrity(resources: readonly ResourceState[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  const live = new Set<string>();
  const providers = new Set<string>();
  for (const resource of resources) {
    const { urn } = resource;
    if (!urn || !resource.type) problems.push("a resource has no urn or no type");
    if (!resource.custom && resource.id) problems.push(`${urn} is a component and has an id`);
    if (!resource.delete && live.has(urn)) problems.push(`${urn} is listed twice`);
    if (resource.provider && !providers.has(resource.provider))
      problems.push(`${urn} names a provider that is not in the state: ${resource.provider}`);
    const before = [
      resource.parent,
      resource.deletedWith,
      ...(resource.dependencies ?? []),
      ...Object.values(resource.propertyDependencies ?? {}).flat(),
    ];
    for (const other of before)
      if (other && !seen.has(other)) problems.push(`${urn} refers to ${other}, which does not come earlier`);
    seen.add(urn);
    if (!resource.delete) live.add(urn);
    if (resource.type.startsWith("pulumi:providers:")) providers.add(`${urn}::${resource.id ?? ""}`);
  }
  return problems;
}

/** @throws StateProblem for a snapshot that Pulumi would refuse. */
export function requireWhole({ resources }: Snapshot): void {
  const [problem] = checkIntegrity(resources);
  if (problem)
    throw new StateProblem(diagnostic("state-unreadable", `this deployment does not hold together: ${problem}`));
}
