// The other end of a webhook or http destination, `spec.receiver`: its schema and rules. What runs it is in
// `pkg/receivers` and `pkg/delivery`; nothing of it is deployed.
export { receiverSchema } from "./schema.ts";
export type { ReceiverSpec } from "./schema.ts";
export { OPERATIONS_ADDRESS, receiverClaims, receiverFindings } from "./rules.ts";
export { kindsGiven, nameOfSink } from "./sinks.ts";
export type { SinkSpec } from "./sinks.ts";
