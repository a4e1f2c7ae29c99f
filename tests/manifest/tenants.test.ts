import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadManifests, orderByReferences } from "../../pkg/manifest/index.ts";
import type { LoadResult } from "../../pkg/manifest/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { eventbridgeManifest } from "../support/manifests.ts";

const labelled = (name: string, domain: string, more = ""): string =>
  eventbridgeManifest(name).replace(
    "metadata:\n",
    `metadata:\n  labels: {"openmcf.org/auth0-domain": ${JSON.stringify(domain)}}\n${more}`,
  );

/** Loads a folder with these files. */
function load(files: Record<string, string>): Promise<LoadResult> {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return loadManifests({ manifests: [folder], recursive: true, set: [], strict: false, absent: "error", env: {} });
}

const tenants = ({ manifests }: LoadResult): Record<string, string | undefined> =>
  Object.fromEntries(manifests.map(({ metadata, tenant }) => [metadata.name, tenant?.domain]));
const problems = ({ diagnostics }: LoadResult): string[] =>
  diagnostics.map(({ code, message }) => `${code}: ${message}`);

describe("the tenant that a manifest names", () => {
  test("is that of its label, else of the nearest openmcf.yaml above it, else none", async () => {
    const loaded = await load({
      "none.yaml": eventbridgeManifest("none"),
      "dev/openmcf.yaml": "tenant: https://Dev.eu.auth0.com/\n",
      "dev/a.yaml": eventbridgeManifest("in-dev"),
      "dev/deep/er/b.yaml": eventbridgeManifest("deep-in-dev"),
      "dev/c.yaml": labelled("labelled", "other.eu.auth0.com"),
      "prod/openmcf.yaml": "tenant: prod.eu.auth0.com\n",
      "prod/d.yaml": eventbridgeManifest("in-prod"),
    });
    expect(problems(loaded)).toEqual([]);
    expect(tenants(loaded)).toEqual({
      none: undefined,
      "in-dev": "dev.eu.auth0.com",
      "deep-in-dev": "dev.eu.auth0.com",
      labelled: "other.eu.auth0.com",
      "in-prod": "prod.eu.auth0.com",
    });
  });

  test("is not taken from beyond a Git repository", async () => {
    const loaded = await load({
      "openmcf.yaml": "tenant: outside.auth0.com\n",
      "repository/.git/HEAD": "ref: refs/heads/main\n",
      "repository/a.yaml": eventbridgeManifest("a"),
    });
    expect(tenants(loaded)).toEqual({ a: undefined });
  });

  test("may be named in a file called openmcf.yaml that is a manifest", async () => {
    expect(tenants(await load({ "openmcf.yaml": labelled("a", "dev.auth0.com") }))).toEqual({ a: "dev.auth0.com" });
  });

  test.each([
    ["tenant: [a]\n", "invalid-value: tenant is not a domain"],
    ["tenant: 'https://'\n", "invalid-value: tenant is not a domain"],
    ["tenant:\n", "invalid-value: tenant is not a domain"],
    ["tenent: a.auth0.com\n", 'unknown-field: openmcf.yaml has no field "tenent"'],
    ["- a\n", "not-a-manifest"],
    ["tenant: {", "yaml-syntax"],
  ])("is refused where openmcf.yaml says %j, once for all manifests", async (text, problem) => {
    const loaded = await load({
      "openmcf.yaml": text,
      "a.yaml": eventbridgeManifest("a"),
      "b.yaml": labelled("b", "b.auth0.com"),
    });
    expect(problems(loaded)).toEqual([expect.stringContaining(problem)]);
    expect(loaded.diagnostics[0]).toMatchObject({ file: expect.stringMatching(/openmcf\.yaml$/), line: 1 });
  });

  test("lets one name be used twice, on two tenants", async () => {
    const files = {
      "a.yaml": labelled("logins", "dev.auth0.com", "  env: dev\n"),
      "b.yaml": labelled("logins", "prod.auth0.com", "  env: prod\n"),
    };
    expect(problems(await load(files))).toEqual([]);
    const same = { ...files, "b.yaml": files["b.yaml"].replace("prod.auth0.com", "https://dev.auth0.com/") };
    expect(problems(await load(same))).toEqual([expect.stringContaining("duplicate-stream-name")]);
    const unsaid = {
      ...files,
      "b.yaml": eventbridgeManifest("logins").replace("metadata:\n", "metadata:\n  env: prod\n"),
    };
    expect(problems(await load(unsaid))).toEqual([expect.stringContaining("duplicate-stream-name")]);
  });

  test("decides which of two manifests of one name a reference means", async () => {
    const referring = (domain: string, env: string): string =>
      labelled("audit", domain, `  env: ${env}\n`).replace(
        'awsAccountId: "123456789012"',
        "awsAccountId: {valueFrom: {kind: Auth0EventStream, name: logins, fieldPath: status.outputs.name}}",
      );
    const loaded = await load({
      "a.yaml": labelled("logins", "dev.auth0.com", "  env: dev\n"),
      "b.yaml": labelled("logins", "prod.auth0.com", "  env: prod\n"),
      "c.yaml": referring("dev.auth0.com", "dev"),
      "d.yaml": referring("prod.auth0.com", "prod"),
    });
    expect(problems(loaded)).toEqual([]);
    const { waitsFor } = orderByReferences(loaded.manifests);
    const pairs = loaded.manifests.flatMap((manifest) =>
      (waitsFor.get(manifest) ?? []).map((other) => [manifest.tenant?.domain, other.tenant?.domain]),
    );
    expect(pairs).toEqual([
      ["dev.auth0.com", "dev.auth0.com"],
      ["prod.auth0.com", "prod.auth0.com"],
    ]);
  });
});
