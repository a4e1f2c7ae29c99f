import { Option } from "commander";
import type { Command } from "commander";

// The flags that commands share, each group named after what it is about.

const RUN_FORMATS = ["human", "json", "yaml", "markdown"];

export function sources(command: Command): Command {
  return command
    .argument("[paths...]", "manifests")
    .option("-f, --manifest <path>", "a file, folder, URL or - for standard input; repeatable", collect)
    .option("-R, --recursive", "look into subfolders")
    .option("-i, --stack-input <file>", "a stack input file; its target is the manifest")
    .option("--input-dir <dir>", "a folder with target.yaml")
    .option("--kustomize-dir <dir>", "a kustomize folder, with --overlay")
    .option("--overlay <name>", "builds DIR/overlays/NAME")
    .option("--set <path=value>", "set a field; repeatable", collect)
    .option("--allow-env <name>", "let manifests read a variable such as AWS_REGION, or AWS_*; repeatable", collect)
    .option("--allow-files <dir>", "let manifests read files below another folder; repeatable", collect)
    .option("--strict", "warnings are errors");
}

export function backend(command: Command): Command {
  return command
    .option("--backend <url>", "where state is kept: file://PATH (default: file:// here, or PULUMI_BACKEND_URL)")
    .addOption(
      new Option("--engine <engine>", "embedded, or pulumi for the Pulumi CLI").choices(["embedded", "pulumi"]),
    )
    .option("--stack <stack>", "organization/project/stack, for a manifest without stack labels")
    .option("--sandbox", "run against the sandbox in ./.sandbox")
    .addOption(new Option("--fault <fault>", "with --sandbox: make it fail").argParser(collect).hideHelp());
}

/** OpenMCF's flags that choose its module: ours is built in. */
const MODULE_FLAGS = [
  "--module-dir <dir>",
  "--module-version <v>",
  "--kube-context <c>",
  "--openmcf-git-repo <dir>",
  "--diff",
  "--no-cleanup",
  "--local-module",
];

export function run(command: Command): Command {
  output(backend(sources(command)), RUN_FORMATS)
    .addOption(providerConfig())
    .option("--allow-tenant-change", "let stacks go to another Auth0 tenant than the one they were applied to")
    .option("--parallel <n>", "remote operations at once", "10")
    .option("--target <urn>", "only these resources; repeatable, * matches anything", collect)
    .option("--json-events <file>", "write progress to a file, as JSON lines");
  for (const flag of MODULE_FLAGS) command.addOption(new Option(flag).hideHelp());
  return command;
}

/** A run that reads the live side first. */
export function compared(command: Command): Command {
  return command
    .addOption(new Option("--refresh").hideHelp())
    .option("--no-refresh", "do not compare with the live side, only with the state");
}

export function output(command: Command, formats: readonly string[], initial = "human"): Command {
  const format = new Option("-o, --output <format>", "how to print").choices([...formats]).default(initial);
  return command.addOption(format).option("--no-color", "no colour");
}

export function providerConfig(): Option {
  return new Option(
    "-p, --provider-config <file>",
    "Auth0 credentials, repeatable for several tenants (default: AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET)",
  ).argParser(collect);
}

export function savedPlan(): Option {
  return new Option("--plan <file>", "carry out exactly what a saved plan shows, without a question");
}

export function yes(): Option {
  return new Option("-y, --yes", "do not ask").default(false);
}

export function collect(value: string, all: string[] = []): string[] {
  return [...all, value];
}
