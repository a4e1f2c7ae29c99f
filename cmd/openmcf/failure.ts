import { CODES, InvalidInput, diagnostic, diagnosticsOf, isInvalidInput } from "../../pkg/diagnostics/index.ts";
import type { Diagnostic } from "../../pkg/diagnostics/index.ts";
import { jsonDiagnostic, renderDiagnostics } from "../../pkg/report/index.ts";
import { EXIT } from "./context.ts";
import type { Context } from "./context.ts";

/** Reports an error that ended a command before it had results, and gives the exit code. */
export function reportFailure(error: unknown, { terminal, signal }: Context, argv: readonly string[]): number {
  if (signal.aborted && !isInvalidInput(error)) return EXIT.interrupted;
  const problems = diagnosticsOf(error);
  const isJson =
    argv.some((each, index) => each === "json" && ["-o", "--output"].includes(argv[index - 1] ?? "")) ||
    argv.includes("--output=json") ||
    argv.includes("-ojson");
  if (isJson) terminal.out(`${JSON.stringify({ diagnostics: problems.map(jsonDiagnostic) }, null, 2)}\n`);
  terminal.err(`${renderDiagnostics(problems, terminal.paintErr).join("\n")}\n`);
  const code = exitCodeOf(problems);
  const at = error instanceof Error ? error.stack?.split("\n").slice(1, 4).join("\n") : undefined;
  if (code === EXIT.bug && at) terminal.err(`${at}\n`);
  return code;
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

/** The exit code of a command that ended with these problems: that of the gravest, by the table of codes. */
export function exitCodeOf(problems: readonly Diagnostic[]): number {
  const exits = new Set(problems.filter(({ severity }) => severity === "error").map(({ code }) => CODES[code].exit));
  return GRAVEST_FIRST.find((exit) => exits.has(exit)) ?? EXIT.failed;
}

/** An error about a flag. */
export function badFlag(message: string, hint?: string): InvalidInput {
  return new InvalidInput(diagnostic("bad-flag", message, hint ? { hint } : {}));
}
