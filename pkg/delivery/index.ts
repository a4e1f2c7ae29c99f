// The other end: takes what Auth0 sends, keeps it on the disk, and brings it to sinks. One pipeline: a source, the spool,
// a pump for each sink. Knows no engine, no Pulumi, no manifest and no terminal.
export { HttpReceiver, DEFAULT_LIMITS } from "./receiver/http-receiver.ts";
export { Authorization, basicCredentials } from "./receiver/authorization.ts";
export { Spool } from "./spool/spool.ts";
export { SpoolError } from "./spool/spool-error.ts";
export { Pump } from "./pump.ts";
export { FilesSink } from "./sinks/files.ts";
