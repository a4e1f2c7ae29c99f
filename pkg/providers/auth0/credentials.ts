import { InvalidInput, diagnostic } from "../../diagnostics/index.ts";

/** How to reach a tenant. */
export interface Auth0Credentials {
  /** Host, with a port if need be: `acme.eu.auth0.com`. */
  domain: string;
  clientId?: string;
  clientSecret?: string;
  /** A Management API token, instead of client id and secret. */
  apiToken?: string;
  /** Where to send requests instead of `https://<domain>`: the sandbox in this process. */
  baseUrl?: string;
}

/**
 * Credentials from a provider's config, the rest from `AUTH0_DOMAIN`, `AUTH0_CLIENT_ID`, `AUTH0_CLIENT_SECRET`,
 * `AUTH0_API_TOKEN` (the names of Auth0's Terraform and Pulumi providers).
 * @throws InvalidInput that names the variables to set.
 */
export function auth0CredentialsFrom(config: Record<string, unknown>, env: NodeJS.ProcessEnv): Auth0Credentials {
  const take = (property: string, variable: string): string | undefined => {
    const value = config[property] ?? env[variable];
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const domain = take("domain", "AUTH0_DOMAIN")
    ?.replace(/^https?:\/\//, "")
    .replace(/\/+$/, "");
  const apiToken = take("apiToken", "AUTH0_API_TOKEN");
  const clientId = take("clientId", "AUTH0_CLIENT_ID");
  const clientSecret = take("clientSecret", "AUTH0_CLIENT_SECRET");
  const missing = [!domain && "AUTH0_DOMAIN"];
  if (!apiToken) missing.push(!clientId && "AUTH0_CLIENT_ID", !clientSecret && "AUTH0_CLIENT_SECRET");
  const names = missing.filter((name) => name !== false);
  if (!domain || names.length > 0) {
    throw new InvalidInput(
      diagnostic("missing-credentials", `Auth0 credentials are missing: ${names.join(", ")}`, {
        hint: "export them, or give -p FILE with domain, client_id and client_secret; --sandbox needs none",
      }),
    );
  }
  return { domain, ...(apiToken ? { apiToken } : { clientId: clientId ?? "", clientSecret: clientSecret ?? "" }) };
}
