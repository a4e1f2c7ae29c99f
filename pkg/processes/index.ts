// Identifies this process and finds out whether another one still runs, for lock files that outlive a kill, a reboot
// or a container. Imports no other room and writes nothing.
export { thisProcess } from "./identity.ts";
export type { ProcessIdentity } from "./identity.ts";
export { livenessOf } from "./liveness.ts";
export type { Liveness } from "./liveness.ts";
