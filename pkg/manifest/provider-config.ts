import { parse } from "yaml";
import { InvalidInput, diagnostic } from "../diagnostics/index.ts";
import { DOMAIN, domainOf } from "../values/index.ts";

/** Auth0 credentials from a provider config file, as OpenMCF's `-p` takes them. */
export interface ProviderConfig {
  /** Host of the tenant, as `domainOf` gives it. */
  domain: string;
  /** The Management API's identifier, where the domain is a custom one. */
  audience?: string;
  clientId?: string;
  clientSecret?: string;
  apiToken?: string;
}

const FIELDS: Readonly<Record<string, keyof ProviderConfig>> = {
  domain: "domain",
  audience: "audience",
  client_id: "clientId",
  clientId: "clientId",
  client_secret: "clientSecret",
  clientSecret: "clientSecret",
  api_token: "apiToken",
  apiToken: "apiToken",
};

/**
 * Reads a provider config: `domain` (a base URL is accepted) with `client_id` and `client_secret`, or with `api_token`;
 * `audience` besides. Both spellings.
 * @throws InvalidInput that names what is missing; values are never repeated.
 */
export function parseProviderConfig(file: string, input: unknown): ProviderConfig {
  const fail = (message: string): never => {
    throw new InvalidInput(
      diagnostic("invalid-provider-config", message, {
        file,
        hint: "it holds domain, client_id and client_secret (or domain and api_token)",
      }),
    );
  };
  let data = input;
  if (typeof input === "string") {
    try {
      data = parse(input, { logLevel: "silent" });
    } catch {
      fail("the provider config is not YAML");
    }
  }
  if (typeof data !== "object" || data === null || Array.isArray(data)) fail("the provider config is not an object");
  const config: Partial<ProviderConfig> = {};
  for (const [key, value] of Object.entries(data as Record<string, unknown>)) {
    const field = FIELDS[key];
    if (!field) fail(`the provider config has an unknown field "${key}"`);
    else if (typeof value !== "string" || value.trim() === "") fail(`${key} is empty or not a string`);
    else if (config[field] !== undefined) fail(`${key} is given twice, in both spellings`);
    else config[field] = value;
  }
  if (!config.domain) return fail("the provider config lacks domain");
  const domain = domainOf(config.domain);
  if (!DOMAIN.test(domain)) return fail("domain is not a host such as acme.eu.auth0.com");
  if (!config.apiToken && (!config.clientId || !config.clientSecret)) {
    return fail(
      `the provider config lacks ${[!config.clientId && "client_id", !config.clientSecret && "client_secret"].filter(Boolean).join(" and ")}`,
    );
  }
  return { ...config, domain };
}
