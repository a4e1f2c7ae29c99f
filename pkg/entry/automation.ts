// What an Automation API program gets from `import … from "auth0-streams/automation"`.
export { embeddedPulumiCommand } from "../pulumi-command/index.ts";
export type { EmbeddedPulumiCommandOptions } from "../pulumi-command/index.ts";
