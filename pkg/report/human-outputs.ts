import type { StackReport } from "../deploy/index.ts";
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
    return [paint("bold", `status.outputs of ${manifest.kind}/${manifest.name}`), ...table(rows, "  "), ""];
  });
  if (shown.length > limit) lines.push(paint("gray", `outputs of ${shown.length - limit} more: openmcf outputs`), "");
  return lines;
}

/** A map takes a line an entry; what does not apply takes none. */
function rowsOf(name: string, value: unknown, paint: Terminal["paint"]): string[][] {
  if (value === null || value === "[unknown]") return [];
  if (Array.isArray(value)) return [[paint("cyan", name), value.join(", ")]];
  if (typeof value !== "object" || value === undefined)
    return [[paint("cyan", name), typeof value === "string" ? value : JSON.stringify(value)]];
  const entries = Object.entries(value as Record<string, unknown>);
  if (entries.length === 0) return [];
  return [[paint("cyan", name), ""], ...entries.map(([key, each]) => [paint("cyan", `  ${key}`), String(each)])];
}
