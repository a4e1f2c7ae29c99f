import type { Diagnostic } from "./diagnostic.ts";
import { visiblePart } from "./mask.ts";
import { lineRange } from "./source-text.ts";
import type { SourceText } from "./source-text.ts";

const MAX_WIDTH = 100;
/** Characters shown to the right of the marked place on a long line. */
const RIGHT_OF_PLACE = 20;

/**
 * The place a diagnostic points at, as lines of text: the line before, the line, and a caret under the marked part.
 * Secrets are masked with `•`, one for each character, so that columns stay true. Empty when it has no place.
 */
export function codeFrame(problem: Diagnostic): string[] {
  const { source, line, column } = problem;
  if (!source || !line || !column) return [];
  const gutter = String(line).length;
  const number = (value: number): string => String(value).padStart(gutter);
  const shift = Math.max(0, column - MAX_WIDTH + RIGHT_OF_PLACE);
  const before = visibleLine(source, line - 1, 0);
  const text = visibleLine(source, line, shift) ?? "";
  const end = Math.min(problem.endColumn ?? column + 1, shift + text.length + 1);
  const caret = " ".repeat(column - 1 - shift) + "^".repeat(Math.max(1, end - column));
  return [
    ...(before?.trim() ? [`${number(line - 1)} | ${before}`] : []),
    `${number(line)} | ${text}`,
    `${" ".repeat(gutter)} | ${caret}`,
  ];
}

/** What a person sees of a line, from `shift` on, as far as it fits. */
function visibleLine(source: SourceText, line: number, shift: number): string | undefined {
  const range = lineRange(source, line);
  if (!range) return undefined;
  const [start, end] = range;
  const from = Math.min(start + shift, end);
  return visiblePart(source, [from, Math.min(from + MAX_WIDTH, end)], range);
}
