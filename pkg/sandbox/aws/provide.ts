import { shelfOf } from "./cloud.ts";
import type { Cloud } from "./cloud.ts";
import { functionOperations } from "./lambda/function-operations.ts";
import { groupOperations } from "./logs/group-operations.ts";
import { topicOperations } from "./sns/topic-operations.ts";
import { queueOperations } from "./sqs/queue-operations.ts";
import type { AwsCall } from "./wire/index.ts";

/** How a thing that an ARN names is made; services that the sandbox has not need nothing. */
const MAKERS: Readonly<
  Record<
    string,
    { type: string; nameOf: (resource: string) => string; make: (call: AwsCall, name: string, cloud: Cloud) => unknown }
  >
> = {
  sqs: {
    type: "queue",
    nameOf: (resource) => resource,
    make: (call, name, cloud) => {
      const fifo = name.endsWith(".fifo")
        ? { Attributes: { FifoQueue: "true", ContentBasedDeduplication: "true" } }
        : {};
      return queueOperations.CreateQueue({ ...call, params: { QueueName: name, ...fifo } }, cloud);
    },
  },
  sns: {
    type: "topic",
    nameOf: (resource) => resource,
    make: (call, name, cloud) => topicOperations.CreateTopic({ ...call, params: { Name: name } }, cloud),
  },
  logs: {
    type: "log-group",
    nameOf: (resource) => resource.replace(/^log-group:/, "").replace(/:\*$/, ""),
    make: (call, name, cloud) => groupOperations.CreateLogGroup({ ...call, params: { logGroupName: name } }, cloud),
  },
  lambda: {
    type: "function",
    nameOf: (resource) => resource.split(":")[1] ?? "",
    make: (call, name, cloud) => {
      const params = {
        FunctionName: name,
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: `arn:aws:iam::${call.account}:role/${name}`,
      };
      return functionOperations.CreateFunction({ ...call, params }, cloud);
    },
  },
};

/**
 * Makes what a user's account would have: the queues, topics, log groups and functions that ARNs name. Each is made
 * once; what somebody deletes afterwards stays deleted.
 */
export async function provide(cloud: Cloud, arns: readonly string[]): Promise<void> {
  cloud.store.sync();
  const missing = arns.filter((arn) => !cloud.store.get("provided", arn) && MAKERS[arn.split(":")[2] ?? ""]);
  if (missing.length === 0) return;
  await cloud.store.change(() => {
    for (const arn of missing) {
      const [, , service = "", region = "", account = "", ...rest] = arn.split(":");
      const maker = MAKERS[service];
      if (!maker || cloud.store.get("provided", arn)) continue;
      const name = maker.nameOf(rest.join(":"));
      const call: AwsCall = {
        service,
        operation: "",
        account,
        region,
        params: {},
        protocol: "json",
        origin: "http://sandbox.localhost",
      };
      if (!cloud.store.get(shelfOf(call, maker.type), name)) maker.make(call, name, cloud);
      cloud.store.put("provided", arn, { at: new Date().toISOString() });
    }
  });
}
