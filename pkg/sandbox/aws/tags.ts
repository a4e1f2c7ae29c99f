import type { Item } from "./store.ts";
import type { AwsCall } from "./wire/index.ts";

/** `[{Key, Value}]` as a map. */
export function tagMap(list: unknown): Record<string, string> {
  const pairs = Array.isArray(list) ? (list as { Key: string; Value?: string }[]) : [];
  return Object.fromEntries(pairs.map(({ Key, Value = "" }) => [Key, Value]));
}

/** An item without the tags that a call's `TagKeys` name. */
export function untagged(item: Item, { params }: AwsCall): Item {
  const gone = (params["TagKeys"] ?? []) as string[];
  return {
    ...item,
    Tags: Object.fromEntries(Object.entries(item["Tags"] ?? {}).filter(([key]) => !gone.includes(key))),
  };
}

/** A map as `[{Key, Value}]`. */
export function tagList(map: unknown): { Key: string; Value: string }[] {
  return Object.entries((map ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));
}
