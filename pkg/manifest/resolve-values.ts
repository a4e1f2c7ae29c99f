import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { formatPath, setPath } from "../values/index.ts";
import type { PropertyMap } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import type { ValueRequest } from "./find-references.ts";
import type { Answer } from "./read-values.ts";
import { showOrigin } from "./value-origin.ts";
import type { SourcedValue } from "./value-origin.ts";

/** What an absent environment variable or file is: an error, or (away from the place of deployment) a warning. */
export type Absence = "error" | "defer";

/** What became of a document's requests for values. */
export interface ResolvedValues {
  sourced: SourcedValue[];
  /** Formatted paths whose value is not known. */
  unknown: Set<string>;
  diagnostics: Diagnostic[];
}

/** Matches requests with answers. @param answers by {@link showOrigin} */
export function resolveValues(
  document: LocatedDocument,
  requests: readonly ValueRequest[],
  answers: ReadonlyMap<string, Answer>,
  absence: Absence,
): ResolvedValues {
  const resolved: ResolvedValues = { sourced: [], unknown: new Set(), diagnostics: [] };
  for (const { path, origin } of requests) {
    const answer = answers.get(showOrigin(origin)) ?? { absent: `${showOrigin(origin)} was not read`, hint: "" };
    if ("value" in answer) {
      resolved.sourced.push({ path, origin, value: answer.value });
      continue;
    }
    resolved.unknown.add(formatPath(path));
    resolved.diagnostics.push({ ...problemOf(answer, absence), path: formatPath(path), ...locate(document, path) });
  }
  return resolved;
}

function problemOf(answer: Exclude<Answer, { value: string }>, absence: Absence): Diagnostic {
  if ("refused" in answer) return diagnostic("forbidden-reference", answer.refused, { hint: answer.hint });
  if (absence === "error") return diagnostic("unresolved-reference", answer.absent, { hint: answer.hint });
  const hint = `${answer.hint}; apply will refuse until then`;
  return diagnostic("unresolved-reference", answer.absent, { severity: "warning", hint });
}

/** A copy of a document's value with the values from elsewhere in clear. */
export function withValues(value: PropertyMap, sourced: readonly SourcedValue[]): PropertyMap {
  if (sourced.length === 0) return value;
  const plain = structuredClone(value);
  for (const { path, value: text } of sourced) setPath(plain, path, text);
  return plain;
}
