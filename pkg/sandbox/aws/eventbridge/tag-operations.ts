import { need } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import { tagList, tagMap, untagged } from "../tags.ts";
import type { Cloud, Operation } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";

/** Tags of buses and rules. */
export const tagOperations: Readonly<Record<string, Operation>> = {
  ListTagsForResource: (call, cloud) => ({ Tags: tagList(tagged(call, cloud).item["Tags"]) }),
  TagResource(call, cloud) {
    const { shelf, name, item } = tagged(call, cloud);
    const tags = { ...(item["Tags"] as object), ...tagMap(call.params["Tags"]) };
    cloud.store.put(shelf, name, { ...item, Tags: tags });
    return {};
  },
  UntagResource(call, cloud) {
    const { shelf, name, item } = tagged(call, cloud);
    cloud.store.put(shelf, name, untagged(item, call));
    return {};
  },
};

/** What a tag operation is about: a bus, or a rule on one. */
function tagged(call: AwsCall, cloud: Cloud): { shelf: string; name: string; item: Item } {
  const arn = need(call, "ResourceARN");
  const bus = /:event-bus\/(.+)$/.exec(arn)?.[1];
  const rule = /:rule\/(?:(.+)\/)?([^/]+)$/.exec(arn);
  const shelf = shelfOf(call, bus === undefined ? `rule/${rule?.[1] ?? "default"}` : "bus");
  const name = bus ?? rule?.[2] ?? "";
  const item = cloud.store.get(shelf, name);
  if (!item) throw new AwsFault("ResourceNotFoundException", `Resource ${arn} does not exist.`);
  return { shelf, name, item };
}
