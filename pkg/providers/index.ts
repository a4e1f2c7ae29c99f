// Providers: one plugin for each Pulumi package, with one driver for each resource type. They implement
// `provider-contract`. A driver says what changed and what forces replacement; the engine decides the step.
export { auth0Plugin } from "./auth0/plugin.ts";
export { Auth0Client } from "./auth0/client.ts";
export { auth0CredentialsFrom, auth0Environment } from "./auth0/credentials.ts";
export type { Auth0Credentials } from "./auth0/credentials.ts";
export { awsPlugin } from "./aws/plugin.ts";
export type { AwsOverride } from "./aws/access.ts";
