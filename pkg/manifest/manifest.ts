import type { Kind, Metadata } from "../kinds/index.ts";
import type { LocatedDocument } from "./document.ts";
import type { StackIdentity } from "./identity.ts";
import type { NamedTenant } from "./named-tenant.ts";
import type { ManifestReference } from "./references.ts";

/** A manifest that passed validation. */
export interface Manifest {
  kind: Kind;
  metadata: Metadata;
  /** Typed by the kind's schema; a field that awaits another manifest holds the unknown sentinel. */
  spec: unknown;
  stack: StackIdentity;
  /** The tenant that it names. Absent: the one that the credentials are for. */
  tenant?: NamedTenant;
  /** Fields that take their value from another manifest's outputs. */
  references: ManifestReference[];
  document: LocatedDocument;
}
