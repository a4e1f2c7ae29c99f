import * as z from "zod/mini";
import { toCamel } from "../diagnostics/index.ts";
import { block, described, stringMap, word } from "./fields.ts";
import type { Kind } from "./kind.ts";
import { API_VERSION } from "./registry.ts";
import { fieldKeys } from "./schema-walk.ts";

/** Labels that say where and how a manifest is deployed (OpenMCF's names, and one of ours in the same form). */
export const LABELS = {
  auth0Domain: "openmcf.org/auth0-domain",
  provisioner: "openmcf.org/provisioner",
  fqdn: "pulumi.openmcf.org/stack.fqdn",
  organization: "pulumi.openmcf.org/organization",
  project: "pulumi.openmcf.org/project",
  stackName: "pulumi.openmcf.org/stack.name",
} as const;

/** What Pulumi allows in the name of a stack or project (`sdk/go/common/tokens`), less what is a folder's own name or its parent's. */
export const STACK_NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}$/;

const note = (description: string): z.ZodMiniOptional<z.ZodMiniString> =>
  z.optional(described(z.string(), { description }));

const metadata = block("Who this resource is.", {
  name: described(word().check(z.maxLength(128, { error: "is longer than the 128 characters Auth0 allows" })), {
    description: "Name of the resource; also the name of the stream at Auth0, unique on a tenant.",
  }),
  slug: note("Short name for URLs."),
  id: note("Identifier in OpenMCF's own services."),
  org: note("Organization that owns the resource."),
  env: note("Environment, e.g. `prod`; the first part of the default stack name."),
  labels: z.optional(
    stringMap("Labels; `pulumi.openmcf.org/…` name the stack, `openmcf.org/auth0-domain` the tenant."),
  ),
  annotations: z.optional(stringMap("Free notes for people and tools.")),
  tags: z.optional(described(z.array(z.string()), { description: "Tags." })),
  relationships: z.optional(
    described(
      z.array(
        z.strictObject({
          kind: described(z.string(), { description: "Kind of the other resource." }),
          env: note("Its environment."),
          name: described(z.string(), { description: "Its name." }),
          type: z.optional(
            described(z.enum(["depends_on", "runs_on", "managed_by", "uses"]), {
              description: "What this resource is to it.",
            }),
          ),
        }),
      ),
      { description: "How this resource relates to others." },
    ),
  ),
  group: note("Group shown in OpenMCF's own services."),
});

/** The `metadata` block of a manifest. */
export type Metadata = z.infer<typeof metadata>;

/** The schema that a document's spec needs: without the blocks that it does not use, which take time to build. */
export function specSchemaFor(kind: Kind, spec: unknown): z.ZodMiniType {
  const { commonSpec } = kind;
  if (!commonSpec || typeof spec !== "object" || spec === null) return kind.spec;
  const known = new Set(fieldKeys(commonSpec));
  return Object.keys(spec).every((key) => known.has(toCamel(key))) ? commonSpec : kind.spec;
}

/** The schema of a whole manifest of `kind`. @param spec the schema of its spec, if not the whole one. */
export function envelopeOf(kind: Kind, spec: z.ZodMiniType = kind.spec): z.ZodMiniObject {
  return z.strictObject({
    apiVersion: described(z.literal(API_VERSION), { description: "Version of the API." }),
    kind: described(z.literal(kind.kind), { description: "Kind of the resource." }),
    metadata,
    spec,
    status: z.optional(described(z.unknown(), { description: "Ignored; OpenMCF's services write it." })),
  });
}

/** The schema of a manifest of an unknown kind: nothing is known of its spec. */
export function emptySchema(): z.ZodMiniType {
  return z.strictObject({ apiVersion: z.string(), kind: z.string(), metadata, spec: z.strictObject({}) });
}
