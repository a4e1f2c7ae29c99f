import { closest, diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { LABELS } from "../kinds/index.ts";
import { formatPath, getPath } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import { showAt } from "./hidden-values.ts";

const KNOWN: readonly string[] = Object.values(LABELS);
/** Labels below it are for this tool alone. */
const OUR_PREFIX = "pulumi.openmcf.org/";
/** A label that differs more from ours is somebody else's. */
const MAX_TYPOS = 2;

/** Labels that this tool would read if they were written correctly, and a provisioner that it is not. */
export function checkLabels(document: LocatedDocument): Diagnostic[] {
  const labels = getPath(document.value, ["metadata", "labels"]);
  if (typeof labels !== "object" || labels === null || Array.isArray(labels)) return [];
  return Object.keys(labels).flatMap((label) => [
    ...provisioner(document, label, labels[label]),
    ...misspelt(document, label),
  ]);
}

function provisioner(document: LocatedDocument, label: string, value: unknown): Diagnostic[] {
  if (label !== LABELS.provisioner || typeof value !== "string" || value.toLowerCase() === "pulumi") return [];
  const path = ["metadata", "labels", label];
  const hint = `set ${label}: pulumi, or remove the label`;
  const message = `provisioner ${showAt(document, path)} is not supported: this tool deploys with Pulumi`;
  return [diagnostic("unsupported-provisioner", message, { path: formatPath(path), hint, ...locate(document, path) })];
}

function misspelt(document: LocatedDocument, label: string): Diagnostic[] {
  if (KNOWN.includes(label)) return [];
  const near = nearestLabel(label);
  if (near === undefined && !label.startsWith(OUR_PREFIX)) return [];
  const path = ["metadata", "labels", label];
  const hint = near
    ? `did you mean "${near}"?`
    : `labels below ${OUR_PREFIX} are ${KNOWN.filter((known) => known.startsWith(OUR_PREFIX)).join(", ")}`;
  const more = { severity: "warning", path: formatPath(path), hint, ...locate(document, path, true) } as const;
  return [diagnostic("unknown-label", `label "${label}" means nothing to this tool`, more)];
}

/** The label that was meant by a misspelt one. */
export function nearestLabel(label: string): string | undefined {
  if (label.startsWith(OUR_PREFIX)) return closest(label, KNOWN);
  return closest(label, KNOWN, MAX_TYPOS);
}
