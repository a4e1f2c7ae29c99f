import { hasChanges } from "../deploy/index.ts";
import type { RunReport, StackReport } from "../deploy/index.ts";
import type { DiffEntry, Step } from "../engine/index.ts";
import { change, comparisonNote, entryNote, stepNote } from "./changes.ts";
import { renderDiagnostic } from "./diagnostics.ts";
import { printable } from "./printable.ts";
import { isInteresting, isShown, stateOfStep, sumsOf, unchangedIn } from "./sums.ts";
import type { Terminal } from "./terminal.ts";
import { COLORS, GLYPHS, describe, duration, replacementMeans } from "./vocabulary.ts";

/** Longer lists of unchanged stacks are only counted. */
const MAX_UNCHANGED = 10;
/** So many failed stacks are named in the last line. */
const MAX_NAMES = 5;

/** A plan, or what was done: one block a stack with field-level changes, then one line that sums it up. */
export function renderRun(report: RunReport, paint: Terminal["paint"]): string[] {
  const lines: string[] = [];
  const changed = report.stacks.filter(isInteresting);
  const unchanged = report.stacks.filter((stack) => !isInteresting(stack));
  for (const stack of changed) lines.push(...renderStack(stack, report.isPreview, paint), "");
  if (unchanged.length > 0 && unchanged.length <= MAX_UNCHANGED) {
    for (const { manifest } of unchanged) lines.push(paint("gray", `  ${keyOf(manifest)}  unchanged`));
    lines.push("");
  } else if (unchanged.length > 0) lines.push(paint("gray", `  ${unchanged.length} manifests unchanged`), "");
  const note = comparisonNote(report);
  if (note) lines.push(paint("yellow", note));
  lines.push(summaryLine(report, paint));
  return lines;
}

function keyOf({ kind, name }: StackReport["manifest"]): string {
  return printable(`${kind}/${name}`);
}

function renderStack(
  { stack, manifest, result, steps, diagnostics }: StackReport,
  isPreview: boolean,
  paint: Terminal["paint"],
): string[] {
  const status =
    result === "succeeded" ? "" : `  ${paint(["bold", result === "failed" ? "red" : "yellow"], result.toUpperCase())}`;
  const place = printable(`${stack}  ${manifest.file}:${manifest.line}`);
  const lines = [`${paint("bold", keyOf(manifest))}  ${paint("gray", place)}${status}`];
  for (const step of steps.filter(isShown)) lines.push(...renderStep(step, isPreview, paint));
  for (const problem of diagnostics) lines.push(...renderDiagnostic(problem, paint).map((line) => `  ${line}`));
  return lines;
}

function renderStep(step: Step, isPreview: boolean, paint: Terminal["paint"]): string[] {
  const what = `${GLYPHS[step.op].padEnd(2)} ${describe(step.type, step.urn)}`;
  const state = paint("gray", stateOfStep(step, isPreview));
  const lines = [`  ${paint(COLORS[step.op], what)}  ${state}${paint("magenta", stepNote(step))}`];
  for (const entry of step.diff) lines.push(renderEntry(entry, paint));
  const meaning = step.op === "replace" ? replacementMeans(step.type) : undefined;
  if (meaning) lines.push(`       ${paint("magenta", meaning)}`);
  return lines;
}

function renderEntry(entry: DiffEntry, paint: Terminal["paint"]): string {
  const color = entry.kind === "add" ? "green" : entry.kind === "delete" ? "red" : "yellow";
  const glyph = entry.kind === "add" ? "+" : entry.kind === "delete" ? "-" : "~";
  const note = paint("magenta", entryNote(entry));
  return `     ${paint(color, `${glyph} ${printable(entry.path)}`)}: ${change(entry)}${note}`;
}

function summaryLine(report: RunReport, paint: Terminal["paint"]): string {
  const { stacks, isPreview, verb, ms } = report;
  const done = sumsOf(
    stacks.flatMap(({ steps }) => steps.filter(({ failed }) => !failed)),
    isPreview,
  ).map(({ op, text }) => paint(COLORS[op], text));
  const unchanged = unchangedIn(report);
  if (unchanged > 0) done.push(`${unchanged} unchanged`);
  const trouble = troubleIn(stacks);
  if (done.length === 0) done.push(trouble || hasChanges(report) ? "nothing" : "no changes");
  const head =
    isPreview && verb !== "refresh"
      ? "Plan"
      : { plan: "Plan", apply: "Applied", destroy: "Destroyed", refresh: "Refreshed", import: "Imported" }[verb];
  const sums = [done.join(", "), trouble && paint("red", trouble)].filter(Boolean).join("; ");
  return `${paint("bold", `${head}:`)} ${sums}  ${paint("gray", duration(ms))}`;
}

/** `2 failed (a, b), 1 skipped`; empty when all is well. */
function troubleIn(stacks: readonly StackReport[]): string {
  const failed = stacks.filter(({ result }) => result === "failed");
  const skipped = stacks.filter(({ result }) => result === "skipped").length;
  const names = failed.slice(0, MAX_NAMES).map(({ manifest }) => printable(manifest.name));
  if (failed.length > MAX_NAMES) names.push("…");
  const who = failed.length > 0 && stacks.length > 1 ? ` (${names.join(", ")})` : "";
  return (
    [failed.length > 0 && `${failed.length} failed`, skipped > 0 && `${skipped} skipped`].filter(Boolean).join(", ") +
    who
  );
}
