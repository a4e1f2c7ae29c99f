import { Provider } from "@pulumi/auth0/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { Kind } from "../kinds/index.ts";

/** A validated manifest, as far as a program needs it. */
export interface ProgramInput {
  kind: Pick<Kind, "program">;
  metadata: { name: string };
  /** Typed by the kind's schema. */
  spec: unknown;
}

/** Credentials given explicitly; those from the environment stay there and never enter the state. */
interface ExplicitCredentials {
  domain: string;
  clientId?: string;
  clientSecret?: string;
  apiToken?: string;
}

/** The Pulumi program of a manifest: its stack outputs are the manifest's `status.outputs`. */
export function programFor(
  input: ProgramInput,
  credentials?: ExplicitCredentials,
): () => Promise<Record<string, unknown>> {
  return async () => {
    const program = await input.kind.program();
    const manifest = { name: input.metadata.name, spec: input.spec };
    return program(manifest, credentials ? { providers: [explicitProvider(credentials)] } : {});
  };
}

function explicitProvider({ domain, clientId, clientSecret, apiToken }: ExplicitCredentials): Provider {
  return new Provider("auth0", {
    domain,
    ...(clientId === undefined ? {} : { clientId }),
    ...(clientSecret === undefined ? {} : { clientSecret: pulumi.secret(clientSecret) }),
    ...(apiToken === undefined ? {} : { apiToken: pulumi.secret(apiToken) }),
  });
}
