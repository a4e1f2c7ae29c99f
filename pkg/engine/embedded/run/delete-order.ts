import type { ResourceState } from "../../../state/index.ts";
import { dependentsAmong } from "../plan/deletions.ts";

/**
 * Deletes resources side by side, each after all that depend on it. What a failure leaves standing keeps what it
 * depends on standing too.
 * @throws the first failure, when everything else has ended.
 */
export async function deleteAll(
  resources: readonly ResourceState[],
  remove: (resource: ResourceState) => Promise<void>,
): Promise<void> {
  const waitsFor = dependentsAmong(resources);
  const ends = new Map<ResourceState, Promise<void>>();
  const end = (resource: ResourceState): Promise<void> => {
    let mine = ends.get(resource);
    if (!mine) {
      const work = async (): Promise<void> => {
        await Promise.all((waitsFor.get(resource) ?? []).map(end));
        await remove(resource);
      };
      ends.set(resource, (mine = work()));
    }
    return mine;
  };
  const results = await Promise.allSettled(resources.toReversed().map(end));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
