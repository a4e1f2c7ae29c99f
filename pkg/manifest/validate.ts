import type * as z from "zod/mini";
import { closest, diagnostic, hasErrors } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import {
  API_VERSION,
  LABELS,
  childOf,
  envelopeOf,
  fieldKeys,
  fieldOf,
  findKind,
  kindNames,
  specSchemaFor,
} from "../kinds/index.ts";
import type { Finding, Kind, Metadata } from "../kinds/index.ts";
import { formatPath, getPath, parsePath } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import { stackOf } from "./identity.ts";
import type { Manifest } from "./manifest.ts";
import { normalizeKeys } from "./normalize.ts";
import { applyOverrides } from "./overrides.ts";
import { resolveReferences } from "./references.ts";
import type { ReferenceOptions } from "./references.ts";

/** How to validate. */
export interface ValidateOptions extends ReferenceOptions {
  /** `--set` assignments. */
  set: readonly string[];
  /** Do not compile the schema to code first. */
  jitless: boolean;
}

/** Checks one document against its kind; gives the typed manifest when there is no error. */
export function validateDocument(
  document: LocatedDocument,
  options: ValidateOptions,
): { manifest?: Manifest; diagnostics: Diagnostic[] } {
  const { kind, diagnostics } = identify(document);
  if (!kind) return { diagnostics };
  // An override may set what the document does not have.
  const fields = options.set.length > 0 ? kind.spec : specSchemaFor(kind, document.value["spec"]);
  const envelope = schemaOf(kind, fields);
  diagnostics.push(...normalizeKeys(document, envelope));
  diagnostics.push(...applyOverrides(document, envelope, options.set));
  const references = resolveReferences(document, envelope, options);
  markSecrets(document, envelope);
  diagnostics.push(...references.diagnostics);

  const manifest = { ...document.value, apiVersion: API_VERSION, kind: kind.kind };
  const parsed = envelope.safeParse(manifest, { jitless: options.jitless });
  for (const issue of parsed.error?.issues ?? []) {
    if (!references.deferred.has(formatPath(issue.path))) diagnostics.push(...explain(document, envelope, issue));
  }
  // Rules read the fields they need and tolerate what is absent, so they run even beside errors elsewhere in the spec.
  const spec = parsed.success ? parsed.data["spec"] : getPath(document.value, ["spec"]);
  if (isSpecUsable(document, parsed.error?.issues ?? []))
    diagnostics.push(...kind.rules(spec).map((finding) => place(document, finding)));
  diagnostics.push(...checkProvisioner(document));
  if (hasErrors(diagnostics)) return { diagnostics };

  const metadata = document.value["metadata"] as unknown as Metadata;
  const identity = stackOf(kind, metadata, document);
  diagnostics.push(...identity.diagnostics);
  if (!identity.stack) return { diagnostics };
  return {
    diagnostics,
    manifest: { kind, metadata, spec, stack: identity.stack, references: references.references, document },
  };
}

const schemas = new Map<z.ZodMiniType, z.ZodMiniType>();

function schemaOf(kind: Kind, spec: z.ZodMiniType): z.ZodMiniType<Record<string, unknown>> {
  let schema = schemas.get(spec);
  if (!schema) schemas.set(spec, (schema = envelopeOf(kind, spec)));
  return schema as z.ZodMiniType<Record<string, unknown>>;
}

/** Finds the kind, by `apiVersion` and `kind`; in either spelling, as OpenMCF does. */
function identify(document: LocatedDocument): { kind?: Kind; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  for (const [snake, camel] of [["api_version", "apiVersion"]] as const) {
    if (snake in document.value && !(camel in document.value)) {
      document.value[camel] = document.value[snake];
      delete document.value[snake];
      const at = document.places.get(snake);
      if (at) document.places.set(camel, at);
    }
  }
  const version = document.value["apiVersion"];
  const name = document.value["kind"];
  if (version === undefined || version === null) {
    diagnostics.push(
      diagnostic("missing-field", "apiVersion is missing", {
        path: "apiVersion",
        hint: `add apiVersion: ${API_VERSION}`,
        ...locate(document, []),
      }),
    );
  } else if (version !== API_VERSION) {
    const message = `apiVersion is ${JSON.stringify(version)}, not "${API_VERSION}"`;
    diagnostics.push(
      diagnostic("wrong-api-version", message, {
        path: "apiVersion",
        hint: `write apiVersion: ${API_VERSION}`,
        ...locate(document, ["apiVersion"]),
      }),
    );
  }
  if (name === undefined || name === null) {
    diagnostics.push(
      diagnostic("missing-field", "kind is missing", {
        path: "kind",
        hint: `kinds are ${kindNames().join(", ")}`,
        ...locate(document, []),
      }),
    );
    return { diagnostics };
  }
  const kind = typeof name === "string" ? findKind(name) : undefined;
  if (kind) return { kind, diagnostics };
  const near = typeof name === "string" ? closest(name, kindNames()) : undefined;
  const hint = near ? `did you mean ${near}?` : `kinds are ${kindNames().join(", ")}`;
  diagnostics.push(
    diagnostic("unknown-kind", `there is no kind ${JSON.stringify(name)} here`, {
      path: "kind",
      hint,
      ...locate(document, ["kind"]),
    }),
  );
  return { diagnostics };
}

