/**
 * Characters that make a terminal do something or make text look like another: C0, DEL and C1 controls, line and
 * paragraph separators, and the marks that turn the direction of writing.
 */
const UNPRINTABLE = "\\u0000-\\u001F\\u007F-\\u009F\\u061C\\u200E\\u200F\\u2028-\\u202E\\u2066-\\u2069";
const ANY = new RegExp(`[${UNPRINTABLE}]`, "g");
const ANY_BUT_LAYOUT = new RegExp(`\\u001B\\[[0-9;]*m|(?![\\n\\t])[${UNPRINTABLE}]`, "g");

/**
 * Text from outside as one line that is safe to print: what a terminal would act on is spelled out, as `\u{1b}`.
 * Everything that a report shows and did not make itself passes here.
 */
export function printable(text: string): string {
  return text.replace(ANY, (character) => `\\u{${hex(character)}}`);
}

/** As {@link printable}, for text that may have lines of its own. */
export function printableLines(text: string): string[] {
  return text.split(/\r\n|\r|\n/).map(printable);
}

/** As {@link printable}, where columns must stay true: one character for one. */
export function printableInPlace(text: string): string {
  return text.replaceAll("\t", " ").replace(ANY, "\uFFFD");
}

/** Whether text has a character that {@link printable} spells out. */
export function isPrintable(text: string): boolean {
  return text.search(ANY) < 0;
}

/**
 * The last guard before a stream, for what did not pass {@link printable}. It keeps line breaks and tabs. The spelling
 * `\u009b` means the same character in JSON, in JavaScript and in YAML's double quotes.
 * @param allowed escape sequences that are the program's own, such as its colours.
 */
export function guarded(text: string, allowed: ReadonlySet<string>): string {
  return text.replace(ANY_BUT_LAYOUT, (found) =>
    allowed.has(found) ? found : found.replace(ANY, (character) => `\\u${hex(character).padStart(4, "0")}`),
  );
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16);
}
