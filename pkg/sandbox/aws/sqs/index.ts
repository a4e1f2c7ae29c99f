// Amazon SQS: queues and their messages.
// Operations are by AWS's names; `sendToQueue` is for services that send.
import type { Service } from "../cloud.ts";
import { messageOperations } from "./message-operations.ts";
import { queueOperations } from "./queue-operations.ts";

/** SQS, by operation. */
export const sqs: Service = { operations: { ...queueOperations, ...messageOperations } };