function checkProvisioner(document: LocatedDocument): Diagnostic[] {
  const path = ["metadata", "labels", LABELS.provisioner];
  const value = getPath(document.value, path);
  if (typeof value !== "string" || value.toLowerCase() === "pulumi") return [];
  return [
    diagnostic("unsupported-provisioner", `provisioner "${value}" is not supported: this tool deploys with Pulumi`, {
      path: formatPath(path),
      hint: `set ${LABELS.provisioner}: pulumi, or remove the label`,
      ...locate(document, path),
    }),
  ];
}

function place(document: LocatedDocument, { path, atKey, ...finding }: Finding): Diagnostic {
  return { severity: "error", ...finding, path: formatPath(path), ...locate(document, path, atKey) };
}

/** Rules tolerate what is absent inside a block, and an empty text; not a block, list or text of another type. */
function isSpecUsable(document: LocatedDocument, issues: readonly { path: PropertyKey[]; code: string }[]): boolean {
  return !issues.some(({ path, code }) => {
    if (code !== "invalid_type" || (path.length > 0 && path[0] !== "spec")) return false;
    return path.length <= 2 || (getPath(document.value, path as (string | number)[]) ?? null) !== null;
  });
}

/** Records where secrets stand, so that code frames mask them: also a misspelt field beside secret ones may hold one. */
function markSecrets(document: LocatedDocument, envelope: z.ZodMiniType): void {
  const { places, source } = document;
  const masks: (readonly [number, number])[] = [...(source.masks ?? [])];
  const mask = (path: string): void => {
    const span = places.get(path)?.value;
    if (span && !places.has(`${path}.valueFrom`)) masks.push(span);
  };
  const visit = (schema: z.ZodMiniType, path: string): void => {
    const keys = fieldKeys(schema);
    const fields = keys.map(
      (key) => [path === "" ? key : `${path}.${key}`, childOf(schema, key) as z.ZodMiniType] as const,
    );
    const secrets = fields.filter(([, field]) => fieldOf(field).secret);
    for (const [at] of secrets) mask(at);
    if (secrets.length > 0) {
      const given = Object.keys(getPath(document.value, parsePath(path)) ?? {});
      for (const key of given.filter((each) => !keys.includes(each))) mask(`${path}.${key}`);
    }
    for (const [at, field] of fields) visit(field, at);
  };
  visit(envelope, "");
  source.masks = masks;
}

type Issue = z.core.$ZodIssue;

/** Says in a person's words what zod found. Never repeats a value that the schema calls secret. */
function explain(document: LocatedDocument, envelope: z.ZodMiniType, issue: Issue): Diagnostic[] {
  const path = issue.path as (string | number)[];
  const name = String(path.at(-1) ?? "the manifest");
  const at = (code: Diagnostic["code"], message: string, hint?: string): Diagnostic[] => [
    diagnostic(code, message, { path: formatPath(path), ...(hint ? { hint } : {}), ...locate(document, path) }),
  ];
  const field = path.reduce<z.ZodMiniType | undefined>((schema, step) => schema && childOf(schema, step), envelope);
  const isSecret = field !== undefined && fieldOf(field).secret;
  const value = getPath(document.value, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownField(document, field, path, key));
    case "invalid_type":
      if (value === undefined || value === null)
        return at(
          "missing-field",
          `${name} is ${value === null ? "empty" : "missing"}`,
          field && fieldOf(field).description,
        );
      if (issue.expected === "string" && typeof value === "number") return unquoted(document, path, name, isSecret);
      return at(
        "wrong-type",
        `${name} is ${aOrAn(typeOf(value))}, not ${aOrAn(issue.expected === "record" ? "map" : issue.expected)}`,
      );
    case "invalid_value": {
      if (value === undefined)
        return at("missing-field", `${name} is missing`, `it is one of ${issue.values.join(", ")}`);
      const near = typeof value === "string" ? closest(value, issue.values.map(String)) : undefined;
      const list = issue.values.map(String).join(", ");
      return at(
        "invalid-value",
        `${name} is ${JSON.stringify(value)}, not one of ${list}`,
        near && `did you mean "${near}"?`,
      );
    }
    default: {
      const shown = typeof value === "string" && value !== "" && !isSecret ? ` ${JSON.stringify(value)}` : "";
      return at("invalid-value", `${name}${shown} ${issue.message}`);
    }
  }
}

function unknownField(
  document: LocatedDocument,
  parent: z.ZodMiniType | undefined,
  path: (string | number)[],
  key: string,
): Diagnostic {
  const known = parent ? fieldKeys(parent) : [];
  const near = closest(key, known);
  const where = path.length > 0 ? `${formatPath(path)} has` : "a manifest has";
  return diagnostic("unknown-field", `${where} no field "${key}"`, {
    path: formatPath([...path, key]),
    hint: near ? `did you mean "${near}"?` : `it has ${known.join(", ")}`,
    ...locate(document, [...path, key], true),
  });
}

function unquoted(document: LocatedDocument, path: (string | number)[], name: string, isSecret: boolean): Diagnostic[] {
  const written = document.places.get(formatPath(path))?.written ?? "";
  const hint = isSecret ? "put quotes around it" : `quote it: ${name}: "${written}"`;
  const why = written.startsWith("0")
    ? "YAML reads it as a number and drops the leading zero"
    : "YAML reads it as a number";
  return [
    diagnostic("unquoted-number", `${name} needs quotes: ${why}`, {
      path: formatPath(path),
      hint,
      ...locate(document, path),
    }),
  ];
}

function typeOf(value: unknown): string {
  return Array.isArray(value) ? "list" : typeof value;
}

function aOrAn(type: string): string {
  const noun = type === "array" ? "list" : type;
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
