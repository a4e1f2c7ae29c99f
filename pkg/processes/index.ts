// Which process is this, and does that one still run: for lock files that outlive a kill, a reboot or a container.
// Imports nothing of ours and writes nothing.
export { thisProcess } from "./identity.ts";
export type { ProcessIdentity } from "./identity.ts";
export { livenessOf } from "./liveness.ts";
export type { Liveness } from "./liveness.ts";
