import type { SourceText, Span } from "./source-text.ts";

/** Keys whose value is a secret, for text that no schema describes. A reference is none. */
const SECRET_KEY = /((?:password|token|secret|header_?value)\w*["']?\s*[:=]\s*)(?!\{ *"?value_?from)(\S.*)$/i;
/** User and password of a URL. */
const USERINFO = /(:\/\/)([^\s/@"']+)(?=@)/g;
/** Indentation, list markers and the key of a line. */
const KEY = /^(\s*(?:-\s+)*["']?)([A-Za-z_]\w*)(["']?\s*:)(?=\s|$)/;

/** Text with the values of secret-looking keys and the user part of URLs masked, for what could not be taken apart. */
export function maskText(text: string): string {
  return text.split("\n").map(maskLine).join("\n");
}

/**
 * A part of a text as a person may see it: each hidden character becomes `•`, so that columns stay true.
 * @param part range on one line. @param line range of the whole line.
 */
export function visiblePart(source: SourceText, part: Span, line: Span): string {
  const [start, end] = part;
  const text = source.text.slice(start, end);
  if (source.onlyKeys) return onlyKeys(text, start === line[0], source.onlyKeys);
  let masked = text;
  for (const [from, to] of masksIn(source.masks ?? [], part)) {
    const left = Math.max(0, from - start);
    const right = Math.min(text.length, to - start);
    masked = masked.slice(0, left) + dots(masked.slice(left, right)) + masked.slice(right);
  }
  return maskLine(masked);
}

function maskLine(line: string): string {
  return line
    .replace(SECRET_KEY, (_, key: string, value: string) => key + "•".repeat(value.length))
    .replace(USERINFO, (_, slashes: string, user: string) => slashes + "•".repeat(user.length));
}

function onlyKeys(text: string, isFromStart: boolean, keys: ReadonlySet<string>): string {
  const [shown = "", , key = ""] = (isFromStart && KEY.exec(text)) || [];
  if (shown && keys.has(key)) return shown + dots(text.slice(shown.length));
  return dots(text);
}

function dots(text: string): string {
  return text.replace(/[^\s]/g, "•");
}

const merged = new WeakMap<readonly Span[], { count: number; spans: readonly Span[] }>();

/** The masked ranges that a part overlaps. */
function masksIn(masks: readonly Span[], [start, end]: Span): readonly Span[] {
  const spans = mergedOf(masks);
  const first = firstEndingAfter(spans, start);
  let last = first;
  while ((spans[last]?.[0] ?? Infinity) < end) last += 1;
  return spans.slice(first, last);
}

/** The same ranges in order and without overlaps. Done once for a list, again when it has grown. */
function mergedOf(masks: readonly Span[]): readonly Span[] {
  const known = merged.get(masks);
  if (known?.count === masks.length) return known.spans;
  const spans: Span[] = [];
  for (const [start, end] of masks.toSorted(([left], [right]) => left - right)) {
    const last = spans.at(-1);
    if (last && start <= last[1]) spans[spans.length - 1] = [last[0], Math.max(last[1], end)];
    else spans.push([start, end]);
  }
  merged.set(masks, { count: masks.length, spans });
  return spans;
}

function firstEndingAfter(spans: readonly Span[], offset: number): number {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.[1] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
