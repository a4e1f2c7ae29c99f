import * as z from "zod";
import type { Kind } from "./kind.ts";
import { API_VERSION } from "./registry.ts";
import { fieldKeys } from "./schema-walk.ts";

/** Labels that say where and how a manifest is deployed (OpenMCF's names). */
export const LABELS = {
  provisioner: "openmcf.org/provisioner",
  fqdn: "pulumi.openmcf.org/stack.fqdn",
  organization: "pulumi.openmcf.org/organization",
  project: "pulumi.openmcf.org/project",
  stackName: "pulumi.openmcf.org/stack.name",
} as const;

/** What Pulumi allows in the name of a stack or project (`sdk/go/common/tokens`). */
export const STACK_NAME = /^[A-Za-z0-9_.-]{1,100}$/;

const stringMap = z.record(z.string(), z.string());

const metadata = z
  .strictObject({
    name: z
      .string()
      .min(1, { error: "is empty" })
      .max(128, { error: "is longer than the 128 characters Auth0 allows" })
      .meta({ description: "Name of the resource; also the name of the stream at Auth0, unique on a tenant." }),
    slug: z.string().meta({ description: "Short name for URLs." }).optional(),
    id: z.string().meta({ description: "Identifier in OpenMCF's own services." }).optional(),
    org: z.string().meta({ description: "Organization that owns the resource." }).optional(),
    env: z
      .string()
      .meta({ description: "Environment, e.g. `prod`; the first part of the default stack name." })
      .optional(),
    labels: stringMap.meta({ description: "Labels; `pulumi.openmcf.org/…` name the stack." }).optional(),
    annotations: stringMap.meta({ description: "Free notes for people and tools." }).optional(),
    tags: z.array(z.string()).meta({ description: "Tags." }).optional(),
    relationships: z
      .array(
        z.strictObject({
          kind: z.string().meta({ description: "Kind of the other resource." }),
          env: z.string().meta({ description: "Its environment." }).optional(),
          name: z.string().meta({ description: "Its name." }),
          type: z
            .enum(["depends_on", "runs_on", "managed_by", "uses"])
            .meta({ description: "What this resource is to it." })
            .optional(),
        }),
      )
      .meta({ description: "How this resource relates to others." })
      .optional(),
    group: z.string().meta({ description: "Group shown in OpenMCF's own services." }).optional(),
  })
  .meta({ description: "Who this resource is." });

/** The `metadata` block of a manifest. */
export type Metadata = z.infer<typeof metadata>;

/** The schema that a document's spec needs: without the blocks that it does not use, which take time to build. */
export function specSchemaFor(kind: Kind, spec: unknown): z.ZodType {
  const { commonSpec } = kind;
  if (!commonSpec || typeof spec !== "object" || spec === null) return kind.spec;
  const known = new Set(fieldKeys(commonSpec));
  const isCommon = Object.keys(spec).every((key) =>
    known.has(key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())),
  );
  return isCommon ? commonSpec : kind.spec;
}

/** The schema of a whole manifest of `kind`. @param spec the schema of its spec, if not the whole one. */
export function envelopeOf(kind: Kind, spec: z.ZodType = kind.spec): z.ZodObject {
  return z.strictObject({
    apiVersion: z.literal(API_VERSION).meta({ description: "Version of the API." }),
    kind: z.literal(kind.kind).meta({ description: "Kind of the resource." }),
    metadata,
    spec,
    status: z.unknown().meta({ description: "Ignored; OpenMCF's services write it." }).optional(),
  });
}
