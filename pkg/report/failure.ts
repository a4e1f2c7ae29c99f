import type { Diagnostic } from "../diagnostics/index.ts";
import { countDiagnostics, renderDiagnostic } from "./diagnostics.ts";
import { codeBlock } from "./markdown-text.ts";

/** So many problems fit into a pull-request comment. */
const MAX_PROBLEMS = 50;
const MAX_LINE = 500;

/** What ended a command before it had results, fit for a pull-request comment. */
export function markdownFailure(problems: readonly Diagnostic[]): string {
  const lines = problems
    .slice(0, MAX_PROBLEMS)
    .flatMap((problem) => renderDiagnostic(problem, (_, text) => text))
    .map((line) => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line));
  const more = problems.length - MAX_PROBLEMS;
  if (more > 0) lines.push(`… and ${more} more`);
  return [`### Nothing was done: ${countDiagnostics(problems)}`, "", ...codeBlock("text", lines)].join("\n");
}
