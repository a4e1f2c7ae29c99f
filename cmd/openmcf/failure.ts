import { InvalidInput, RemoteFailure, StateProblem, asDiagnostic, diagnostic } from "../../pkg/diagnostics/index.ts";
import type { Code, Diagnostic } from "../../pkg/diagnostics/index.ts";
import { jsonDiagnostic, renderDiagnostics } from "../../pkg/report/index.ts";
import { EXIT } from "./context.ts";
import type { Context } from "./context.ts";

const INPUT_CODES: ReadonlySet<Code> = new Set<Code>([
  "missing-passphrase",
  "wrong-passphrase",
  "missing-credentials",
  "wrong-account",
  "wrong-tenant",
  "ambiguous-credentials",
  "cli-missing",
  "sdk-missing",
  "cli-too-old",
  "plugin-missing",
  "not-logged-in",
  "unresolved-reference",
  "no-driver",
  "check-failed",
  "stack-not-found",
  "stack-exists",
  "unsupported-backend",
  "bad-flag",
  "nothing-to-run",
]);
const STATE_CODES: ReadonlySet<Code> = new Set<Code>([
  "state-locked",
  "state-unreadable",
  "state-unwritable",
  "spool-in-use",
  "spool-unusable",
]);

/** Tells of what ended a command before it had results, and gives the exit code. A bug says that it is one. */
export function reportFailure(error: unknown, { terminal, signal }: Context, argv: readonly string[]): number {
  if (signal.aborted && !(error instanceof InvalidInput)) return EXIT.interrupted;
  const problems = error instanceof InvalidInput ? error.diagnostics : [asDiagnostic(error)];
  const isJson =
    argv.some((each, index) => each === "json" && ["-o", "--output"].includes(argv[index - 1] ?? "")) ||
    argv.includes("--output=json") ||
    argv.includes("-ojson");
  if (isJson) terminal.out(`${JSON.stringify({ diagnostics: problems.map(jsonDiagnostic) }, null, 2)}\n`);
  terminal.err(`${renderDiagnostics(problems, terminal.paintErr).join("\n")}\n`);
  if (error instanceof InvalidInput)
    return problems.some(({ code }) => code === "internal-error") ? EXIT.bug : EXIT.invalidInput;
  if (error instanceof StateProblem) return EXIT.state;
  if (error instanceof RemoteFailure) return EXIT.failed;
  const at = error instanceof Error ? error.stack?.split("\n").slice(1, 4).join("\n") : undefined;
  if (at) terminal.err(`${at}\n`);
  return EXIT.bug;
}

/** The exit code for stacks that failed: the gravest of what went wrong. */
export function exitCodeOf(problems: readonly Diagnostic[]): number {
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.some(({ code }) => code === "internal-error")) return EXIT.bug;
  if (errors.some(({ code }) => code === "interrupted")) return EXIT.interrupted;
  if (errors.some(({ code }) => !INPUT_CODES.has(code) && !STATE_CODES.has(code) && code !== "dependency-failed"))
    return EXIT.failed;
  if (errors.some(({ code }) => STATE_CODES.has(code))) return EXIT.state;
  return errors.length > 0 ? EXIT.invalidInput : EXIT.failed;
}

/** An error about a flag. */
export function badFlag(message: string, hint?: string): InvalidInput {
  return new InvalidInput(diagnostic("bad-flag", message, hint ? { hint } : {}));
}
