import { isSecret } from "../values/index.ts";
import { StateProblem, diagnostic } from "../diagnostics/index.ts";
import type { PropertyMap, PropertyValue } from "../values/index.ts";
import { showSecrets } from "./secrets.ts";
import type { StackSecrets } from "./secrets.ts";
import type { Deployment, Operation, ResourceState, Snapshot } from "./types.ts";

/**
 * A deployment as the engine works on it.
 * @param secrets decrypts every secret; without it ciphertexts stay as they are, and are written back as they are.
 * @param file where the deployment comes from, for messages.
 * @throws StateProblem for a secret that cannot be decrypted; what `secrets.prepare` throws.
 */
export async function decodeDeployment(
  deployment: Deployment | undefined,
  secrets?: StackSecrets,
  file?: string,
): Promise<Snapshot> {
  const resources = deployment?.resources ?? [];
  const pending = deployment?.pending_operations ?? [];
  const all = [...resources, ...pending.map(({ resource }) => resource)];
  if (!secrets || !all.some((resource) => hasSecret(resource, () => true))) return { resources, pending };
  if (all.some((resource) => hasSecret(resource, isEncrypted))) await secrets.prepare();
  const decode = (resource: ResourceState): ResourceState => {
    try {
      return withProperties(resource, (value) => secrets.decode(value));
    } catch {
      // The passphrase is right, so the ciphertext is not. Its error says nothing more, and might quote the secret.
      throw undecipherable(resource, file);
    }
  };
  return {
    resources: resources.map(decode),
    pending: pending.map(({ resource, type }): Operation => ({ type, resource: decode(resource) })),
  };
}

/**
 * Encoded records, by the stack's secrets and the record: an operation writes the whole stack after each step, and most
 * records have not changed since. Records are never changed in place.
 */
const encodings = new WeakMap<StackSecrets, WeakMap<ResourceState, ResourceState>>();

/** The deployment to write for a snapshot; every secret encrypted. */
export async function encodeDeployment(snapshot: Snapshot, secrets: StackSecrets, time: Date): Promise<Deployment> {
  const known = encodings.get(secrets) ?? new WeakMap<ResourceState, ResourceState>();
  encodings.set(secrets, known);
  const fresh = [...snapshot.resources, ...snapshot.pending.map(({ resource }) => resource)].filter(
    (resource) => !known.has(resource),
  );
  if (fresh.some((resource) => hasSecret(resource, (wrapped) => !isEncrypted(wrapped)))) await secrets.prepare();
  for (const resource of fresh)
    known.set(
      resource,
      withProperties(resource, (value) => secrets.encode(value)),
    );
  const encode = (resource: ResourceState): ResourceState => known.get(resource) ?? resource;
  const pending = snapshot.pending.map(({ resource, type }) => ({ resource: encode(resource), type }));
  return {
    // Empty magic and version mean that the file was not written by a version of the Pulumi engine.
    manifest: { time: time.toISOString(), magic: "", version: "" },
    ...(secrets.provider ? { secrets_providers: secrets.provider } : {}),
    ...(snapshot.resources.length > 0 ? { resources: snapshot.resources.map(encode) } : {}),
    ...(pending.length > 0 ? { pending_operations: pending } : {}),
    metadata: {},
  };
}

function undecipherable({ urn }: ResourceState, file: string | undefined): StateProblem {
  const where = file ? `the state in ${file}` : "the state";
  return new StateProblem(
    diagnostic("state-unreadable", `${where} cannot be used: a secret of ${urn} is damaged`, {
      ...(file ? { file } : {}),
      hint: "a copy of what was there before is in the .bak beside it",
    }),
  );
}

function withProperties(resource: ResourceState, change: (value: PropertyMap) => PropertyMap): ResourceState {
  const result = { ...resource };
  if (resource.inputs) result.inputs = change(resource.inputs);
  if (resource.outputs) result.outputs = change(resource.outputs);
  return result;
}

/** A record as `pulumi stack export --show-secrets` has it. @param resource with its secrets decoded. */
export function withPlaintexts(resource: ResourceState): ResourceState {
  return withProperties(resource, showSecrets);
}

const isEncrypted = (wrapped: PropertyMap): boolean => wrapped["ciphertext"] !== undefined;

function hasSecret(resource: ResourceState, test: (wrapped: PropertyMap) => boolean): boolean {
  return some(resource.inputs, test) || some(resource.outputs, test);
}

function some(value: PropertyValue | undefined, test: (wrapped: PropertyMap) => boolean): boolean {
  if (value === null || typeof value !== "object") return false;
  if (!Array.isArray(value) && isSecret(value)) return test(value);
  return Object.values(value).some((child) => some(child, test));
}
