import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import { LABELS } from "../kinds/index.ts";
import { DOMAIN, domainOf, formatPath, getPath } from "../values/index.ts";
import { locate } from "./document.ts";
import type { LocatedDocument } from "./document.ts";

/** The tenant that a manifest says it belongs to. */
export interface NamedTenant {
  /** As `domainOf` gives it. */
  domain: string;
  /** Where it is said: in the manifest's label, or in the settings of its folder. */
  place: Partial<Diagnostic>;
}

/**
 * The tenant that a manifest names: by its label `openmcf.org/auth0-domain`, else by `tenant` in the settings of its
 * folder. The domain may be written as a base URL.
 * @returns neither of both when none is named.
 */
export function namedTenant(
  document: LocatedDocument,
  settings: LocatedDocument | undefined,
): { tenant?: NamedTenant; diagnostics: Diagnostic[] } {
  const label = ["metadata", "labels", LABELS.auth0Domain];
  // A value of another type is the schema's to refuse.
  if (typeof getPath(document.value, label) === "string") return read(document, label);
  if (settings && settings.value["tenant"] !== undefined) return read(settings, ["tenant"]);
  return { diagnostics: [] };
}

function read(document: LocatedDocument, path: string[]): { tenant?: NamedTenant; diagnostics: Diagnostic[] } {
  const value = getPath(document.value, path);
  const domain = typeof value === "string" ? domainOf(value) : "";
  const place = { path: formatPath(path), ...locate(document, path) };
  if (DOMAIN.test(domain)) return { tenant: { domain, place }, diagnostics: [] };
  const hint = "write the tenant's domain, for example acme.eu.auth0.com";
  return { diagnostics: [diagnostic("invalid-value", `${path.at(-1)} is not a domain`, { hint, ...place })] };
}
