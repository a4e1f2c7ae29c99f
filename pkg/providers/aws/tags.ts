import type { PropertyValue } from "../../values/index.ts";
import { textMap } from "./properties.ts";

/** Tags as most services take and give them. */
export interface Tag {
  Key: string | undefined;
  Value: string | undefined;
}

/** A map of tags as a list. */
export function tagList(tags: Record<string, string>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** A list of tags as a map. */
export function tagMap(tags: readonly Tag[] | undefined): Record<string, string> {
  const entries = (tags ?? []).flatMap(({ Key, Value = "" }) => (Key === undefined ? [] : [[Key, Value]]));
  return Object.fromEntries(entries) as Record<string, string>;
}

/** Brings tags in line: `untag` gets the keys that go, `tag` what is new or has another value; neither gets nothing. */
export async function changeTags(
  before: PropertyValue | undefined,
  now: PropertyValue | undefined,
  {
    untag,
    tag,
  }: { untag: (keys: string[]) => Promise<unknown>; tag: (tags: Record<string, string>) => Promise<unknown> },
): Promise<void> {
  const [old, wanted] = [textMap(before), textMap(now)];
  const gone = Object.keys(old).filter((key) => !Object.hasOwn(wanted, key));
  const changed = Object.entries(wanted).filter(([key, value]) => old[key] !== value);
  if (gone.length > 0) await untag(gone);
  if (changed.length > 0) await tag(Object.fromEntries(changed));
}
