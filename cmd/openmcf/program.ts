import { readFileSync } from "node:fs";
import { text as readText } from "node:stream/consumers";
import { Command, CommanderError, Option } from "commander";
import { createTerminal } from "../../pkg/report/terminal.ts";
import { EXIT } from "./context.ts";
import type { Context } from "./context.ts";
import type { BackendFlags, OutputFlags, RunFlags, SourceFlags } from "./flags.ts";

const HELP_AFTER = `
Examples:
  openmcf apply -f manifests/user-lifecycle.yaml --sandbox   try it without an account
  openmcf validate -f manifests/ -R                          check everything, offline
  openmcf plan -f stream.yaml --detailed-exitcode            2 when something would change
  openmcf outputs -f stream.yaml -o json

Exit codes: 0 done · 1 an operation failed · 2 changes pending · 3 invalid input · 4 state locked or unreadable ·
70 a bug · 130 interrupted. Every diagnostic code is explained in docs/diagnostics.md.`;

/** Parses the command line and runs the command. @returns the exit code. */
export async function main(argv: readonly string[], signal: AbortSignal): Promise<number> {
  let code: number = EXIT.done;
  const context = contextOf(argv, signal);
  const program = commandTree(context, async (work) => {
    code = await work();
  });
  try {
    await program.parseAsync(argv);
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.invalidInput;
    const { reportFailure } = await import("./failure.ts");
    return reportFailure(error, context, argv);
  }
}

function contextOf(argv: readonly string[], signal: AbortSignal): Context {
  const color = argv.includes("--no-color") ? { color: false } : {};
  const terminal = createTerminal(process.stdout, process.stderr, process.stdin, process.env, color);
  return { terminal, env: process.env, cwd: process.cwd(), signal, stdin: () => readText(process.stdin) };
}

type Run = (work: () => Promise<number>) => Promise<void>;

/** The tree of commands. Handlers are imported when their command is run, so that `--help` loads nothing else. */
export function commandTree(context: Context, run: Run): Command {
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

  const verb = <Flags>(
    name: string,
    alias: string | undefined,
    description: string,
    load: () => Promise<(context: Context, flags: Flags) => Promise<number>>,
  ): Command => {
    const command = program.command(name).description(description);
    if (alias) command.alias(alias);
    command.action(async (...given: unknown[]) => {
      // Commander gives the operands, the options and the command; a variadic operand comes as one list.
      const operands = given
        .slice(0, -2)
        .flat()
        .filter((each): each is string => typeof each === "string");
      const flags = { ...(given.at(-2) as object), paths: operands } as Flags;
      await run(async () => (await load())(context, flags));
    });
    return command;
  };

  const apply = sources(
    verb<RunFlags>(
      "apply",
      undefined,
      "carry out what manifests declare",
      async () => (await import("./commands/apply.ts")).apply,
    ).argument("[paths...]", "manifests"),
  ).addOption(yes());
  runOptions(apply, ["human", "json", "yaml", "markdown"]).option("--refresh", "read the live side first");

  const plan = sources(
    verb<RunFlags>(
      "plan",
      "preview",
      "show what would change, field by field",
      async () => (await import("./commands/plan.ts")).plan,
    ).argument("[paths...]", "manifests"),
  );
  runOptions(plan, ["human", "json", "yaml", "markdown"])
    .option("--refresh", "read the live side first")
    .option("--destroy", "show what destroy would do")
    .option("--detailed-exitcode", "exit with 2 when changes are pending")
    .addOption(new Option("--yes").hideHelp());

  const destroy = sources(
    verb<RunFlags>(
      "destroy",
      "delete",
      "delete what manifests declare",
      async () => (await import("./commands/destroy.ts")).destroy,
    ).argument("[paths...]", "manifests"),
  ).addOption(yes());
  runOptions(destroy, ["human", "json", "yaml", "markdown"]).option("--refresh", "read the live side first");

  const refresh = sources(
    verb<RunFlags>(
      "refresh",
      undefined,
      "bring the state in line with the live side, and report drift",
      async () => (await import("./commands/refresh.ts")).refresh,
    ).argument("[paths...]", "manifests"),
  ).addOption(yes());
  runOptions(refresh, ["human", "json", "yaml", "markdown"])
    .option("--preview-only", "report drift, change nothing")
    .option("--detailed-exitcode", "exit with 2 when something drifted");

  const adopt = sources(
    verb<RunFlags>(
      "import",
      undefined,
      "adopt an existing stream",
      async () => (await import("./commands/import.ts")).importStream,
    ).argument("[paths...]", "manifests"),
  );
  runOptions(adopt, ["human", "json", "yaml", "markdown"]).option(
    "--id <id-or-name>",
    "the live stream; the manifest's name when left out",
  );

  backendOptions(
    sources(
      verb<BackendFlags>(
        "init",
        undefined,
        "make the manifests' stacks, empty",
        async () => (await import("./commands/init.ts")).init,
      ).argument("[paths...]", "manifests"),
    ),
  );
  outputOption(
    backendOptions(
      sources(
        verb<BackendFlags>(
          "outputs",
          undefined,
          "print status.outputs",
          async () => (await import("./commands/outputs.ts")).outputs,
        ).argument("[paths...]", "manifests"),
      ),
    ),
    ["human", "json", "yaml"],
  );

  outputOption(
    sources(
      verb<SourceFlags>(
        "validate",
        "validate-manifest",
        "check manifests, offline",
        async () => (await import("./commands/validate.ts")).validate,
      ).argument("[paths...]", "manifests"),
    ),
    ["human", "json", "yaml"],
  );
  outputOption(
    sources(
      verb<SourceFlags>(
        "load",
        "load-manifest",
        "print manifests as they will be applied, secrets hidden",
        async () => (await import("./commands/load.ts")).load,
      ).argument("[paths...]", "manifests"),
    ),
    ["yaml", "json", "human"],
    "yaml",
  );

  outputOption(
    verb<OutputFlags & { paths: string[] }>(
      "explain",
      undefined,
      "document a field",
      async () => (await import("./commands/explain.ts")).explain,
    ).argument("[field]", "e.g. spec.webhookConfiguration"),
    ["human", "json"],
  );
  verb<{ paths: string[] }>(
    "schema",
    undefined,
    "print the JSON Schema of a kind",
    async () => (await import("./commands/schema.ts")).schema,
  ).argument("[kind]", "kind of manifest");
  const doctor = sources(
    verb<RunFlags>(
      "doctor",
      undefined,
      "check everything an apply needs",
      async () => (await import("./commands/doctor.ts")).doctor,
    ).argument("[paths...]", "manifests"),
  );
  outputOption(backendOptions(doctor), ["human", "json", "yaml"]).option(
    "-p, --provider-config <file>",
    "Auth0 credentials",
  );
  verb<{ paths: string[] }>("completion", undefined, "print a completion script", async () =>
    (await import("./commands/completion.ts")).completion(program),
  ).argument("<shell>", "bash, zsh or fish");
  outputOption(
    verb<OutputFlags>(
      "version",
      undefined,
      "print versions",
      async () => (await import("./commands/version.ts")).version,
    ),
    ["human", "json"],
  );
  sandboxCommands(program, context, run);
  return program;
}

