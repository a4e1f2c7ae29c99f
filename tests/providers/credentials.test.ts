import { describe, expect, test } from "vitest";
import { auth0CredentialsFrom } from "../../pkg/providers/index.ts";

const environment = {
  AUTH0_DOMAIN: "https://dev.eu.auth0.com/",
  AUTH0_AUDIENCE: "https://dev-tenant.eu.auth0.com/api/v2/",
  AUTH0_API_TOKEN: "token-of-dev",
};
const config = { domain: "prod.eu.auth0.com", clientId: "id", clientSecret: "hush" };

describe("Auth0 credentials", () => {
  test("come from the environment, with a base URL and an audience", () => {
    expect(auth0CredentialsFrom({}, environment)).toEqual({
      domain: "dev.eu.auth0.com",
      audience: "https://dev-tenant.eu.auth0.com/api/v2/",
      apiToken: "token-of-dev",
    });
  });

  test("of a config are not mixed with those of another tenant in the environment", () => {
    expect(auth0CredentialsFrom(config, environment)).toEqual(config);
  });

  test("of a config with a domain only are completed by the environment, as the official provider does", () => {
    expect(auth0CredentialsFrom({ domain: "prod.eu.auth0.com" }, environment)).toEqual({
      domain: "prod.eu.auth0.com",
      apiToken: "token-of-dev",
    });
  });
});
