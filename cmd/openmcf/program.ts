import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { createTerminal } from "../../pkg/report/terminal.ts";
import { standardStreams } from "./streams.ts";
import { EXIT } from "./context.ts";
import type { Context } from "./context.ts";

const HELP_AFTER = `
Examples:
  openmcf apply -f manifests/user-lifecycle.yaml --sandbox   try it without an account
  openmcf validate -f manifests/ -R                          check everything, offline
  openmcf plan -f stream.yaml --detailed-exitcode            2 when something would change
  openmcf outputs -f stream.yaml -o json

Exit codes: 0 done · 1 an operation failed · 2 changes pending · 3 invalid input · 4 state locked or unreadable ·
70 a bug · 130 interrupted. Every diagnostic code is explained in docs/diagnostics.md.`;

/**
 * Parses the command line and runs the command.
 * @param interruptSignal the signal of an interruption; commands that ask for it end by themselves.
 * @returns the exit code.
 */
export async function main(argv: readonly string[], interruptSignal: () => AbortSignal): Promise<number> {
  let code: number = EXIT.done;
  const context = contextOf(argv, interruptSignal);
  const program = commandTree(context, argv, async (work) => {
    code = await work();
  });
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
    const { reportFailure, reportUsage } = await import("./failure.ts");
    return error instanceof CommanderError
      ? await reportUsage(error.message, context, argv)
      : await reportFailure(error, context, argv);
  } finally {
    await context.terminal.flush();
  }
}

function contextOf(argv: readonly string[], interruptSignal: () => AbortSignal): Context {
  const color = argv.includes("--no-color") ? { color: false } : {};
  const terminal = createTerminal(standardStreams(), process.env, color);
  return {
    terminal,
    env: process.env,
    cwd: process.cwd(),
    get signal() {
      return interruptSignal();
    },
    stdin: async () => (await import("node:stream/consumers")).buffer(process.stdin),
  };
}

type Run = (work: () => Promise<number>) => Promise<void>;

/** How a command is entered in the tree. */
interface Entry {
  name: string;
  alias?: string;
  description: string;
  /** Adds operands and flags. */
  configure: (command: Command) => void;
  /** Imports the handler when its command is run, so that `--help` loads nothing else. */
  load: () => Promise<(context: Context, flags: never) => Promise<number>>;
}

const RUN_FORMATS = ["human", "json", "yaml", "markdown"];

/** The commands, in the order that help lists them. */
function entries(program: Command): Entry[] {
  return [
    {
      name: "apply",
      description: "carry out what manifests declare",
      configure: (command) => compared(run(command).addOption(yes())),
      load: async () => (await import("./commands/apply.ts")).apply,
    },
    {
      name: "plan",
      alias: "preview",
      description: "show what would change, field by field",
      configure: (command) =>
        compared(run(command))
          .option("--destroy", "show what destroy would do")
          .option("--detailed-exitcode", "exit with 2 when changes are pending")
          .addOption(new Option("--yes").hideHelp()),
      load: async () => (await import("./commands/plan.ts")).plan,
    },
    {
      name: "destroy",
      alias: "delete",
      description: "delete what manifests declare",
      configure: (command) => run(command).addOption(yes()).option("--refresh", "read the live side first"),
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
      load: async () => (await import("./commands/completion.ts")).completion(program),
    },
    {
      name: "version",
      description: "print versions",
      configure: (command) => output(command, ["human", "json"]),
      load: async () => (await import("./commands/version.ts")).version,
    },
  ];
}

