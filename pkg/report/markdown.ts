import { hasChanges } from "../deploy/index.ts";
import type { RunReport, StackReport } from "../deploy/index.ts";
import { change, isInteresting, isTold, stateOf } from "./human-run.ts";
import { GLYPHS, WORDS, describe, duration, replacementMeans } from "./vocabulary.ts";

const MARKS = { succeeded: "✅", failed: "❌", skipped: "⏭️" } as const;
/** GitHub refuses comments over 65,536 characters. */
const MAX_LENGTH = 60_000;

/** A report fit for a pull-request comment: the sum on top, a table, field-level changes folded away. */
export function markdownRun(report: RunReport): string {
  const { stacks, summary, isPreview, verb, ms } = report;
  const parts = Object.entries(summary)
    .filter(([op, count]) => count > 0 && op !== "same" && op !== "read")
    .map(([op, count]) => `**${count}** ${WORDS[op as keyof typeof WORDS][isPreview ? 0 : 2]}`);
  const failed = stacks.filter(({ result }) => result !== "succeeded").length;
  const head = `### ${isPreview ? "Plan" : verb[0]?.toUpperCase() + verb.slice(1)}: ${parts.join(", ") || "no changes"}${failed > 0 ? `, **${failed} failed or skipped**` : ""}`;
  const interesting = stacks.filter(isInteresting);
  const lines = [head, ""];
  if (interesting.length > 0) {
    lines.push("| | Manifest | Stack | Change |", "|---|---|---|---|");
    for (const stack of interesting)
      lines.push(
        `| ${MARKS[stack.result]} | \`${cell(`${stack.manifest.kind}/${stack.manifest.name}`)}\` | \`${cell(stack.stack)}\` | ${changesOf(stack, isPreview)} |`,
      );
    lines.push("");
  }
  const unchanged = stacks.length - interesting.length;
  if (unchanged > 0) lines.push(`${unchanged} manifest${unchanged === 1 ? "" : "s"} unchanged.`, "");
  for (const stack of interesting) lines.push(...details(stack, isPreview));
  lines.push(
    `<sub>openmcf ${isPreview ? "plan" : verb} · ${duration(ms)}${hasChanges(report) ? "" : " · nothing to do"}</sub>`,
  );
  const text = lines.join("\n");
  return text.length <= MAX_LENGTH
    ? text
    : `${text.slice(0, MAX_LENGTH)}\n\`\`\`\n</details>\n\n_Cut here: the whole is in the run's log._`;
}

function changesOf({ steps, result }: StackReport, isPreview: boolean): string {
  const words = steps.filter(isTold).map((step) => stateOf(step, isPreview));
  return words.join(", ") || result;
}

function details({ manifest, steps, diagnostics }: StackReport, isPreview: boolean): string[] {
  const lines: string[] = [];
  for (const step of steps.filter(isTold)) {
    const { op, type, urn, diff } = step;
    lines.push(`${GLYPHS[op]} ${describe(type, urn)} (${stateOf(step, isPreview)})`);
    for (const entry of diff) {
      const sign = entry.kind === "add" ? "+" : entry.kind === "delete" ? "-" : "!";
      lines.push(`${sign}   ${entry.path}: ${change(entry)}${entry.replace ? "  # forces replacement" : ""}`);
    }
    const meaning = op === "replace" ? replacementMeans(type) : undefined;
    if (meaning) lines.push(`#   ${meaning}`);
  }
  for (const { severity, code, message, hint } of diagnostics)
    lines.push(`# ${severity}[${code}]: ${message}${hint ? ` (help: ${hint})` : ""}`);
  if (lines.length === 0) return [];
  // A value may hold a fence of its own.
  const fence = lines.some((line) => line.includes("```")) ? "~~~~" : "```";
  return [
    `<details><summary>${manifest.kind}/${manifest.name}</summary>`,
    "",
    `${fence}diff`,
    ...lines,
    fence,
    "",
    "</details>",
    "",
  ];
}

function cell(text: string): string {
  return text.replace(/[|`\n]/g, " ");
}
