// Holds the sources to their shape: no file over 300 lines, and no block of 12 lines that stands twice. Files that are
// longer are in the list below, with what they may have; it may only shrink. Function lengths are the linter's.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const FOLDERS = ["bench", "cmd", "pkg", "scripts", "tests"];
const NOT_SOURCES = /node_modules|fixtures|golden\/expected|\.generated/;
const MAX_LINES = 300;
const BLOCK = 12;

/** Files that are too long still. */
const TOO_LONG: Readonly<Record<string, number>> = {
  "tests/e2e/event-bus.test.ts": 470,
  "tests/engine/embedded-engine.test.ts": 600,
  "tests/manifest/reading.test.ts": 320,
  "tests/providers/event-stream-create.test.ts": 360,
  "tests/sandbox/aws-protocol.test.ts": 330,
};

interface Line {
  text: string;
  /** Counted from 1. */
  number: number;
}

/** Lines that say something: neither blank nor an import. */
function linesOf(text: string): Line[] {
  return text
    .split("\n")
    .map((line, index) => ({ text: line.trim(), number: index + 1 }))
    .filter((line) => line.text !== "" && !/^(import|export) .* from "/.test(line.text));
}

/** Blocks that stand in two places, as `file:line file:line`; the first line of each only. */
function repeatedBlocks(files: ReadonlyMap<string, readonly Line[]>): string[] {
  const seen = new Map<string, string>();
  const found: string[] = [];
  for (const [file, lines] of files) {
    let until = -1;
    for (let start = 0; start + BLOCK <= lines.length; start += 1) {
      const block = lines.slice(start, start + BLOCK);
      const text = block.map((line) => line.text).join("\n");
      const place = `${file}:${block[0]?.number}`;
      const other = seen.get(text);
      if (other === undefined) seen.set(text, place);
      else {
        if (start > until) found.push(`${place} repeats ${other}`);
        until = start + BLOCK;
      }
    }
  }
  return found;
}

const texts = new Map(
  FOLDERS.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((name) => /\.(ts|mjs|cjs)$/.test(name) && !NOT_SOURCES.test(name))
      .map((name) => [name, readFileSync(name, "utf8")] as const),
  ),
);
const problems = repeatedBlocks(new Map([...texts].map(([name, text]) => [name, linesOf(text)])));
for (const [name, text] of texts) {
  const length = text.split("\n").length - 1;
  const allowed = TOO_LONG[name] ?? MAX_LINES;
  if (length > allowed) problems.push(`${name} has ${length} lines, more than ${allowed}`);
  else if (name in TOO_LONG && length <= MAX_LINES) problems.push(`${name} is short enough: take it off the list`);
}
for (const problem of problems) process.stdout.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
