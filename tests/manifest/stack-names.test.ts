import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadManifests } from "../../pkg/manifest/index.ts";
import { temporaryFolder } from "../support/cli.ts";

const load = (labels: Record<string, string>, env = "prod") => {
  const manifest = {
    apiVersion: "auth0.openmcf.org/v1",
    kind: "Auth0EventStream",
    metadata: { name: "logins", env, labels },
    spec: {
      destinationType: "webhook",
      subscriptions: ["user.created"],
      webhookConfiguration: {
        webhookEndpoint: "https://example.com/",
        webhookAuthorization: { method: "bearer", token: "t" },
      },
    },
  };
  const folder = temporaryFolder({ "m.yaml": JSON.stringify(manifest) });
  return loadManifests({ manifests: [join(folder, "m.yaml")], set: [], strict: false, absent: "error", env: {} });
};

describe("names of stacks and projects", () => {
  // State is kept in .pulumi/stacks/<project>/<stack>.json: a name must stay inside that folder.
  const outside = [".", "..", "a/..", "a b", "ä", "", "x".repeat(101)];
  const placed = outside.flatMap((name): Record<string, string>[] => [
    { "pulumi.openmcf.org/stack.fqdn": `org/${name}/dev` },
    { "pulumi.openmcf.org/stack.fqdn": `org/project/${name}` },
    ...(name
      ? [
          {
            "pulumi.openmcf.org/organization": "org",
            "pulumi.openmcf.org/project": name,
            "pulumi.openmcf.org/stack.name": "dev",
          },
          {
            "pulumi.openmcf.org/organization": "org",
            "pulumi.openmcf.org/project": "project",
            "pulumi.openmcf.org/stack.name": name,
          },
        ]
      : []),
  ]);
  test.each(placed)("%j is refused, with a place", async (labels) => {
    const { manifests, diagnostics } = await load(labels);
    expect(manifests).toEqual([]);
    expect(diagnostics).toEqual([
      expect.objectContaining({ severity: "error", line: expect.any(Number), path: expect.stringMatching(/labels/) }),
    ]);
  });

  test.each(["...", "a.b", "..a", "-", "_", "x".repeat(100)])("%s is a name", async (name) => {
    const { manifests, diagnostics } = await load({ "pulumi.openmcf.org/stack.fqdn": `org/${name}/${name}` });
    expect(diagnostics).toEqual([]);
    expect(manifests[0]?.stack).toEqual({ organization: "org", project: name, stack: name });
  });
});
