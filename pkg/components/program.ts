import { Provider } from "@pulumi/auth0/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { Auth0EventStream } from "./auth0-event-stream.ts";
import type { Auth0EventStreamArgs } from "./auth0-event-stream.ts";

/** A validated manifest, as far as a program needs it. */
export interface ProgramInput {
  kind: { kind: string };
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

/** Makes the resources of a manifest; gives `status.outputs`. */
type Build = (input: ProgramInput, options: pulumi.ComponentResourceOptions) => Record<string, unknown>;

/** A validated spec is what the component takes, less its name. */
type ManifestArgs = Omit<Auth0EventStreamArgs, "name">;

const BUILDERS: Readonly<Record<string, Build>> = {
  Auth0EventStream: ({ metadata, spec }, options) => {
    return new Auth0EventStream(
      metadata.name,
      { name: metadata.name, ...(spec as ManifestArgs) },
      options,
    ).statusOutputs();
  },
};

/** The Pulumi program of a manifest: its stack outputs are the manifest's `status.outputs`. */
export function programFor(
  input: ProgramInput,
  credentials?: ExplicitCredentials,
): () => Promise<Record<string, unknown>> {
  return async () => {
    const build = BUILDERS[input.kind.kind];
    if (!build) throw new Error(`no program for kind ${input.kind.kind}`);
    return build(input, credentials ? { providers: [explicitProvider(credentials)] } : {});
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
