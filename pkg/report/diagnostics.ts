import { codeFrame } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { printable, printableInPlace, printableLines } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

/** A diagnostic for a person: what, where, the code frame, what to do. */
export function renderDiagnostic(problem: Diagnostic, paint: Terminal["paintErr"]): string[] {
  const isError = problem.severity === "error";
  const label = paint(["bold", isError ? "red" : "yellow"], `${problem.severity}[${problem.code}]`);
  const [message = "", ...more] = printableLines(problem.message);
  const lines = [`${label}: ${paint("bold", message)}`, ...more.map((line) => `  ${line}`)];
  if (problem.file) {
    const at = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
    lines.push(`  ${paint("blue", "-->")} ${printable(at)}`);
  }
  for (const line of codeFrame(problem).map(printableInPlace)) {
    const [, gutter = "", text = ""] = /^( *\d* \|)(.*)$/.exec(line) ?? [];
    lines.push(`  ${paint("blue", gutter)}${/^\s*\^+$/.test(text) ? paint(isError ? "red" : "yellow", text) : text}`);
  }
  const [hint, ...rest] = printableLines(problem.hint ?? "");
  if (hint) lines.push(`  ${paint("cyan", "help:")} ${hint}`, ...rest.map((line) => `        ${line}`));
  return lines;
}

/** More than anybody reads; `-o json` has all. */
const MAX_SHOWN = 1000;

/** Diagnostics, errors last so that they are next to the prompt. Of very many the first are shown. */
export function renderDiagnostics(problems: readonly Diagnostic[], paint: Terminal["paintErr"]): string[] {
  const errors = problems.filter(({ severity }) => severity === "error").slice(0, MAX_SHOWN);
  const warnings = problems.filter(({ severity }) => severity === "warning").slice(0, MAX_SHOWN - errors.length);
  const shown = [...warnings, ...errors];
  const hidden = problems.length - shown.length;
  const lines = shown.flatMap((problem) => [...renderDiagnostic(problem, paint), ""]);
  return hidden > 0 ? [...lines, `… and ${hidden} more, which -o json lists`, ""] : lines;
}

/** `2 errors, 1 warning`. */
export function countDiagnostics(problems: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic["severity"]): string | undefined => {
    const number = problems.filter((problem) => problem.severity === severity).length;
    return number === 0 ? undefined : `${number} ${severity}${number === 1 ? "" : "s"}`;
  };
  return [count("error"), count("warning")].filter(Boolean).join(", ") || "no problems";
}
