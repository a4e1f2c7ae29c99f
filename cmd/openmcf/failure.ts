import {
  CODES,
  InvalidInput,
  diagnostic,
  diagnosticsOf,
  hasErrors,
  isInvalidInput,
} from "../../pkg/diagnostics/index.ts";
import type { Diagnostic } from "../../pkg/diagnostics/index.ts";
import { jsonDiagnostic, markdownFailure, renderDiagnostics } from "../../pkg/report/index.ts";
import type { Terminal } from "../../pkg/report/terminal.ts";
import { askedFormat } from "./asked-format.ts";
import type { Format } from "./asked-format.ts";
import { EXIT } from "./context.ts";
import type { Context } from "./context.ts";
import { printDocument } from "./print-document.ts";

/**
 * Reports an error that ended a command before it had results: for people on stderr, and on stdout in the format that
 * was asked for.
 * @returns the exit code.
 */
export async function reportFailure(error: unknown, context: Context, argv: readonly string[]): Promise<number> {
  const { terminal, signal } = context;
  if (signal.aborted && !isInvalidInput(error)) return EXIT.interrupted;
  const problems = diagnosticsOf(error);
  await printProblems(problems, terminal, askedFormat(argv));
  terminal.err(`${renderDiagnostics(problems, terminal.paintErr).join("\n")}\n`);
  const code = hasErrors(problems) ? exitCodeOf(problems) : EXIT.invalidInput;
  const at = error instanceof Error ? error.stack?.split("\n").slice(1, 4).join("\n") : undefined;
  if (code === EXIT.bug && at) terminal.err(`${at}\n`);
  return code;
}

/** Reports a command line that cannot be parsed; people have read about it already. @returns the exit code. */
export async function reportUsage(message: string, { terminal }: Context, argv: readonly string[]): Promise<number> {
  await printProblems([diagnostic("bad-flag", message.replace(/^error: /, ""))], terminal, askedFormat(argv));
  return EXIT.invalidInput;
}

async function printProblems(problems: readonly Diagnostic[], terminal: Terminal, format: Format): Promise<void> {
  if (format === "human") return;
  if (format === "markdown") terminal.out(`${markdownFailure(problems)}\n`);
  else await printDocument(terminal, format, { diagnostics: problems.map(jsonDiagnostic) });
}

/** A bug first, then what was stopped or failed half-way; last what was refused before anything was done. */
const GRAVEST_FIRST: readonly number[] = [
  EXIT.bug,
  EXIT.interrupted,
  EXIT.failed,
  EXIT.notApproved,
  EXIT.state,
  EXIT.invalidInput,
];

/** The exit code of a command: that of its most severe problem, by the table of codes. */
export function exitCodeOf(problems: readonly Diagnostic[]): number {
  const exits = new Set(problems.filter(({ severity }) => severity === "error").map(({ code }) => CODES[code].exit));
  return GRAVEST_FIRST.find((exit) => exits.has(exit)) ?? EXIT.failed;
}

/** An error about a flag. */
export function badFlag(message: string, hint?: string): InvalidInput {
  return new InvalidInput(diagnostic("bad-flag", message, hint ? { hint } : {}));
}
