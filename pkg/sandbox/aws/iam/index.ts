// IAM, as far as roles with inline policies go.
// Operations are by AWS's names; what other services need of this one is a file of its own.
import type { Service } from "../cloud.ts";
import { iamOperations } from "./operations.ts";

/** IAM, as far as roles with inline policies go. */
export const iam: Service = { operations: iamOperations };
