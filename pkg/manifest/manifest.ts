import type { Kind, Metadata } from "../kinds/index.ts";
import type { LocatedDocument } from "./document.ts";
import type { ManifestReference } from "./find-references.ts";
import type { StackIdentity } from "./identity.ts";
import type { NamedTenant } from "./named-tenant.ts";
import type { SourcedValue } from "./value-origin.ts";

/** A manifest that passed validation. */
export interface Manifest {
  kind: Kind;
  metadata: Metadata;
  /** Typed by the kind's schema; a field whose value comes from elsewhere holds the unknown sentinel. */
  spec: unknown;
  stack: StackIdentity;
  /** The tenant that it names. Absent: the one that the credentials are for. */
  tenant?: NamedTenant;
  /** Fields that take their value from another manifest's outputs. */
  references: ManifestReference[];
  /** Values from the environment and files: secret in every field. */
  sourced: readonly SourcedValue[];
  document: LocatedDocument;
}
