import { Provider } from "@pulumi/auth0/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { toSnake } from "../diagnostics/index.ts";
import type { Kind } from "../kinds/index.ts";
import { isSecret } from "../values/index.ts";
import type { PropertyMap } from "../values/index.ts";
import { TENANT_OUTPUT } from "./tenant-output.ts";

/** A validated manifest, as far as a program needs it. */
export interface ProgramInput {
  kind: Pick<Kind, "program">;
  metadata: { name: string };
  /** Typed by the kind's schema. Secrets in it are wrapped in Pulumi's wire form. */
  spec: unknown;
}

/** Credentials given explicitly; those from the environment stay there and never enter the state. */
interface ExplicitCredentials {
  domain: string;
  audience?: string;
  clientId?: string;
  clientSecret?: string;
  apiToken?: string;
}

/** Where a program's requests go. */
interface ProgramTenant {
  /** Recorded with the stack, so that no later run takes another tenant for it. */
  domain?: string;
  /** Credentials for a provider of the program's own; without them the default provider takes the environment's. */
  given?: ExplicitCredentials;
}

/**
 * The Pulumi program of a manifest: its stack outputs are the manifest's `status.outputs`, each also in snake_case
 * (OpenMCF's proto has that, its readers want camelCase), and the tenant's domain.
 */
export function programFor(
  input: ProgramInput,
  { domain, given }: ProgramTenant = {},
): () => Promise<Record<string, unknown>> {
  return async () => {
    const build = await input.kind.program();
    const manifest = { name: input.metadata.name, spec: withSecrets(input.spec, new Map()) };
    const outputs = build(manifest, given ? { providers: [explicitProvider(given)] } : {});
    return {
      ...outputs,
      ...Object.fromEntries(Object.entries(outputs).map(([name, value]) => [toSnake(name), value])),
      ...(domain === undefined ? {} : { [TENANT_OUTPUT]: domain }),
    };
  };
}

function explicitProvider({ domain, audience, clientId, clientSecret, apiToken }: ExplicitCredentials): Provider {
  return new Provider("auth0", {
    domain,
    ...(audience === undefined ? {} : { audience }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret: pulumi.secret(clientSecret) }),
    ...(apiToken === undefined ? {} : { apiToken: pulumi.secret(apiToken) }),
  });
}

/**
 * A copy of a value with secrets in wire form as the SDK's own.
 * @param known the secrets made so far: one text is one output, so that components can tell that two fields are the same.
 */
function withSecrets(value: unknown, known: Map<unknown, pulumi.Output<unknown>>): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => withSecrets(each, known));
  if (isSecret(value as PropertyMap)) {
    const { value: text } = value as { value: unknown };
    const output = known.get(text) ?? pulumi.secret(text);
    known.set(text, output);
    return output;
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withSecrets(each, known)]));
}
