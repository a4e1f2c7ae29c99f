// Auth0 and AWS played on the user's own machine, over the real protocol, to try and to test without an
// account. Held to recorded traffic, not to our drivers: nothing here imports the providers. Loopback only.
export { openSandbox } from "./host/sandbox.ts";
export type { Sandbox } from "./host/sandbox.ts";
export { parseFault } from "./host/faults.ts";
export type { Faults } from "./host/faults.ts";
export { emitEvents } from "./auth0/emit.ts";
export { emitLogs } from "./auth0/logs/emit.ts";
export { registerReceiver } from "./host/receivers.ts";
export { serveSandbox } from "./host/serve.ts";
export type { ServedSandbox } from "./host/serve.ts";
export { sampleEvent } from "./auth0/sample-events.ts";
