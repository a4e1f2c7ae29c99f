import type { Diagnostic, SourceText } from "./diagnostic.ts";

const MAX_WIDTH = 100;
/** Keys whose value is a secret, for text that could not be parsed and so has no known ranges. A reference is none. */
const SECRET_KEY = /((?:password|token|secret|header_?value)\w*["']?\s*[:=]\s*)(?!\{ *"?value_?from)(\S.*)$/i;

/**
 * The place a diagnostic points at, as lines of text: the line before, the line, and a caret under the marked part.
 * Secrets are masked with `•`, one for each character, so that columns stay true. Empty when it has no place.
 */
export function codeFrame(problem: Diagnostic): string[] {
  const { source, line, column } = problem;
  if (!source || !line || !column) return [];
  const lines = mask(source).split("\n");
  const number = (value: number): string => String(value).padStart(String(line).length);
  const shown: string[] = [];
  const before = lines[line - 2]?.replace(/\r$/, "");
  if (before?.trim()) shown.push(`${number(line - 1)} | ${clip(before, 0)}`);
  const text = (lines[line - 1] ?? "").replace(/\r$/, "");
  const shift = Math.max(0, column - MAX_WIDTH + 20);
  const end = Math.min(problem.endColumn ?? column + 1, text.length + 1, shift + MAX_WIDTH);
  shown.push(`${number(line)} | ${clip(text, shift)}`);
  shown.push(
    `${" ".repeat(String(line).length)} | ${" ".repeat(column - 1 - shift)}${"^".repeat(Math.max(1, end - column))}`,
  );
  return shown;
}

function clip(line: string, shift: number): string {
  return line.slice(shift, shift + MAX_WIDTH);
}

function mask({ text, masks = [] }: SourceText): string {
  let masked = text;
  for (const [start, end] of masks) {
    masked = masked.slice(0, start) + masked.slice(start, end).replace(/[^\s]/g, "•") + masked.slice(end);
  }
  return maskText(masked);
}

/** Text with the values of secret-looking keys masked, for what could not be taken apart. */
export function maskText(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(SECRET_KEY, (_, key: string, value: string) => key + "•".repeat(value.length)))
    .join("\n");
}
