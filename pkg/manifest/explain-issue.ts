import type * as z from "zod/mini";
import { closest, diagnostic } from "../diagnostics/index.ts";
import type { Code, Diagnostic } from "../diagnostics/index.ts";
import { childOf, fieldKeys, fieldOf } from "../kinds/index.ts";
import { formatPath, getPath } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import { placeAt } from "./place.ts";
import { showValue, typeOf, withArticle } from "./show-value.ts";

/** What zod found in a document. */
export type Issue = z.core.$ZodIssue;

type Path = (string | number)[];

/** An issue with what is at its place. */
interface Found {
  document: LocatedDocument;
  path: Path;
  /** The field's name in messages. */
  name: string;
  field: z.ZodMiniType | undefined;
  value: PropertyValue | undefined;
  /** The value as a message may repeat it; `undefined` for a secret. */
  shown: string | undefined;
}

/** What issues mean to a person. */
export interface Explained {
  diagnostics: Diagnostic[];
  /** Formatted paths of the fields that diagnostics are about, including fields whose key is misspelt. */
  fields: ReadonlySet<string>;
}

/**
 * Turns zod's issues into diagnostics. A field that is missing because its key is misspelt is reported once.
 * @param hidden by formatted path: what is shown instead of a value that no text may repeat.
 */
export function explainIssues(
  document: LocatedDocument,
  schema: z.ZodMiniType,
  issues: readonly Issue[],
  hidden: ReadonlyMap<string, string>,
): Explained {
  const diagnostics: Diagnostic[] = [];
  const fields = new Set<string>();
  const all = issues.map((issue) => ({ issue, found: findingAt(document, schema, issue, hidden) }));
  for (const { issue, found } of all)
    if (issue.code === "unrecognized_keys") {
      const known = found.field ? fieldKeys(found.field) : [];
      const list = `it has ${known.join(", ")}`;
      for (const key of issue.keys) {
        const near = closest(key, known);
        if (near !== undefined) fields.add(formatPath([...found.path, near]));
        diagnostics.push(
          unknownField(found, key, near === undefined ? list : `did you mean "${near}"?`, near !== undefined),
        );
      }
    }
  for (const { issue, found } of all) {
    if (issue.code === "unrecognized_keys") continue;
    const path = formatPath(found.path);
    if (found.value === undefined && fields.has(path)) continue;
    fields.add(path);
    diagnostics.push(explain(found, issue));
  }
  return { diagnostics, fields };
}

function findingAt(
  document: LocatedDocument,
  schema: z.ZodMiniType,
  issue: Issue,
  hidden: ReadonlyMap<string, string>,
): Found {
  const path = issue.path as Path;
  const field = path.reduce<z.ZodMiniType | undefined>((at, step) => at && childOf(at, step), schema);
  const value = getPath(document.value, path);
  const isSecret = field !== undefined && fieldOf(field).secret;
  const shown = hidden.get(formatPath(path)) ?? (isSecret ? undefined : showValue(value));
  return { document, path, name: String(path.at(-1) ?? "the manifest"), field, value, shown };
}

function explain(found: Found, issue: Exclude<Issue, { code: "unrecognized_keys" }>): Diagnostic {
  if (issue.code === "invalid_type") return wrongType(found, issue.expected);
  if (issue.code === "invalid_value") return notOneOf(found, issue.values.map(String));
  const shown = found.value === "" ? undefined : found.shown;
  return say(found, "invalid-value", [found.name, shown, issue.message].filter(Boolean).join(" "));
}

function wrongType(found: Found, expected: string): Diagnostic {
  const { name, field, value, document, path, shown } = found;
  if (value === undefined || value === null) {
    const hint = field && fieldOf(field).description;
    return say(found, "missing-field", `${name} is ${value === null ? "empty" : "missing"}`, hint);
  }
  if (expected === "string" && typeof value === "number") {
    const written = placeAt(document.places, path)?.written ?? String(value);
    const why = `YAML reads it as a number${written.startsWith("0") ? " and drops the leading zero" : ""}`;
    const hint = shown === undefined ? "put quotes around it" : `quote it: ${name}: "${written}"`;
    return say(found, "unquoted-number", `${name} needs quotes: ${why}`, hint);
  }
  const wanted = expected === "record" || expected === "object" ? "map" : expected === "array" ? "list" : expected;
  const isBareItem = wanted === "list" && typeof value === "string" && shown !== undefined;
  const hint = isBareItem ? `write ${name}: [${shown}]` : undefined;
  return say(found, "wrong-type", `${name} is ${withArticle(typeOf(value))}, not ${withArticle(wanted)}`, hint);
}

function notOneOf(found: Found, values: readonly string[]): Diagnostic {
  const { name, field, value, shown } = found;
  const list = values.join(", ");
  if (value === undefined || value === null)
    return say(found, "missing-field", `${name} is ${value === null ? "empty" : "missing"}`, `it is one of ${list}`);
  const near =
    typeof value === "object" ? undefined : (meaningOf(field, String(value)) ?? closest(String(value), values));
  return say(
    found,
    "invalid-value",
    `${name} is ${shown ?? "a secret"}, not one of ${list}`,
    near && `did you mean "${near}"?`,
  );
}

/** What a word of other tools is called here. */
function meaningOf(field: z.ZodMiniType | undefined, word: string): string | undefined {
  const { synonyms = {} } = field ? fieldOf(field) : {};
  const key = word.toLowerCase();
  return Object.hasOwn(synonyms, key) ? synonyms[key] : undefined;
}

function unknownField(found: Found, key: string, hint: string, isNear: boolean): Diagnostic {
  const { document, path } = found;
  const at = [...path, key];
  const where = path.length > 0 ? `${formatPath(path)} has` : "a manifest has";
  const text = isNear || isLikelyName(found, key) ? `no field "${key}"` : "no such field";
  return diagnostic("unknown-field", `${where} ${text}`, {
    path: formatPath(at),
    hint,
    ...locate(document, at, true),
  });
}

/** Beside secrets, a key without a value may be a secret whose key or colon is missing. */
function isLikelyName({ field, value }: Found, key: string): boolean {
  if (!field) return true;
  const fields = fieldKeys(field).map((name) => childOf(field, name));
  const isBesideSecret = fields.some((each) => each !== undefined && fieldOf(each).secret);
  return !isBesideSecret || ((value as PropertyMap)[key] ?? null) !== null;
}

function say({ document, path, value }: Found, code: Code, message: string, hint?: string): Diagnostic {
  // An empty value has no text to point at.
  const place = locate(document, path, value === null);
  return diagnostic(code, message, { path: formatPath(path), ...(hint ? { hint } : {}), ...place });
}
