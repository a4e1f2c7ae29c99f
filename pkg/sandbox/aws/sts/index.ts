// STS: who calls, and roles taken on.
// Operations are by AWS's names; what other services need of this one is a file of its own.
import type { Service } from "../cloud.ts";
import { stsOperations } from "./operations.ts";

/** STS: who calls, and roles taken on. */
export const sts: Service = { operations: stsOperations };
