import { Command, CommanderError } from "commander";
import { createTerminal } from "../../pkg/report/terminal.ts";
import { COMMANDS, RECEIVER_SETTINGS, RULES_TEST, SANDBOX, STATE } from "./command-list.ts";
import type { Entry } from "./command-list.ts";
import { EXIT } from "./context.ts";
import type { Context } from "./context.ts";
import { packageVersion } from "./package-version.ts";
import { standardStreams } from "./streams.ts";

const HELP_AFTER = `
Examples:
  openmcf apply -f manifests/user-lifecycle.yaml --sandbox   try it without an account
  openmcf validate -f manifests/ -R                          check everything, offline
  openmcf plan -f stream.yaml --detailed-exitcode            2 when something would change
  openmcf outputs -f stream.yaml -o json

Exit codes: 0 done · 1 an operation failed · 2 changes pending · 3 invalid input · 4 state locked or unreadable ·
5 not what was approved · 70 a bug · 130 interrupted. Every diagnostic code is explained in docs/diagnostics.md.`;

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
  for (const entry of COMMANDS)
    add(program, entry, async (flags) => (await entry.load(program))(context, flags as never));
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
