import type { StackReport } from "../deploy/index.ts";
import { printable } from "./printable.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

/** More tables than this are a file's worth: `openmcf outputs` has them all. */
const MAX_STACKS = 5;

/** `status.outputs` of each stack as a table; those that do not apply are left out. */
export function renderOutputs(
  stacks: readonly Pick<StackReport, "manifest" | "outputs">[],
  paint: Terminal["paint"],
  limit = MAX_STACKS,
): string[] {
  const shown = stacks.filter(({ outputs }) => Object.keys(outputs).length > 0);
  const lines = shown.slice(0, limit).flatMap(({ manifest, outputs }) => {
    const rows = Object.entries(outputs).flatMap(([name, value]) => rowsOf(name, value, paint));
    return [paint("bold", printable(`status.outputs of ${manifest.kind}/${manifest.name}`)), ...table(rows, "  "), ""];
  });
  if (shown.length > limit) lines.push(paint("gray", `outputs of ${shown.length - limit} more: openmcf outputs`), "");
  return lines;
}

/** A map takes a line an entry; what does not apply takes none. */
function rowsOf(name: string, value: unknown, paint: Terminal["paint"]): string[][] {
  if (value === null || value === undefined || value === "[unknown]") return [];
  const title = paint("cyan", printable(name));
  if (Array.isArray(value)) return [[title, value.map(textOf).join(", ")]];
  if (typeof value !== "object") return [[title, textOf(value)]];
  const entries = Object.entries(value);
  if (entries.length === 0) return [];
  return [[title, ""], ...entries.map(([key, each]) => [paint("cyan", `  ${printable(key)}`), textOf(each)])];
}

function textOf(value: unknown): string {
  return printable(typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
}