function sandboxCommands(program: Command, context: Context, run: Run): void {
  const sandbox = program.command("sandbox").description("an Auth0 tenant on this machine, to try and to test");
  const add = (name: string, description: string): Command => {
    const command = sandbox
      .command(name)
      .description(description)
      .addOption(output(["human", "json"], "human"))
      .addOption(noColor());
    command.action(async (...given: unknown[]) => {
      const operands = given
        .slice(0, -2)
        .flat()
        .filter((each): each is string => typeof each === "string");
      const flags = { ...(given.at(-2) as object), paths: operands };
      await run(async () => (await import("./commands/sandbox.ts")).sandbox(context, name, flags as never));
    });
    return command;
  };
  add("serve", "serve it over TLS for any tool")
    .option("--port <port>", "port on 127.0.0.1", "0")
    .option("--fault <fault>", "latency=MS, rate=PER_SECOND/BURST, status=CODE, reset-after, …; repeatable", collect);
  add("emit", "make events happen").argument("<type>", "e.g. user.created").option("--count <n>", "how many", "1");
  add("status", "what exists and what arrived where");
  add("reset", "remove everything in ./.sandbox");
}

function sources(command: Command): Command {
  return command
    .option("-f, --manifest <path>", "a file, folder, URL or - for standard input; repeatable", collect)
    .option("-R, --recursive", "look into subfolders")
    .option("-i, --stack-input <file>", "a stack input file; its target is the manifest")
    .option("--input-dir <dir>", "a folder with target.yaml")
    .option("--kustomize-dir <dir>", "a kustomize folder, with --overlay")
    .option("--overlay <name>", "builds DIR/overlays/NAME")
    .option("--set <path=value>", "set a field; repeatable", collect)
    .option("--strict", "warnings are errors")
    .addOption(noColor());
}

function backendOptions(command: Command): Command {
  return command
    .option("--backend <url>", "where state is kept: file://PATH (default: file:// here, or PULUMI_BACKEND_URL)")
    .addOption(
      new Option("--engine <engine>", "embedded, or pulumi for the Pulumi CLI").choices(["embedded", "pulumi"]),
    )
    .option("--stack <stack>", "organization/project/stack, for a manifest without stack labels")
    .option("--sandbox", "run against the sandbox in ./.sandbox")
    .addOption(new Option("--fault <fault>", "with --sandbox: make it fail").argParser(collect).hideHelp());
}

function runOptions(command: Command, formats: readonly string[]): Command {
  outputOption(backendOptions(command), formats)
    .option(
      "-p, --provider-config <file>",
      "Auth0 credentials (default: AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET)",
    )
    .option("--parallel <n>", "manifests at once", "10")
    .option("--target <urn>", "only these resources; repeatable, * matches anything", collect)
    .option("--json-events <file>", "write progress to a file, as JSON lines");
  // OpenMCF's flags that choose its module: ours is built in.
  for (const flag of [
    "--module-dir <dir>",
    "--module-version <v>",
    "--kube-context <c>",
    "--openmcf-git-repo <dir>",
    "--diff",
    "--no-cleanup",
    "--local-module",
  ]) {
    command.addOption(new Option(flag).hideHelp());
  }
  return command;
}

function outputOption(command: Command, formats: readonly string[], initial = "human"): Command {
  command.addOption(output(formats, initial));
  if (!command.options.some(({ long }) => long === "--no-color")) command.addOption(noColor());
  return command;
}

function output(formats: readonly string[], initial: string): Option {
  return new Option("-o, --output <format>", "how to print").choices([...formats]).default(initial);
}

function noColor(): Option {
  return new Option("--no-color", "no colour");
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
