// The Engine: what runs a Pulumi program against a stack and says what happened, as events and as a result. Two ways
// of doing it live below, `embedded/` (this process) and `pulumi-cli/` (the real CLI, loaded apart); callers see only this.
// In `embedded/`, `plan/` decides, as pure functions on data; `run/` carries out and records; `sdk/` speaks to Pulumi's
// SDK. Imports go from `run/` to `sdk/` to `plan/`.
export type {
  ConfigValue,
  DiffEntry,
  Engine,
  ImportRequest,
  EngineEvent,
  EngineServices,
  ImportedResource,
  OperationOptions,
  OperationResult,
  Program,
  ProgramEnd,
  ProgramHost,
  RecordChange,
  RecordPhase,
  StackJob,
  Step,
  StepOp,
  Throttle,
} from "./engine.ts";
export { LiveReads } from "./live-reads.ts";
export { STACK_TYPE, nameOf } from "./urn.ts";
export { createEmbeddedEngine } from "./embedded/embedded-engine.ts";
export type { EmbeddedEngine } from "./embedded/embedded-engine.ts";
