// What is applied here, in the words of other tools: Terraform configuration with import blocks, a Pulumi program.
// Pure: from manifests and records to text. Secrets become variables, never values.
export { pulumiProgram } from "./pulumi-program.ts";
export { terraformConfiguration } from "./terraform.ts";
