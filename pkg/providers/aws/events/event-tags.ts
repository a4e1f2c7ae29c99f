import type { PropertyValue } from "../../../values/index.ts";
import type { Aws } from "../resource.ts";
import { changeTags, tagList, tagMap } from "../tags.ts";

/** Tags of a bus or rule. */
export async function eventTags(arn: string, aws: Aws): Promise<Record<string, string>> {
  const { Tags } = await aws.send("events", "ListTagsForResourceCommand", { ResourceARN: arn });
  return tagMap(Tags);
}

/** Brings the tags of a bus or rule in line. */
export function changeEventTags(
  arn: string,
  before: PropertyValue | undefined,
  now: PropertyValue | undefined,
  aws: Aws,
): Promise<void> {
  return changeTags(before, now, {
    untag: (TagKeys) => aws.send("events", "UntagResourceCommand", { ResourceARN: arn, TagKeys }),
    tag: (tags) => aws.send("events", "TagResourceCommand", { ResourceARN: arn, Tags: tagList(tags) }),
  });
}
