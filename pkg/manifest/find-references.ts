import type * as z from "zod/mini";
import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { fieldOf, findKind, visitFields } from "../kinds/index.ts";
import type { FieldNode } from "../kinds/index.ts";
import { UNKNOWN, formatPath, parsePath } from "../values/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import { parseReference } from "./value-origin.ts";
import type { OutputName, SourcedValue } from "./value-origin.ts";

/** A field that takes its value from another manifest's `status.outputs`. */
export interface ManifestReference {
  /** Where the value goes, from the document's root. */
  path: (string | number)[];
  kind: string;
  name: string;
  /** Steps below `status.outputs`. */
  output: (string | number)[];
}

/** A field that takes its value from the environment or a file. */
export type ValueRequest = Omit<SourcedValue, "value">;

/** What a document takes from elsewhere. */
export interface FoundReferences {
  /** The document with the unknown sentinel in place of what comes from elsewhere. */
  document: LocatedDocument;
  requests: ValueRequest[];
  references: ManifestReference[];
  /** Formatted paths of references that are wrong: their values are never known. */
  broken: Set<string>;
  diagnostics: Diagnostic[];
}

/** Finds `{value}` and `{valueFrom}` where the schema allows them. Nothing is read. */
export function findReferences(document: LocatedDocument, schema: z.ZodMiniType): FoundReferences {
  const found: FoundReferences = { document, requests: [], references: [], broken: new Set(), diagnostics: [] };
  const field = (node: FieldNode): PropertyValue | undefined => {
    if (!isMap(node.value) || !fieldOf(node.schema).ref) return node.value;
    const reference = parseReference(node.value);
    const path = [...node.path];
    if (typeof reference === "string") refuse(found, path, reference, hintFor(reference));
    else if ("literal" in reference) return reference.literal;
    else if ("origin" in reference) found.requests.push({ path, origin: reference.origin });
    else addOutput(found, path, reference.output);
    return UNKNOWN;
  };
  const value = visitFields(document.value, schema, { field });
  return { ...found, document: { ...document, value } };
}

function hintFor(problem: string): string {
  return problem.startsWith("env is")
    ? "env takes the variable's name, not its value: {valueFrom: {env: WEBHOOK_TOKEN}}"
    : "write the text, or for example {valueFrom: {env: WEBHOOK_TOKEN}}";
}

function refuse(found: FoundReferences, path: (string | number)[], message: string, hint?: string): void {
  const place = { path: formatPath(path), ...locate(found.document, path), ...(hint ? { hint } : {}) };
  found.diagnostics.push(diagnostic("unresolved-reference", message, place));
  found.broken.add(formatPath(path));
}

function addOutput(
  found: FoundReferences,
  path: (string | number)[],
  { kind: kindName, name, fieldPath }: OutputName,
): void {
  const kind = findKind(kindName);
  const [status, outputs, ...output] = stepsOf(fieldPath);
  if (!kind) refuse(found, path, `there is no kind "${kindName}"`);
  else if (status !== "status" || outputs !== "outputs" || output.length === 0)
    refuse(
      found,
      path,
      `fieldPath "${fieldPath}" does not start with status.outputs.`,
      "for example status.outputs.id",
    );
  else if (!Object.hasOwn(kind.outputs, output[0] ?? ""))
    refuse(found, path, `${kind.kind} has no output "${output[0]}"`, `it has ${Object.keys(kind.outputs).join(", ")}`);
  else found.references.push({ path, kind: kind.kind, name, output });
}

function stepsOf(path: string): (string | number)[] {
  try {
    return parsePath(path);
  } catch {
    return [];
  }
}

function isMap(value: PropertyValue): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
