import { InvalidInput, diagnostic } from "../../diagnostics/index.ts";
import { domainOf } from "../../values/index.ts";

/** How to reach a tenant. */
export interface Auth0Credentials {
  /** Host, with a port if need be: `acme.eu.auth0.com`. */
  domain: string;
  /** Identifier of the Management API when it is not `https://<domain>/api/v2/`: the domain is a custom one. */
  audience?: string;
  clientId?: string;
  clientSecret?: string;
  /** A Management API token, instead of client id and secret. */
  apiToken?: string;
  /** Where to send requests instead of `https://<domain>`: the sandbox in this process. */
  baseUrl?: string;
}

/**
 * Credentials from a provider's config, the rest from `AUTH0_DOMAIN`, `AUTH0_AUDIENCE`, `AUTH0_CLIENT_ID`,
 * `AUTH0_CLIENT_SECRET`, `AUTH0_API_TOKEN` (the names of Auth0's Terraform and Pulumi providers).
 * One set of credentials is never put together of two: the environment's token does not replace a client that the config
 * has, and its audience goes with its own domain.
 * @throws InvalidInput that names the variables to set.
 */
export function auth0CredentialsFrom(config: Record<string, unknown>, env: NodeJS.ProcessEnv): Auth0Credentials {
  const take = (property: string, variable: string): string | undefined => {
    const value = config[property] ?? env[variable];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const domain = domainOf(take("domain", "AUTH0_DOMAIN") ?? "");
  const has = (property: string): boolean => config[property] !== undefined && config[property] !== null;
  const audience = take("audience", has("domain") ? "" : "AUTH0_AUDIENCE");
  const apiToken = take("apiToken", has("clientId") || has("clientSecret") ? "" : "AUTH0_API_TOKEN");
  const clientId = take("clientId", "AUTH0_CLIENT_ID");
  const clientSecret = take("clientSecret", "AUTH0_CLIENT_SECRET");
  const missing = [!domain && "AUTH0_DOMAIN"];
  if (!apiToken) missing.push(!clientId && "AUTH0_CLIENT_ID", !clientSecret && "AUTH0_CLIENT_SECRET");
  const names = missing.filter((name) => name !== false);
  if (names.length > 0) {
    throw new InvalidInput(
      diagnostic("missing-credentials", `Auth0 credentials are missing: ${names.join(", ")}`, {
        hint: "export them, or give -p FILE with domain, client_id and client_secret; --sandbox needs none",
      }),
    );
  }
  return {
    domain,
    ...(audience ? { audience } : {}),
    ...(apiToken ? { apiToken } : { clientId: clientId ?? "", clientSecret: clientSecret ?? "" }),
  };
}

/**
 * The environment in which a program of Pulumi's own takes these credentials and no others: the inverse of
 * {@link auth0CredentialsFrom}. What they lack is empty, so that nothing is mixed in from an outer environment.
 */
export function auth0Environment({
  domain,
  audience = "",
  clientId = "",
  clientSecret = "",
  apiToken = "",
}: Auth0Credentials): Record<string, string> {
  return {
    AUTH0_DOMAIN: domain,
    AUTH0_AUDIENCE: audience,
    AUTH0_CLIENT_ID: clientId,
    AUTH0_CLIENT_SECRET: clientSecret,
    AUTH0_API_TOKEN: apiToken,
  };
}
