// The embedded engine as a `pulumi` command, for Pulumi's own Automation API: programs made of the supported resource
// types run without a CLI. Speaks what the CLI speaks: its arguments, its output, gRPC to the program, engine events.
export { embeddedPulumiCommand } from "./embedded-command.ts";
export type { EmbeddedPulumiCommandOptions } from "./embedded-command.ts";
