import { hasChanges } from "../deploy/index.ts";
import type { RunReport, StackReport } from "../deploy/index.ts";
import type { DiffEntry, Step } from "../engine/index.ts";
import { renderDiagnostic } from "./diagnostics.ts";
import type { Terminal } from "./terminal.ts";
import { COLORS, GLYPHS, WORDS, describe, duration, replacementMeans } from "./vocabulary.ts";

/** Long lists of unchanged stacks tell nobody anything. */
const MAX_UNCHANGED = 10;
/** Policies are long; `-o json` has them whole. */
const MAX_VALUE = 160;

/** A plan, or what was done: one block a stack with field-level changes, then one line that sums it up. */
export function renderRun(report: RunReport, paint: Terminal["paint"]): string[] {
  const lines: string[] = [];
  const changed = report.stacks.filter(isInteresting);
  const unchanged = report.stacks.filter((stack) => !isInteresting(stack));
  for (const stack of changed) lines.push(...renderStack(stack, report.isPreview, paint), "");
  if (unchanged.length > 0 && unchanged.length <= MAX_UNCHANGED) {
    for (const { manifest } of unchanged) lines.push(paint("gray", `  ${manifest.kind}/${manifest.name}  unchanged`));
    lines.push("");
  } else if (unchanged.length > 0) lines.push(paint("gray", `  ${unchanged.length} manifests unchanged`), "");
  lines.push(summaryLine(report, paint));
  return lines;
}

/** Whether a stack has anything to tell. */
export function isInteresting({ result, steps, diagnostics }: StackReport): boolean {
  return result !== "succeeded" || diagnostics.length > 0 || steps.some(isTold);
}

/** What changes nothing is not told of: unchanged resources, and what was only looked at. */
export function isTold({ op }: Step): boolean {
  return op !== "same" && op !== "read";
}

function renderStack(
  { stack, manifest, result, steps, diagnostics }: StackReport,
  isPreview: boolean,
  paint: Terminal["paint"],
): string[] {
  const status =
    result === "succeeded" ? "" : `  ${paint(["bold", result === "failed" ? "red" : "yellow"], result.toUpperCase())}`;
  const lines = [
    `${paint("bold", `${manifest.kind}/${manifest.name}`)}  ${paint("gray", `${stack}  ${manifest.file}:${manifest.line}`)}${status}`,
  ];
  for (const step of steps.filter(isTold)) lines.push(...renderStep(step, isPreview, paint));
  for (const problem of diagnostics) lines.push(...renderDiagnostic(problem, paint).map((line) => `  ${line}`));
  return lines;
}

function renderStep(step: Step, isPreview: boolean, paint: Terminal["paint"]): string[] {
  const color = COLORS[step.op];
  const lines = [
    `  ${paint(color, `${GLYPHS[step.op].padEnd(2)} ${describe(step.type, step.urn)}`)}  ${paint("gray", stateOf(step, isPreview))}`,
  ];
  for (const entry of step.diff) lines.push(renderEntry(entry, paint));
  const meaning = step.op === "replace" ? replacementMeans(step.type) : undefined;
  if (meaning) lines.push(`       ${paint("magenta", meaning)}`);
  return lines;
}

/** What became of a step, in words. */
export function stateOf({ op, failed, pending }: Step, isPreview: boolean): string {
  const [future, , past] = WORDS[op];
  if (failed) return "FAILED";
  return pending ? `still ${future}` : isPreview ? future : past;
}

function renderEntry(entry: DiffEntry, paint: Terminal["paint"]): string {
  const color = entry.kind === "add" ? "green" : entry.kind === "delete" ? "red" : "yellow";
  const glyph = entry.kind === "add" ? "+" : entry.kind === "delete" ? "-" : "~";
  const forces = entry.replace ? paint("magenta", "  # forces replacement") : "";
  return `     ${paint(color, `${glyph} ${entry.path}`)}: ${change(entry)}${forces}`;
}

/** `old → new`; `new` of an addition, `old` of a removal. */
export function change({ kind, before, after, unknown }: DiffEntry): string {
  const now = unknown ? "(known after apply)" : show(after);
  if (kind === "add") return now;
  return kind === "delete" ? show(before) : `${show(before)} → ${now}`;
}

function show(value: unknown): string {
  if (value === undefined) return "(none)";
  if (value === "[secret]") return value;
  const text = JSON.stringify(value);
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}… (${text.length} characters)`;
}

function summaryLine(report: RunReport, paint: Terminal["paint"]): string {
  const { stacks, summary, isPreview, verb, ms } = report;
  const count = (result: StackReport["result"]): number => stacks.filter((stack) => stack.result === result).length;
  const parts = (["create", "import", "update", "replace", "delete", "refresh"] as const)
    .filter((op) => (summary[op] ?? 0) > 0)
    .map((op) => paint(COLORS[op], `${summary[op]} ${WORDS[op][isPreview ? 0 : 2]}`));
  if ((summary["same"] ?? 0) > 0) parts.push(`${summary["same"]} unchanged`);
  const [failed, skipped] = [count("failed"), count("skipped")];
  const trouble = [failed > 0 && `${failed} failed`, skipped > 0 && `${skipped} skipped`].filter(Boolean).join(", ");
  const head =
    isPreview && verb !== "refresh"
      ? "Plan"
      : { plan: "Plan", apply: "Applied", destroy: "Destroyed", refresh: "Refreshed", import: "Imported" }[verb];
  const done = parts.length > 0 ? parts.join(", ") : trouble || hasChanges(report) ? "nothing" : "no changes";
  const names = stacks.filter(({ result }) => result === "failed").map(({ manifest }) => manifest.name);
  const who =
    names.length > 0 && stacks.length > 1 ? ` (${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""})` : "";
  return `${paint("bold", `${head}:`)} ${done}${trouble ? `; ${paint("red", trouble + who)}` : ""}  ${paint("gray", duration(ms))}`;
}
