import type {
  ListTagsForResourceCommandInput,
  ListTagsLogGroupCommandInput,
  TagLogGroupCommandInput,
  TagResourceCommandInput,
  UntagLogGroupCommandInput,
  UntagResourceCommandInput,
} from "@aws-sdk/client-cloudwatch-logs";
import { listOf, mapOf, need } from "../call-input.ts";
import type { Cloud, Operations } from "../cloud.ts";
import type { AwsCall } from "../wire/index.ts";
import { groupNamed } from "./groups.ts";

interface Inputs {
  ListTagsForResource: ListTagsForResourceCommandInput;
  TagResource: TagResourceCommandInput;
  UntagResource: UntagResourceCommandInput;
  ListTagsLogGroup: ListTagsLogGroupCommandInput;
  TagLogGroup: TagLogGroupCommandInput;
  UntagLogGroup: UntagLogGroupCommandInput;
}

/** Tags of log groups, by ARN, and by name as older clients do it. */
export const tagOperations: Operations<Inputs> = {
  ListTagsForResource: (call, cloud) => ({ tags: groupNamed(call, cloud, need(call, "resourceArn")).group["tags"] }),
  TagResource: (call, cloud) => retag(call, cloud, need(call, "resourceArn"), mapOf(call, "tags"), []),
  UntagResource: (call, cloud) =>
    retag(call, cloud, need(call, "resourceArn"), {}, listOf<string, UntagResourceCommandInput>(call, "tagKeys")),
  ListTagsLogGroup: (call, cloud) => ({ tags: groupNamed(call, cloud, need(call, "logGroupName")).group["tags"] }),
  TagLogGroup: (call, cloud) => retag(call, cloud, need(call, "logGroupName"), mapOf(call, "tags"), []),
  UntagLogGroup: (call, cloud) =>
    retag(call, cloud, need(call, "logGroupName"), {}, listOf<string, UntagLogGroupCommandInput>(call, "tags")),
};

function retag(
  call: Pick<AwsCall, "account" | "region">,
  cloud: Cloud,
  text: string,
  added: Record<string, string>,
  removed: readonly string[],
): object {
  const { shelf, name, group } = groupNamed(call, cloud, text);
  const tags = { ...(group["tags"] as Record<string, string>), ...added };
  const kept = Object.fromEntries(Object.entries(tags).filter(([key]) => !removed.includes(key)));
  cloud.store.put(shelf, name, { ...group, tags: kept });
  return {};
}
