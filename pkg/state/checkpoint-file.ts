import { gunzipSync, zstdDecompressSync } from "node:zlib";
import * as z from "zod/mini";
import { InvalidInput, diagnostic } from "../diagnostics/index.ts";
import { unreadable } from "./file-problems.ts";
import { checkIntegrity } from "./integrity.ts";
import { isSaltRecord } from "./cipher.ts";
import type { Deployment, ResourceState, StackRef } from "./types.ts";

/** Version 4 has features that this engine would have to understand; version 3 has none. */
const SUPPORTED_VERSION = 3;

/** An object whose known fields are checked and whose unknown fields are kept. Go writes an absent value as `null`. */
function record<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
): z.ZodMiniPipe<z.ZodMiniTransform, z.ZodMiniObject<Shape, z.core.$loose>> {
  const withoutNulls = (value: unknown): unknown =>
    typeof value !== "object" || value === null || Array.isArray(value)
      ? value
      : Object.fromEntries(Object.entries(value).filter(([key, child]) => child !== null || !(key in shape)));
  return z.pipe(z.transform(withoutNulls), z.looseObject(shape));
}

const urns = z.optional(z.array(z.string()));
const properties = z.optional(z.record(z.string(), z.unknown()));
const flag = z.optional(z.boolean());
const word = z.optional(z.string());
const seconds = z.optional(z.number());

/** `apitype.ResourceV3` of Pulumi's SDK. */
const resourceSchema = record({
  urn: z.string(),
  type: z.string(),
  custom: z._default(z.boolean(), false),
  id: word,
  inputs: properties,
  outputs: properties,
  parent: word,
  provider: word,
  delete: flag,
  protect: flag,
  external: flag,
  retainOnDelete: flag,
  dependencies: urns,
  propertyDependencies: z.optional(z.record(z.string(), z.nullable(z.array(z.string())))),
  additionalSecretOutputs: urns,
  ignoreChanges: urns,
  replaceOnChanges: urns,
  deletedWith: word,
  pendingReplacement: flag,
  initErrors: urns,
  importID: word,
  customTimeouts: z.optional(record({ create: seconds, update: seconds, delete: seconds })),
  created: word,
  modified: word,
});

/** `apitype.DeploymentV3`. */
const deploymentSchema = record({
  manifest: z._default(
    record({
      time: z._default(z.string(), ""),
      magic: z._default(z.string(), ""),
      version: z._default(z.string(), ""),
    }),
    {
      time: "",
      magic: "",
      version: "",
    },
  ),
  secrets_providers: z.optional(record({ type: z.string(), state: properties })),
  resources: z.optional(z.array(resourceSchema)),
  pending_operations: z.optional(
    z.array(
      record({ resource: resourceSchema, type: z.enum(["creating", "updating", "deleting", "reading", "importing"]) }),
    ),
  ),
  metadata: properties,
});

const checkpointSchema = record({ latest: z.optional(deploymentSchema) });

/** What a state file of an empty stack may leave out. */
const EMPTY: Deployment = { manifest: { time: "", magic: "", version: "" } };

/**
 * The deployment in a stack's state file.
 * @param bytes as they are on disk: JSON, or compressed, by the path's ending.
 * @throws StateProblem that names the path and what is wrong with it.
 */
export function parseStateFile(path: string, bytes: Buffer): Deployment {
  const hint = `a copy of what was there before is in ${path.replace(/\.(gz|zst)$/, "")}.bak`;
  let file: unknown;
  try {
    const plain = path.endsWith(".gz") ? gunzipSync(bytes) : path.endsWith(".zst") ? zstdDecompressSync(bytes) : bytes;
    file = JSON.parse(plain.toString("utf8"));
  } catch {
    throw unreadable(path, "it is not JSON", hint);
  }
  const { version, checkpoint } = (typeof file === "object" && file !== null ? file : {}) as Record<string, unknown>;
  if (typeof version === "number" && version !== SUPPORTED_VERSION)
    throw unreadable(
      path,
      `it has checkpoint version ${version}, and this engine knows ${SUPPORTED_VERSION}`,
      "use --engine pulumi",
    );
  const parsed = version === SUPPORTED_VERSION ? checkpointSchema.safeParse(checkpoint) : undefined;
  if (!parsed) throw unreadable(path, "it is not a checkpoint", hint);
  if (!parsed.success) throw unreadable(path, problemIn(parsed.error, "checkpoint"), hint);
  const deployment = (parsed.data.latest ?? EMPTY) as Deployment;
  const damage = damageOf(deployment);
  if (damage) throw unreadable(path, damage, "pulumi state repair may repair it");
  return deployment;
}

/** JSON of records that were written before: an operation writes all of them after each step, most of them unchanged. */
const written = new WeakMap<ResourceState, string>();

/** The state file of a deployment. Its records must not be changed in place once they were written. */
export function formatStateFile({ project, stack }: StackRef, deployment: Deployment): string {
  const fields = Object.entries(deployment)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => {
      const text =
        name === "resources" ? `[${(deployment.resources ?? []).map(format).join(",")}]` : JSON.stringify(value);
      return `${JSON.stringify(name)}:${text}`;
    });
  const name = JSON.stringify(`organization/${project}/${stack}`);
  return `{"version":${SUPPORTED_VERSION},"checkpoint":{"stack":${name},"latest":{${fields.join(",")}}}}`;
}

function format(resource: ResourceState): string {
  const text = written.get(resource) ?? JSON.stringify(resource);
  written.set(resource, text);
  return text;
}

/**
 * The deployment in what `pulumi stack export` or `openmcf state export` printed.
 * @throws InvalidInput that names the file and what is wrong with it.
 */
export function parseExport(path: string, exported: string): Deployment {
  const refuse = (why: string): InvalidInput =>
    new InvalidInput(
      diagnostic("file-unreadable", `${path} is not a deployment of version ${SUPPORTED_VERSION}: ${why}`, {
        file: path,
        hint: "pulumi stack export writes one",
      }),
    );
  let file: unknown;
  try {
    file = JSON.parse(exported);
  } catch {
    throw refuse("it is not JSON");
  }
  const { version, deployment } = (typeof file === "object" && file !== null ? file : {}) as Record<string, unknown>;
  if (version !== SUPPORTED_VERSION) throw refuse(`its version is ${JSON.stringify(version) ?? "missing"}`);
  const parsed = deploymentSchema.safeParse(deployment);
  if (!parsed.success) throw refuse(problemIn(parsed.error, "deployment"));
  const damage = damageOf(parsed.data as Deployment);
  if (damage) throw refuse(damage);
  return parsed.data as Deployment;
}

/** What no schema says: references between resources, the form of the salt. */
function damageOf({ resources = [], secrets_providers: secrets }: Deployment): string | undefined {
  if (secrets?.type === "passphrase" && !isSaltRecord(secrets.state?.["salt"]))
    return "the salt of its secrets is damaged";
  return checkIntegrity(resources)[0];
}

/** The first thing that is wrong, and where. */
function problemIn({ issues }: z.core.$ZodError, root: string): string {
  const [issue] = issues;
  const path = (issue?.path ?? []).reduce<string>(
    (before, step) => (typeof step === "number" ? `${before}[${step}]` : `${before}.${String(step)}`),
    root,
  );
  return `${path} is damaged (${issue?.message ?? "not as expected"})`;
}
