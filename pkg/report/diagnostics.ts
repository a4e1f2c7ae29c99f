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

/** All diagnostics, errors last so that they are next to the prompt, and a line that counts them. */
export function renderDiagnostics(problems: readonly Diagnostic[], paint: Terminal["paintErr"]): string[] {
  const sorted = [
    ...problems.filter(({ severity }) => severity === "warning"),
    ...problems.filter(({ severity }) => severity === "error"),
  ];
  return sorted.flatMap((problem) => [...renderDiagnostic(problem, paint), ""]);
}

/** `2 errors, 1 warning`. */
export function countDiagnostics(problems: readonly Diagnostic[]): string {
  const count = (severity: Diagnostic["severity"]): string | undefined => {
    const number = problems.filter((problem) => problem.severity === severity).length;
    return number === 0 ? undefined : `${number} ${severity}${number === 1 ? "" : "s"}`;
  };
  return [count("error"), count("warning")].filter(Boolean).join(", ") || "no problems";
}
