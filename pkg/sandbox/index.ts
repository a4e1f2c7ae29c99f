// Auth0 and AWS played on the user's own machine, over the real protocol, to try and to test without an
// account. Held to recorded traffic, not to our drivers: nothing here imports the providers. Loopback only.
export { openSandbox } from "./sandbox.ts";
export type { Sandbox } from "./sandbox.ts";
export { parseFault } from "./faults.ts";
export type { Faults } from "./faults.ts";
export { emitEvents } from "./auth0/emit.ts";
export { serveSandbox } from "./serve.ts";
export type { ServedSandbox } from "./serve.ts";
export { sampleEvent } from "./auth0/sample-events.ts";
