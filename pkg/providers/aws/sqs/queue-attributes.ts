import { undefinedIfMissing } from "../errors.ts";
import type { Aws } from "../resource.ts";

/** All attributes of a queue; `undefined` when it is gone. */
export async function queueAttributes(url: string, aws: Aws): Promise<Record<string, string> | undefined> {
  const request = { QueueUrl: url, AttributeNames: ["All" as const] };
  const answer = await undefinedIfMissing(aws.send("sqs", "GetQueueAttributesCommand", request));
  return answer && { ...answer.Attributes };
}
