/** Character range `[start, end)` of a text. */
export type Span = readonly [start: number, end: number];

/** The text that diagnostics point into. Frames show single lines of it, never the whole. */
export interface SourceText {
  text: string;
  /** Ranges that frames mask: secrets, and whatever may be one. They may overlap, in any order. */
  masks?: Span[];
  /** For text that could not be parsed: frames show indentation and these keys, and mask everything else. */
  onlyKeys?: ReadonlySet<string>;
}

/** Line and column, both from 1. */
interface Position {
  line: number;
  column: number;
}

const lineStarts = new WeakMap<SourceText, readonly number[]>();

/** Where an offset stands. An offset behind the text stands at its end. */
export function positionOf(source: SourceText, offset: number): Position {
  const starts = lineStartsOf(source);
  const at = Math.min(Math.max(offset, 0), source.text.length);
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle;
  }
  return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
}

/** The range of a line, without its line break; `undefined` when the text has no such line. @param line from 1 */
export function lineRange(source: SourceText, line: number): Span | undefined {
  const starts = lineStartsOf(source);
  const start = starts[line - 1];
  if (start === undefined) return undefined;
  const next = starts[line];
  const end = next === undefined ? source.text.length : next - 1;
  return [start, end > start && source.text[end - 1] === "\r" ? end - 1 : end];
}

/** Found once for each text, so that the place of a diagnostic costs the same however long the text is. */
function lineStartsOf(source: SourceText): readonly number[] {
  const known = lineStarts.get(source);
  if (known) return known;
  const starts = [0];
  for (let at = source.text.indexOf("\n"); at >= 0; at = source.text.indexOf("\n", at + 1)) starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}
