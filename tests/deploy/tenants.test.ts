import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseTenants } from "../../pkg/deploy/index.ts";
import type { Access, Tenant } from "../../pkg/deploy/index.ts";
import { isInvalidInput } from "../../pkg/diagnostics/index.ts";
import { loadManifests } from "../../pkg/manifest/index.ts";
import type { Manifest, ProviderConfig } from "../../pkg/manifest/index.ts";
import { eventbridgeManifest } from "../support/manifests.ts";

const { manifests } = await loadManifests({
  manifests: ["-"],
  set: [],
  strict: false,
  absent: "error",
  env: {},
  stdin: async () => eventbridgeManifest("logins"),
});
const manifest = manifests[0] as Manifest;
const naming = (domain?: string): Manifest =>
  domain === undefined ? manifest : { ...manifest, tenant: { domain, place: {} } };
const config = (domain: string): ProviderConfig => ({ domain, apiToken: `token of ${domain}` });

/** What is chosen for one manifest, or the code of the refusal. */
function choose(named: string | undefined, access: Access): Tenant | string {
  try {
    return [...chooseTenants([naming(named)], access).values()][0] ?? "nothing";
  } catch (error) {
    if (!isInvalidInput(error)) throw error;
    return error.diagnostics.map(({ code }) => code).join();
  }
}

describe("the tenant of a manifest", () => {
  const dev = config("dev.auth0.com");
  const prod = config("prod.auth0.com");

  test("is that of the only credentials", () => {
    expect(choose(undefined, { given: [dev] })).toEqual({ domain: dev.domain, given: dev });
    expect(choose(undefined, { given: [], environment: dev.domain })).toEqual({ domain: dev.domain });
    expect(choose(undefined, { given: [] })).toEqual({});
  });

  test("chooses the credentials when it is named", () => {
    expect(choose(prod.domain, { given: [dev, prod] })).toEqual({ domain: prod.domain, given: prod });
    expect(choose(prod.domain, { given: [dev], environment: prod.domain })).toEqual({ domain: prod.domain });
    expect(choose(prod.domain, { given: [prod], environment: dev.domain })).toEqual({
      domain: prod.domain,
      given: prod,
    });
  });

  test("is refused when credentials of others are there, and when two fit", () => {
    expect(choose("other.auth0.com", { given: [dev], environment: prod.domain })).toBe("wrong-tenant");
    expect(choose(undefined, { given: [dev, prod] })).toBe("ambiguous-credentials");
    expect(choose(dev.domain, { given: [dev, { ...dev }] })).toBe("ambiguous-credentials");
  });

  test("is whatever it names in the sandbox, and without credentials", () => {
    expect(choose(prod.domain, { given: [], environment: dev.domain, sandbox: "sandbox" })).toEqual({
      domain: "sandbox",
    });
    expect(choose(prod.domain, { given: [] })).toEqual({ domain: prod.domain });
  });

  test("is never another one than it names, whatever is given", () => {
    const domain = fc.constantFrom("a.auth0.com", "b.auth0.com", "c.auth0.com");
    fc.assert(
      fc.property(fc.option(domain), fc.array(domain), fc.option(domain), (named, given, environment) => {
        const access = { given: given.map(config), ...(environment ? { environment } : {}) };
        const chosen = choose(named ?? undefined, access);
        if (typeof chosen === "string") return;
        if (named) expect(chosen.domain).toBe(named);
        if (chosen.given) expect(chosen.given.domain).toBe(chosen.domain);
        else if (chosen.domain !== undefined && chosen.domain !== named) expect(chosen.domain).toBe(environment);
      }),
    );
  });

  test("is told of for all manifests at once", () => {
    const all = [naming("x.auth0.com"), naming("y.auth0.com"), naming("dev.auth0.com")];
    expect(() => chooseTenants(all, { given: [dev] })).toThrow(
      expect.objectContaining({ diagnostics: [expect.anything(), expect.anything()] }) as Error,
    );
  });
});
