/**
 * The host of a tenant, as it is compared and recorded: without a scheme and a slash at the end, in lower case.
 * @param text a domain (`acme.eu.auth0.com`, with a port if need be) or a base URL (`https://acme.eu.auth0.com/`).
 */
export function domainOf(text: string): string {
  return text
    .trim()
    .replace(/^https?:\/\//i, "")
    .replace(/\/+$/, "")
    .toLowerCase();
}

/** A host with an optional port, as {@link domainOf} gives it. */
export const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?$/;
