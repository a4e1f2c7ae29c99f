import type { RunReport } from "../deploy/index.ts";
import type { DiffEntry, Step } from "../engine/index.ts";
import { printable } from "./printable.ts";

/** Policies are long; `-o json` has them whole. */
const MAX_VALUE = 160;

/** `old → new`; `new` of an addition, `old` of a removal. */
export function change({ kind, before, after, unknown }: DiffEntry): string {
  const now = unknown ? "(known after apply)" : show(after);
  if (kind === "add") return now;
  return kind === "delete" ? show(before) : `${show(before)} → ${now}`;
}

function show(value: unknown): string {
  if (value === undefined) return "(none)";
  if (value === "[secret]") return value;
  const text = printable(JSON.stringify(value));
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE)}… (${text.length} characters)`;
}

/** What stands behind a change, as a note at the end of its line. */
export function entryNote({ replace, drift }: DiffEntry): string {
  return `${drift ? "  # drift: changed elsewhere" : ""}${replace ? "  # forces replacement" : ""}`;
}

/** The same of a whole step. */
export function stepNote({ gone }: Step): string {
  return gone ? "  # drift: it was deleted elsewhere" : "";
}

/** Of a plan: that it says nothing of the live side, and why. */
export function comparisonNote({ isPreview, notCompared }: RunReport): string | undefined {
  if (!isPreview || !notCompared) return undefined;
  return printable(`Not compared with the live side: ${notCompared.join("; ")}`);
}
