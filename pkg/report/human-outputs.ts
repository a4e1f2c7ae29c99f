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
    const rows = Object.entries(outputs)
      .filter(([, value]) => value !== null && value !== "[unknown]")
      .map(([name, value]) => [paint("cyan", name), Array.isArray(value) ? value.join(", ") : String(value)]);
    return [paint("bold", `status.outputs of ${manifest.kind}/${manifest.name}`), ...table(rows, "  "), ""];
  });
  if (shown.length > limit) lines.push(paint("gray", `outputs of ${shown.length - limit} more: openmcf outputs`), "");
  return lines;
}
