// Amazon SQS: queues and their messages.
// Operations are by AWS's names; what other services need of this one is a file of its own.
import type { Service } from "../cloud.ts";
import { sqsOperations } from "./operations.ts";

/** Amazon SQS: queues and their messages. */
export const sqs: Service = { operations: sqsOperations };
