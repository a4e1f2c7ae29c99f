import { closest, diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { API_VERSION, findKind, kindNames } from "../kinds/index.ts";
import type { Kind } from "../kinds/index.ts";
import type { PropertyValue } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";
import { showAt } from "./hidden-values.ts";

/** Finds the kind, by `apiVersion` and `kind`; in either spelling, as OpenMCF does. */
export function identify(document: LocatedDocument): { kind?: Kind; diagnostics: Diagnostic[] } {
  const { kind, diagnostics } = kindOf(document);
  return { ...(kind ? { kind } : {}), diagnostics: [...apiVersion(document), ...diagnostics] };
}

function apiVersion(document: LocatedDocument): Diagnostic[] {
  const key = "apiVersion" in document.value ? "apiVersion" : "api_version";
  const version = document.value[key] ?? undefined;
  if (version === API_VERSION) return [];
  if (version === undefined) return [missing(document, "apiVersion", `add apiVersion: ${API_VERSION}`)];
  const message = `apiVersion is ${showAt(document, [key])}, not "${API_VERSION}"`;
  return [at(document, "wrong-api-version", "apiVersion", message, `write apiVersion: ${API_VERSION}`)];
}

function kindOf(document: LocatedDocument): { kind?: Kind; diagnostics: Diagnostic[] } {
  const name = document.value["kind"] ?? undefined;
  if (name === undefined) return { diagnostics: [missing(document, "kind", kindsAre())] };
  const kind = typeof name === "string" ? findKind(name) : undefined;
  if (!kind) return { diagnostics: [unknownKind(document, name)] };
  if (name === kind.kind) return { kind, diagnostics: [] };
  const message = `kind is written ${showAt(document, ["kind"])}; its name is ${kind.kind}`;
  const spelling = at(
    document,
    "kind-spelling",
    "kind",
    message,
    `write kind: ${kind.kind}, as editors and other tools expect it`,
  );
  return { kind, diagnostics: [{ ...spelling, severity: "warning" }] };
}

function unknownKind(document: LocatedDocument, name: PropertyValue): Diagnostic {
  const near = typeof name === "string" ? closest(name, kindNames()) : undefined;
  return at(
    document,
    "unknown-kind",
    "kind",
    `there is no kind ${showAt(document, ["kind"])} here`,
    near ? `did you mean ${near}?` : kindsAre(),
  );
}

function kindsAre(): string {
  return `kinds are ${kindNames().join(", ")}`;
}

function missing(document: LocatedDocument, path: string, hint: string): Diagnostic {
  return { ...at(document, "missing-field", path, `${path} is missing`, hint), ...locate(document, []) };
}

function at(
  document: LocatedDocument,
  code: Diagnostic["code"],
  path: string,
  message: string,
  hint: string,
): Diagnostic {
  return diagnostic(code, message, { path, hint, ...locate(document, [path]) });
}
