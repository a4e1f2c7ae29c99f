// What stands between the engine and the services: for each Pulumi package a provider plugin, and in it one driver a
// resource type. A driver answers Pulumi's provider questions (check, diff, create, read, update, delete); it says
// what changed and what forces replacement, never what to do about it: the engine decides the step.
export type { Driver, DriverDiff, ProviderPlugin, ProviderSession } from "./driver.ts";
export { auth0Plugin } from "./auth0/plugin.ts";
export { Auth0Client } from "./auth0/client.ts";
export { auth0CredentialsFrom } from "./auth0/credentials.ts";
export type { Auth0Credentials } from "./auth0/credentials.ts";
export { awsPlugin } from "./aws/plugin.ts";
export type { AwsOverride } from "./aws/access.ts";
