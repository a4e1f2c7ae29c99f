import { ownPart, ownSid } from "../../aws/policies/index.ts";
import type { PropertyMap } from "../../values/index.ts";

/** Of a policy that others use too, only the statement that is the resource's own is compared. */
export const comparablePolicy = (properties: PropertyMap, inputs: PropertyMap): PropertyMap =>
  typeof properties["policy"] === "string" && properties["policy"].startsWith("{")
    ? { ...properties, policy: ownPart(properties["policy"], ownSidOf(inputs)) }
    : properties;

export const ownSidOf = ({ policy }: PropertyMap): string | undefined =>
  typeof policy === "string" && policy.startsWith("{") ? ownSid(policy) : undefined;

/** Changes of one policy follow each other: each reads what the other has written. */
const turns = new Map<string, Promise<unknown>>();

export async function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
  const mine = (turns.get(key) ?? Promise.resolve()).then(work, work);
  const done = mine.catch(() => {});
  turns.set(key, done);
  try {
    return await mine;
  } finally {
    if (turns.get(key) === done) turns.delete(key);
  }
}
