import type { ListTagsCommandInput, TagResourceCommandInput, UntagResourceCommandInput } from "@aws-sdk/client-lambda";
import { mapOf, need } from "../call-input.ts";
import type { Cloud, Operations } from "../cloud.ts";
import { RestAnswer } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import { findFunction } from "./model.ts";
import type { Found } from "./model.ts";

interface Inputs {
  ListTags: ListTagsCommandInput;
  TagResource: TagResourceCommandInput;
  UntagResource: UntagResourceCommandInput;
}

/** Tags of functions. */
export const tagOperations: Operations<Inputs> = {
  ListTags: (call, cloud) => ({ Tags: tagged(call, cloud).fn["Tags"] ?? {} }),
  TagResource(call, cloud) {
    const { shelf, name, fn } = tagged(call, cloud);
    cloud.store.put(shelf, name, { ...fn, Tags: { ...(fn["Tags"] as object), ...mapOf(call, "Tags") } });
    return new RestAnswer(204);
  },
  UntagResource(call, cloud) {
    const { shelf, name, fn } = tagged(call, cloud);
    // In the query a parameter that stands there once is a text.
    const gone = [call.params.TagKeys ?? (call.params as { tagKeys?: unknown }).tagKeys].flat();
    const kept = Object.entries(fn["Tags"] ?? {}).filter(([key]) => !gone.includes(key));
    cloud.store.put(shelf, name, { ...fn, Tags: Object.fromEntries(kept) });
    return new RestAnswer(204);
  },
};

function tagged(call: AwsCall<{ Resource: string | undefined }>, cloud: Cloud): Found {
  return findFunction({ ...call, params: { FunctionName: need(call, "Resource") } }, cloud);
}
