// The kinds a manifest may be of: for each its zod schema, the rules a schema cannot say, its outputs and its
// documentation. zod only: never `@pulumi/*`, never the network, because `validate` and `explain` load this room.
export { API_VERSION, findKind, kindNames, kinds } from "./registry.ts";
export type { EventType } from "./event-types.ts";
export { LABELS, STACK_NAME, emptySchema, envelopeOf, specSchemaFor } from "./envelope.ts";
export type { Metadata } from "./envelope.ts";
export type { Finding, Kind } from "./kind.ts";
export {
  TARGET_ARNS,
  archiveName,
  busEventOf,
  eventBusOutputs,
  eventBusSchema,
  kindOfTarget,
  patternOfRule,
  testRules,
} from "./event-bus/index.ts";
export type { EventBusSpec, RuleSpec, RuleVerdict, TargetKind, TargetSpec } from "./event-bus/index.ts";
export { OPERATIONS_ADDRESS, kindsGiven, nameOfSink } from "./receiver/index.ts";
export type { ReceiverSpec, SinkSpec } from "./receiver/index.ts";
export { childOf, fieldKeys, fieldOf, isAnything, isContainer, typeName } from "./schema-walk.ts";
export { jsonSchemaOf } from "./json-schema.ts";
export { visitFields } from "./visit-fields.ts";
export type { FieldNode } from "./visit-fields.ts";
