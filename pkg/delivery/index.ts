// The other end: takes what Auth0 sends, keeps it on the disk, and brings it to sinks. One pipeline: a source, the spool,
// a pump for each sink. Knows no engine, no Pulumi, no manifest and no terminal.
export { Pipeline } from "./pipeline.ts";
export type { PipelineOptions, PipelineStatus } from "./pipeline.ts";
export { DEFAULT_LIMITS } from "./receiver/http-receiver.ts";
export type { ReceiverOptions } from "./receiver/http-receiver.ts";
export { Authorization, basicCredentials } from "./receiver/authorization.ts";
export type { Credentials, SecondaryCredentials } from "./receiver/authorization.ts";
export { SpoolError } from "./spool/spool-error.ts";
export type { SinkSetup } from "./pump.ts";
export type { Sink } from "./sink.ts";
export { CommandSink } from "./sinks/command.ts";
export { CsvSink } from "./sinks/csv.ts";
export { FilesSink } from "./sinks/files.ts";
export { HttpSink } from "./sinks/http.ts";
export { WriterSink } from "./sinks/writer.ts";
export { OperationsServer } from "./operations/operations-server.ts";
