import { describe, expect, test } from "vitest";
import { parseProviderConfig } from "../../pkg/manifest/index.ts";
import { domainOf } from "../../pkg/values/index.ts";

const client = { client_id: "id", client_secret: "hush" };

describe("a provider config", () => {
  test.each([
    "acme.eu.auth0.com",
    "https://acme.eu.auth0.com",
    "https://acme.eu.auth0.com/",
    "http://ACME.eu.auth0.com//",
    "  acme.eu.auth0.com ",
  ])("takes %j as the domain acme.eu.auth0.com", (domain) => {
    expect(parseProviderConfig("p.yaml", { domain, ...client })).toMatchObject({ domain: "acme.eu.auth0.com" });
    expect(domainOf(domainOf(domain))).toBe("acme.eu.auth0.com");
  });

  test("takes an audience beside the domain", () => {
    const audience = "https://acme.eu.auth0.com/api/v2/";
    expect(parseProviderConfig("p.yaml", { domain: "login.acme.com", audience, ...client })).toEqual({
      domain: "login.acme.com",
      audience,
      clientId: "id",
      clientSecret: "hush",
    });
  });

  test.each([
    [{ domain: "acme.eu.auth0.com/path", ...client }, "domain is not a host"],
    [{ domain: "https://", ...client }, "domain is not a host"],
    [{ domain: "user:pass@acme.com", ...client }, "domain is not a host"],
    [{ ...client }, "lacks domain"],
    [{ domain: "a.auth0.com", ...client, clientId: "other" }, "clientId is given twice"],
    [{ domain: "a.auth0.com", client_id: "id" }, "lacks client_secret"],
  ])("refuses %j and says why, without a secret", (config, why) => {
    const parse = (): unknown => parseProviderConfig("p.yaml", config);
    expect(parse).toThrow(why);
    expect(parse).not.toThrow(/hush|pass@/);
  });
});
