// What the CLI loads beside its bundle when the Pulumi CLI is to do the work: Automation API with the SDK that the program
// runs on, from node_modules, both of one copy.
export { AutomationEngine } from "../engine/pulumi-cli/pulumi-cli-engine.ts";
export { programFor } from "../components/index.ts";
