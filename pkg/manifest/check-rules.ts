import { CODES, diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import type { Finding, Kind } from "../kinds/index.ts";
import { UNKNOWN, formatPath, getPath, setPath } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import type { Issue } from "./explain-issue.ts";
import type { HiddenValue } from "./hidden-values.ts";

/**
 * Runs a kind's rules over what the schema has accepted: values of a wrong type are left out, so that one mistake hides
 * no other one.
 * @param hidden values that no text may repeat.
 * @param explained formatted paths of fields that a diagnostic speaks of already.
 */
export function checkRules(
  kind: Kind,
  document: LocatedDocument,
  hidden: readonly HiddenValue[],
  issues: readonly Issue[],
  explained: ReadonlySet<string>,
): Diagnostic[] {
  const spec = usableSpec(document.value, issues);
  const findings = hidden.length === 0 ? kind.rules(spec) : withoutValues(kind, spec, hidden);
  return findings
    .filter(({ missing = [] }) => !missing.some((path) => isExplained(path, explained)))
    .map((finding) => placed(document, finding));
}

/** Issues with a value that still has its type, such as a text of a wrong form. */
const WELL_TYPED = new Set<Issue["code"]>(["unrecognized_keys", "too_small", "too_big", "invalid_format"]);

/** The spec without what has a wrong type. */
function usableSpec(value: PropertyMap, issues: readonly Issue[]): PropertyMap {
  const wrong = issues.filter(({ code }) => !WELL_TYPED.has(code)).map(({ path }) => path as (string | number)[]);
  const root: PropertyMap = { spec: value["spec"] ?? {} };
  if (wrong.length === 0) return root["spec"] as PropertyMap;
  root["spec"] = copyOf(root["spec"] ?? {});
  for (const path of wrong) leaveOut(root, path);
  return (root["spec"] ?? {}) as PropertyMap;
}

function copyOf(value: PropertyValue): PropertyValue {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copyOf(each ?? null)]));
}

/** Takes the value at `path` away; the items behind it in a list keep their places. */
function leaveOut(root: PropertyMap, path: readonly (string | number)[]): void {
  const last = path.at(-1);
  const parent = path.length === 0 ? undefined : getPath(root, path.slice(0, -1));
  if (last === undefined || typeof parent !== "object" || parent === null) return;
  if (Array.isArray(parent)) parent[last as number] = null;
  else delete parent[last];
}

/** Whether a diagnostic speaks of the field, or of an object that it is in. */
function isExplained(path: readonly (string | number)[], explained: ReadonlySet<string>): boolean {
  return path.some((_, index) => explained.has(formatPath(path.slice(0, index + 1))));
}

/**
 * The findings, none with a hidden value in its texts: the texts are of a run that does not know these values. A finding
 * of the run that knows them has a general text of its own.
 */
function withoutValues(kind: Kind, spec: PropertyMap, hidden: readonly HiddenValue[]): Finding[] {
  const safe = new Map(kind.rules(specWith(spec, hidden, () => UNKNOWN)).map((finding) => [keyOf(finding), finding]));
  const findings = kind.rules(specWith(spec, hidden, ({ value }) => value));
  return findings.map((finding) => safe.get(keyOf(finding)) ?? inGeneral(finding, hidden));
}

function specWith(
  spec: PropertyMap,
  hidden: readonly HiddenValue[],
  valueOf: (each: HiddenValue) => string,
): PropertyMap {
  const root: PropertyMap = { spec: copyOf(spec) };
  for (const each of hidden) if (typeof getPath(root, each.path) === "string") setPath(root, each.path, valueOf(each));
  return root["spec"] as PropertyMap;
}

function keyOf({ code, path }: Finding): string {
  return `${code} ${formatPath(path)}`;
}

function inGeneral(finding: Finding, hidden: readonly HiddenValue[]): Finding {
  const { code, severity, path, missing } = finding;
  const own = hidden.filter(({ path: at }) => formatPath(at) === formatPath(path));
  const names = [...new Set((own.length > 0 ? own : hidden).map(({ shown }) => shown))];
  const message = `${String(path.at(-1))} ${names.join(", ")}: ${CODES[code].means}`;
  return { code, path, message, ...(severity ? { severity } : {}), ...(missing ? { missing } : {}) };
}

function placed(document: LocatedDocument, finding: Finding): Diagnostic {
  const { code, severity = "error", message, hint, path, atKey } = finding;
  const more = { severity, ...(hint ? { hint } : {}), path: formatPath(path), ...locate(document, path, atKey) };
  return diagnostic(code, message, more);
}
