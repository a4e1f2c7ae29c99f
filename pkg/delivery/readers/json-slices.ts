// Finds the texts of the elements of a JSON list without parsing them: parsing and printing again would change
// numbers, escapes and the order of keys.

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN = new Set([91, 123]);
const CLOSE = new Set([93, 125]);
const COMMA = 44;
const CLOSE_LIST = 93;

/**
 * The texts of the elements of the list that starts at `start`, and where the text goes on behind it.
 * @returns `undefined` when the list does not end, or when brackets do not match. The caller
 * checks whether each element is valid JSON.
 */
export function listSlices(text: string, start: number): { slices: string[]; end: number } | undefined {
  const slices: string[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (at < 0) return undefined;
    } else if (OPEN.has(code)) depth += 1;
    else if (depth > 0 && CLOSE.has(code)) depth -= 1;
    else if (depth === 0 && (code === COMMA || code === CLOSE_LIST)) {
      const slice = text.slice(from, at).trim();
      if (slice !== "" || code === COMMA || slices.length > 0) slices.push(slice);
      if (code === CLOSE_LIST) return { slices, end: at + 1 };
      from = at + 1;
    } else if (CLOSE.has(code)) return undefined;
  }
  return undefined;
}

/** Where the list of a top-level member of an object starts, or -1. The object is valid JSON. */
export function startOfMember(text: string, name: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (OPEN.has(code)) depth += 1;
    else if (CLOSE.has(code)) depth -= 1;
    else if (code === QUOTE) {
      const end = endOfString(text, at);
      if (depth === 1 && JSON.parse(text.slice(at, end + 1)) === name) {
        const value = /^\s*:\s*\[/.exec(text.slice(end + 1, end + 64));
        if (value) return end + value[0].length;
      }
      at = end;
    }
  }
  return -1;
}

/** Index of the closing quote of the string that starts at `start`, or -1. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    at = text.indexOf('"', at);
    if (at < 0) return -1;
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
}