const SANDBOX: Omit<Entry, "load">[] = [
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
      output(command, ["human", "json"]).argument("<type>", "e.g. user.created").option("--count <n>", "how many", "1"),
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

/** The tree of commands. Only commands that are typed get their flags: making all of them takes as long as a command. */
function commandTree(context: Context, argv: readonly string[], execute: Run): Command {
  const program = new Command("openmcf")
    .description("Declare where an Auth0 tenant's events go, in YAML in Git, and apply it.")
    .version(packageVersion(), "-v, --version")
    .showHelpAfterError("(openmcf --help lists the commands, openmcf help COMMAND the flags)")
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({
      writeOut: context.terminal.out,
      writeErr: context.terminal.err,
      outputError: (text, write) => write(text),
    })
    .addHelpText("after", HELP_AFTER);
  const isTyped = ({ name, alias = name }: Omit<Entry, "load">): boolean =>
    [name, alias, "completion"].some((word) => argv.includes(word));
  const add = (parent: Command, entry: Omit<Entry, "load">, handler: (flags: object) => Promise<number>): void => {
    const command = parent.command(entry.name).description(entry.description);
    if (entry.alias) command.alias(entry.alias);
    if (isTyped(entry)) entry.configure(command);
    command.action(async (...given: unknown[]) => {
      // Commander gives the operands, the options and the command; a variadic operand comes as one list.
      const operands = given.slice(0, -2).flat();
      const paths = operands.filter((each) => typeof each === "string");
      await execute(() => handler({ ...(given.at(-2) as object), paths }));
    });
  };
  for (const entry of entries(program))
    add(program, entry, async (flags) => (await entry.load())(context, flags as never));
  const sandbox = program.command("sandbox").description("an Auth0 tenant and AWS on this machine, to try and to test");
  for (const entry of SANDBOX) {
    add(sandbox, entry, async (flags) =>
      (await import("./commands/sandbox.ts")).sandbox(context, entry.name, flags as never),
    );
  }
  const records = program.command("state").description("stacks on record: as files, or to another backend");
  for (const entry of STATE)
    add(records, entry, async (flags) => {
      const { state } = await import("./commands/state.ts");
      return state[entry.name as keyof typeof state](context, flags as never);
    });
  const rules = program.command("rules").description("the rules of event buses");
  add(rules, RULES_TEST, async (flags) => (await import("./commands/rules.ts")).rules(context, flags as never));
  const receiver = program.command("receiver").description("the other end of webhook and http destinations");
  add(receiver, RECEIVER_SETTINGS, async (flags) =>
    (await import("./commands/receiver.ts")).receiverSettings(context, flags as never),
  );
  return program;
}

const RECEIVER_SETTINGS: Omit<Entry, "load"> = {
  name: "settings",
  description: "what to type into Auth0's dashboard for a receiver, and the request that does the same",
  configure: (command) =>
    output(sources(command), ["human", "json"]).option("--show-secrets", "print secrets as they are"),
};

const STATE: Omit<Entry, "load">[] = [
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

const RULES_TEST: Omit<Entry, "load"> = {
  name: "test",
  description: "which rules match an event, and why the others do not; offline",
  configure: (command) =>
    output(sources(command), ["human", "json", "yaml"])
      .option("--event <file>", "an event as JSON, with or without EventBridge's envelope; repeatable", collect)
      .option("--samples", "a sample event of every type"),
};

function sources(command: Command): Command {
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

function backend(command: Command): Command {
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

function run(command: Command): Command {
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
function compared(command: Command): Command {
  return command
    .addOption(new Option("--refresh").hideHelp())
    .option("--no-refresh", "do not compare with the live side, only with the state");
}

function output(command: Command, formats: readonly string[], initial = "human"): Command {
  const format = new Option("-o, --output <format>", "how to print").choices([...formats]).default(initial);
  return command.addOption(format).option("--no-color", "no colour");
}

function providerConfig(): Option {
  return new Option(
    "-p, --provider-config <file>",
    "Auth0 credentials, repeatable for several tenants (default: AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET)",
  ).argParser(collect);
}

function yes(): Option {
  return new Option("-y, --yes", "do not ask").default(false);
}

function collect(value: string, all: string[] = []): string[] {
  return [...all, value];
}

/** From package.json, two folders up in the sources and in the bundle alike. */
export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
