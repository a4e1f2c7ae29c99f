import { printable } from "./printable.ts";

/**
 * A name from outside as a code span. Inside one nothing is formatted, linked or mentioned; what would end it or a
 * table's cell is spelled out.
 */
export function codeSpan(text: string): string {
  return `\`${printable(text).replace(/[`|]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`) || " "}\``;
}

/** A name from outside as code in HTML, where Markdown is not read, as in `<summary>`. GitHub does not turn `@name` in code into a mention. */
export function htmlCode(text: string): string {
  const escaped = printable(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
  return `<code>${escaped}</code>`;
}

/** A code block, fenced by more backticks than any of its lines has. @param lines each printable. */
export function codeBlock(language: string, lines: readonly string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)));
  const fence = "`".repeat(longest + 1);
  return [fence + language, ...lines, fence];
}
