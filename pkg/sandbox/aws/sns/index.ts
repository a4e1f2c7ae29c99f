// Amazon SNS, as far as topics with queues behind them go.
// Operations are by AWS's names; what other services need of this one is a file of its own.
import type { Service } from "../cloud.ts";
import { snsOperations } from "./operations.ts";

/** Amazon SNS, as far as topics with queues behind them go. */
export const sns: Service = { operations: snsOperations };
