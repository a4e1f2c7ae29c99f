// What a Pulumi program gets from `import … from "auth0-streams"`.
export { Auth0EventStream } from "./components/index.ts";
export type { Auth0EventStreamArgs, WebhookAuthorizationArgs } from "./components/index.ts";
