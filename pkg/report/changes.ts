import type { DiffEntry } from "../engine/index.ts";
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
