// What an Automation API program gets from `import … from "auth0-streams/automation"`.
export { embeddedPulumiCommand } from "./automation/index.ts";
export type { EmbeddedPulumiCommandOptions } from "./automation/index.ts";
