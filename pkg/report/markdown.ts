import { hasChanges } from "../deploy/index.ts";
import type { RunReport, StackReport } from "../deploy/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import type { Step } from "../engine/index.ts";
import { change, comparisonNote, entryNote, stepNote } from "./changes.ts";
import { codeBlock, codeSpan, htmlCode } from "./markdown-text.ts";
import { printable, printableLines } from "./printable.ts";
import { counted, isInteresting, isShown, stateOfStep, sumsOf } from "./sums.ts";
import { describe, duration, replacementMeans } from "./vocabulary.ts";

/** GitHub refuses comments over 65,536 characters; what surrounds the text needs some of them. */
const MAX_LENGTH = 64_000;
/** The rows of the table may take half of that; the details are cut first. */
const MAX_TABLE = MAX_LENGTH / 2;
/** So that one stack cannot crowd out all others. */
const MAX_LINES = 400;
const MAX_LINE = 1000;

/** A report fit for a pull-request comment: the sum on top, a table, field-level changes folded away. */
export function markdownRun(report: RunReport): string {
  const { stacks, isPreview, verb, ms } = report;
  const interesting = stacks.filter(isInteresting);
  const unchanged = stacks.length - interesting.length;
  const foot = `<sub>openmcf ${isPreview ? "plan" : verb} · ${duration(ms)}${hasChanges(report) ? "" : " · nothing to do"}</sub>`;
  const rows = interesting.map((stack) => rowOf(stack, isPreview));
  const shownRows = fitting(rows, MAX_TABLE);
  const lines = [headOf(report), ""];
  const note = comparisonNote(report);
  if (note) lines.push(`> ${codeSpan(note)}`, "");
  if (rows.length > 0) lines.push("| | Manifest | Stack | Change |", "|---|---|---|---|", ...shownRows, "");
  if (rows.length > shownRows.length) lines.push(`_… and ${rows.length - shownRows.length} more_`, "");
  if (unchanged > 0) lines.push(`${counted(unchanged, "manifest")} unchanged.`, "");
  const blocks = interesting.map((stack) => detailsOf(stack, isPreview)).filter((block) => block !== "");
  const shownBlocks = fitting(blocks, MAX_LENGTH - lines.join("\n").length - foot.length);
  lines.push(...shownBlocks);
  const cut = blocks.length - shownBlocks.length;
  if (cut > 0)
    lines.push(`_The details of ${counted(cut, "manifest")} are left out here; the run's log has them._`, "");
  return [...lines, foot].join("\n");
}

/** As many of the texts, from the first on, as go into so many characters with a line break each. */
function fitting(texts: readonly string[], room: number): string[] {
  let left = room;
  const end = texts.findIndex((text) => (left -= text.length + 1) < 0);
  return end < 0 ? [...texts] : texts.slice(0, end);
}

function headOf({ stacks, isPreview, verb }: RunReport): string {
  const steps = stacks.flatMap((stack) => stack.steps.filter(({ failed }) => !failed));
  const parts = sumsOf(steps, isPreview).map(({ op, text }) => (isDestructive(op) ? `**${text}**` : text));
  const troubled = stacks.filter(({ result }) => result !== "succeeded").length;
  if (troubled > 0) parts.push(`**${troubled} failed or skipped**`);
  return `### ${isPreview ? "Plan" : verb[0]?.toUpperCase() + verb.slice(1)}: ${parts.join(", ") || "no changes"}`;
}

/** What takes something away that may be in use. */
function isDestructive(op: Step["op"]): boolean {
  return op === "replace" || op === "delete";
}

function rowOf({ stack, manifest, steps, result }: StackReport, isPreview: boolean): string {
  const endangers = isPreview && steps.some((step) => isShown(step) && isDestructive(step.op));
  const mark = result === "failed" ? "❌" : result === "skipped" ? "⏭️" : endangers ? "⚠️" : "✅";
  const sums = sumsOf(steps, isPreview).map(({ text }) => text);
  return `| ${mark} | ${codeSpan(`${manifest.kind}/${manifest.name}`)} | ${codeSpan(stack)} | ${sums.join(", ") || result} |`;
}

function detailsOf({ manifest, steps, diagnostics }: StackReport, isPreview: boolean): string {
  const all = [
    ...steps.filter(isShown).flatMap((step) => linesOf(step, isPreview)),
    ...diagnostics.flatMap(problemLines),
  ];
  if (all.length === 0) return "";
  const lines = all.slice(0, MAX_LINES).map((line) => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line));
  if (all.length > MAX_LINES) lines.push(`# … and ${all.length - MAX_LINES} more lines`);
  const summary = `<details><summary>${htmlCode(`${manifest.kind}/${manifest.name}`)}</summary>`;
  return [summary, "", ...codeBlock("diff", lines), "", "</details>", ""].join("\n");
}

/** In a diff, GitHub colours lines by their first character: `+` green, `-` red, `!` orange, `#` gray. */
function linesOf(step: Step, isPreview: boolean): string[] {
  const { op, type, urn, diff } = step;
  const sign = op === "create" ? "+" : op === "delete" ? "-" : "!";
  const lines = [`${sign} ${describe(type, urn)} (${stateOfStep(step, isPreview)})${stepNote(step)}`];
  for (const entry of diff) {
    const mark = entry.kind === "add" ? "+" : entry.kind === "delete" ? "-" : "!";
    lines.push(`${mark}   ${printable(entry.path)}: ${change(entry)}${entryNote(entry)}`);
  }
  const meaning = op === "replace" ? replacementMeans(type) : undefined;
  return meaning ? [...lines, `#   ${meaning}`] : lines;
}

function problemLines({ severity, code, message, hint }: Diagnostic): string[] {
  const [first = "", ...more] = printableLines(`${message}${hint ? ` (help: ${hint})` : ""}`);
  return [`# ${severity}[${code}]: ${first}`, ...more.map((line) => `#   ${line}`)];
}
