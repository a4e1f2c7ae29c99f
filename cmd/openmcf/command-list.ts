import { Option } from "commander";
import type { Command } from "commander";
import { backend, collect, compared, output, providerConfig, run, sources, savedPlan, yes } from "./command-flags.ts";
import type { Context } from "./context.ts";

/** How a command is entered in the tree. */
export interface Entry {
  name: string;
  alias?: string;
  description: string;
  /** Adds operands and flags. */
  configure: (command: Command) => void;
  /** Imports the handler when its command is run, so that `--help` loads nothing else. */
  load: (program: Command) => Promise<(context: Context, flags: never) => Promise<number>>;
}

/** The commands, in the order that help lists them. */
export const COMMANDS: readonly Entry[] = [
  {
    name: "apply",
    description: "carry out what manifests declare",
    configure: (command) => compared(run(command).addOption(yes()).addOption(savedPlan())),
    load: async () => (await import("./commands/apply.ts")).apply,
  },
  {
    name: "plan",
    alias: "preview",
    description: "show what would change, field by field",
    configure: (command) =>
      compared(run(command))
        .option("--destroy", "show what destroy would do")
        .option("--out <file>", "save the plan, for apply --plan")
        .option("--detailed-exitcode", "exit with 2 when changes are pending")
        .addOption(new Option("--yes").hideHelp()),
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  {
    name: "destroy",
    alias: "delete",
    description: "delete what manifests declare",
    configure: (command) =>
      run(command).addOption(yes()).addOption(savedPlan()).option("--refresh", "read the live side first"),
    load: async () => (await import("./commands/destroy.ts")).destroy,
  },
  {
    name: "refresh",
    description: "bring the state in line with the live side, and report drift",
    configure: (command) =>
      run(command)
        .addOption(yes())
        .option("--preview-only", "report drift, change nothing")
        .option("--detailed-exitcode", "exit with 2 when something drifted"),
    load: async () => (await import("./commands/refresh.ts")).refresh,
  },
  {
    name: "import",
    description: "adopt an existing stream",
    configure: (command) =>
      run(command).option("--id <id-or-name>", "the live stream; the manifest's name when left out"),
    load: async () => (await import("./commands/import.ts")).importStream,
  },
  {
    name: "init",
    description: "make the manifests' stacks, empty",
    configure: (command) => backend(sources(command)),
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "outputs",
    description: "print status.outputs",
    configure: (command) => output(backend(sources(command)), ["human", "json", "yaml"]),
    load: async () => (await import("./commands/outputs.ts")).outputs,
  },
  {
    name: "validate",
    alias: "validate-manifest",
    description: "check manifests, offline",
    configure: (command) => output(sources(command), ["human", "json", "yaml"]),
    load: async () => (await import("./commands/validate.ts")).validate,
  },
  {
    name: "load",
    alias: "load-manifest",
    description: "print manifests as they will be applied, secrets hidden",
    configure: (command) => output(sources(command), ["yaml", "json", "human"], "yaml"),
    load: async () => (await import("./commands/load.ts")).load,
  },
  {
    name: "export",
    description: "print the same for other tools",
    configure: (command) =>
      backend(sources(command)).addOption(
        new Option("--format <format>", "terraform, with import blocks; or pulumi, a program in TypeScript")
          .choices(["terraform", "pulumi"])
          .makeOptionMandatory(),
      ),
    load: async () => (await import("./commands/export.ts")).exportAs,
  },
  {
    name: "run",
    description: "run the receivers that manifests declare",
    configure: (command) =>
      backend(sources(command))
        .option("--provision", "apply the manifests first")
        .option("--ephemeral", "apply them first, and destroy what they made at the end")
        .addOption(new Option("--log-format <format>", "how to log").choices(["human", "json"]).default("human"))
        .addOption(providerConfig())
        .option("--no-color", "no colour"),
    load: async () => (await import("./commands/run.ts")).runReceivers,
  },
  {
    name: "explain",
    description: "document a field",
    configure: (command) =>
      output(
        command
          .argument("[field]", "e.g. spec.webhookConfiguration, or one of the lists log-types and event-types")
          .argument("[search]", "of a list: a code, or words to look for"),
        ["human", "json"],
      ),
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  {
    name: "schema",
    description: "print the JSON Schema of a kind",
    configure: (command) => command.argument("[kind]", "kind of manifest"),
    load: async () => (await import("./commands/schema.ts")).schema,
  },
  {
    name: "doctor",
    description: "check everything an apply needs",
    configure: (command) => output(backend(sources(command)), ["human", "json", "yaml"]).addOption(providerConfig()),
    load: async () => (await import("./commands/doctor.ts")).doctor,
  },
  {
    name: "completion",
    description: "print a completion script",
    configure: (command) => command.argument("<shell>", "bash, zsh or fish"),
    load: async (program) => (await import("./commands/completion.ts")).completion(program),
  },
  {
    name: "version",
    description: "print versions",
    configure: (command) => output(command, ["human", "json"]),
    load: async () => (await import("./commands/version.ts")).version,
  },
];

export const SANDBOX: Omit<Entry, "load">[] = [
  {
    name: "serve",
    description: "serve it over TLS for any tool",
    configure: (command) =>
      output(command, ["human", "json"])
        .option("--port <port>", "port on 127.0.0.1", "0")
        .option(
          "--fault <fault>",
          "latency=MS, rate=PER_SECOND/BURST, status=CODE, reset-after, …; repeatable",
          collect,
        ),
  },
  {
    name: "emit",
    description: "make events happen",
    configure: (command) =>
      output(command, ["human", "json"])
        .argument("[type]", "e.g. user.created")
        .option("--log <codes>", "records of the tenant's log by type, e.g. s,fp")
        .option("--count <n>", "how many", "1")
        .option("--users <n>", "how many people the records are of", "50"),
  },
  {
    name: "status",
    description: "what exists and what arrived where",
    configure: (command) => output(command, ["human", "json"]),
  },
  {
    name: "reset",
    description: "remove everything in ./.sandbox",
    configure: (command) => output(command, ["human", "json"]),
  },
];

export const RECEIVER_SETTINGS: Omit<Entry, "load"> = {
  name: "settings",
  description: "what to type into Auth0's dashboard for a receiver, and the request that does the same",
  configure: (command) =>
    output(sources(command), ["human", "json"]).option("--show-secrets", "print secrets as they are"),
};

export const STATE: Omit<Entry, "load">[] = [
  {
    name: "export",
    description: "print a stack as pulumi stack export does, secrets encrypted",
    configure: (command) => backend(sources(command)),
  },
  {
    name: "import",
    description: "put on record what an export printed",
    configure: (command) =>
      backend(sources(command)).addOption(new Option("--file <file>", "the export").makeOptionMandatory()),
  },
  {
    name: "migrate",
    description: "move stacks to another backend, verified by a plan that changes nothing",
    configure: (command) =>
      output(backend(sources(command)), ["human", "json", "yaml"])
        .addOption(new Option("--to <url>", "file://PATH, s3://…, gs://…, azblob://…, https://…").makeOptionMandatory())
        .addOption(providerConfig()),
  },
];

export const RULES_TEST: Omit<Entry, "load"> = {
  name: "test",
  description: "which rules match an event, and why the others do not; offline",
  configure: (command) =>
    output(sources(command), ["human", "json", "yaml"])
      .option("--event <file>", "an event as JSON, with or without EventBridge's envelope; repeatable", collect)
      .option("--samples", "a sample event of every type"),
};
