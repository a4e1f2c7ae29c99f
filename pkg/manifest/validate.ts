import type * as z from "zod/mini";
import { diagnostic, hasErrors } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { API_VERSION, envelopeOf, specSchemaFor } from "../kinds/index.ts";
import type { Kind, Metadata } from "../kinds/index.ts";
import { formatPath } from "../values/index.ts";
import { checkLabels } from "./check-labels.ts";
import { checkPlaceholders } from "./check-placeholders.ts";
import { checkRules } from "./check-rules.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import { explainIssues } from "./explain-issue.ts";
import type { Issue } from "./explain-issue.ts";
import type { ManifestReference } from "./find-references.ts";
import { hiddenValues, shownByPath } from "./hidden-values.ts";
import { stackOf } from "./identity.ts";
import type { StackIdentity } from "./identity.ts";
import type { Manifest } from "./manifest.ts";
import type { NamedTenant } from "./named-tenant.ts";
import { withValues } from "./resolve-values.ts";
import type { SourcedValue } from "./value-origin.ts";

/** A document with all that it takes from elsewhere at hand. */
export interface Resolved {
  kind: Kind;
  schema: z.ZodMiniType;
  /** The unknown sentinel stands where a value comes from elsewhere. */
  document: LocatedDocument;
  sourced: readonly SourcedValue[];
  references: ManifestReference[];
  /** Formatted paths whose value is not known: what the schema says of them does not count yet. */
  unknown: ReadonlySet<string>;
}

/** What validation gives. */
export interface Validated {
  /** There when there is no error. */
  manifest?: Manifest;
  /** Who the manifest is, as soon as that much is valid: also beside errors elsewhere. */
  identity?: ManifestIdentity;
  diagnostics: Diagnostic[];
}

/** What no two manifests of a command may share. */
export interface ManifestIdentity {
  kind: Kind;
  metadata: Metadata;
  stack: StackIdentity;
  /** The tenant that it names. */
  tenant?: NamedTenant;
  document: LocatedDocument;
}

/**
 * Checks a document against its kind.
 * @param tenant that the manifest, or its folder, names.
 * @param jitless do not compile the schema to code first.
 */
export function validate(resolved: Resolved, tenant: NamedTenant | undefined, jitless: boolean): Validated {
  const { kind, schema, document, sourced, references } = resolved;
  const issues = issuesOf(resolved, jitless);
  if (!issues) return { diagnostics: [tooManyProblems(document)] };
  const hidden = hiddenValues(document, schema, sourced);
  const explained = explainIssues(document, schema, issues, shownByPath(hidden));
  const diagnostics = [
    ...explained.diagnostics,
    ...checkRules(kind, document, hidden, issues, explained.fields),
    ...checkLabels(document),
    ...checkPlaceholders(document, schema),
  ];
  if (issues.some(({ path: [first] }) => first === undefined || first === "metadata")) return { diagnostics };
  const metadata = document.value["metadata"] as unknown as Metadata;
  const { stack, diagnostics: found } = stackOf(kind, metadata, document);
  for (const each of found) diagnostics.push(each);
  if (!stack) return { diagnostics };
  const identity = { kind, metadata, stack, document, ...(tenant ? { tenant } : {}) };
  if (hasErrors(diagnostics)) return { identity, diagnostics };
  return { identity, diagnostics, manifest: { ...identity, spec: document.value["spec"], references, sourced } };
}

/** What the schema says; `undefined` when that is more than zod can list. */
function issuesOf(resolved: Resolved, jitless: boolean): readonly Issue[] | undefined {
  const { kind, schema, document, sourced, unknown } = resolved;
  const value = { ...withValues(document.value, sourced), apiVersion: API_VERSION, kind: kind.kind };
  try {
    const { error } = schema.safeParse(value, { jitless });
    return (error?.issues ?? []).filter(({ path }) => !unknown.has(formatPath(path)));
  } catch (error) {
    // zod passes the issues of a list as arguments of a call, which has room for about 100,000.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function tooManyProblems(document: LocatedDocument): Diagnostic {
  const message = "more entries of a list are wrong than can be listed";
  return diagnostic("invalid-value", message, { path: "spec", ...locate(document, ["spec"]) });
}

const schemas = new WeakMap<z.ZodMiniType, z.ZodMiniType>();

/** The schema of a document of `kind`. @param mayChange flags may still add fields that the document does not have */
export function schemaFor(kind: Kind, document: LocatedDocument, mayChange: boolean): z.ZodMiniType {
  const spec = mayChange ? kind.spec : specSchemaFor(kind, document.value["spec"]);
  let schema = schemas.get(spec);
  if (!schema) schemas.set(spec, (schema = envelopeOf(kind, spec)));
  return schema;
}
