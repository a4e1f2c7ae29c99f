// Pulumi components: the only place that says which resources a manifest means, and the only user of `@pulumi/auth0`.
// Usable in any Pulumi TypeScript program; both engines run this very code.
export { Auth0EventStream } from "./auth0-event-stream.ts";
export type { Auth0EventStreamArgs, WebhookAuthorizationArgs } from "./auth0-event-stream.ts";
export { programFor } from "./program.ts";
