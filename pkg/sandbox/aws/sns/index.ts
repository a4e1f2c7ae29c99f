// Amazon SNS, as far as topics with queues behind them go.
// Operations are by AWS's names; `publish` is for services that publish.
import type { Service } from "../cloud.ts";
import { subscriptionOperations } from "./subscription-operations.ts";
import { topicOperations } from "./topic-operations.ts";

/** SNS, by operation. */
export const sns: Service = { operations: { ...topicOperations, ...subscriptionOperations } };
