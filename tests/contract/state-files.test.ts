import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { EventStream } from "@pulumi/auth0/eventStream.js";
import { Provider } from "@pulumi/auth0/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { Program } from "../../pkg/engine/index.ts";
import { auth0Plugin } from "../../pkg/providers/index.ts";
import {
  FileBackend,
  StackSecrets,
  checkIntegrity,
  decodeDeployment,
  encodeDeployment,
} from "../../pkg/state/index.ts";
import type { Deployment, ResourceState } from "../../pkg/state/index.ts";
import { SECRET_SIG, SIG } from "../../pkg/values/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { pulumiFixture, pulumiFixturePath } from "../support/fixtures.ts";

const PASSPHRASE = "correct-horse";
const ref = { project: "es3", stack: "dev" };

/** A backend that holds the stack file which the real CLI wrote. */
function backendOfRealCli(): { folder: string; backend: FileBackend; path: string } {
  const folder = temporaryFolder();
  const path = join(folder, ".pulumi/stacks/es3/dev.json");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(join(folder, ".pulumi/meta.yaml"), "version: 1\n");
  copyFileSync(pulumiFixturePath("explicit-provider.filebackend-stack.json"), path);
  return { folder, backend: new FileBackend(folder), path };
}

const secretsOf = (backend: FileBackend, deployment: Deployment | undefined, passphrase = PASSPHRASE): StackSecrets =>
  new StackSecrets(() => passphrase, backend.salts, deployment?.secrets_providers);

/** The form of `pulumi stack export --show-secrets`. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  if (SIG in value && "value" in value)
    return { [SIG]: SECRET_SIG, plaintext: JSON.parse(JSON.stringify(value.value)) as unknown };
  if (SIG in value && "plaintext" in value)
    return { [SIG]: SECRET_SIG, plaintext: JSON.parse(String(value.plaintext)) as unknown };
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, shown(child)]));
}

describe("state files of the real CLI", () => {
  test("are read and decrypted to what the CLI itself shows", async () => {
    const { backend } = backendOfRealCli();
    const deployment = await backend.read(ref);
    const snapshot = await decodeDeployment(deployment, secretsOf(backend, deployment));
    const expected = (
      JSON.parse(pulumiFixture("explicit-provider.export-plaintext.json")) as { deployment: Deployment }
    ).deployment;
    expect(shown(snapshot.resources)).toEqual(shown(expected.resources));
    expect(checkIntegrity(snapshot.resources)).toEqual([]);
  });

  test("a wrong passphrase is told as that", async () => {
    const { backend } = backendOfRealCli();
    const deployment = await backend.read(ref);
    await expect(decodeDeployment(deployment, secretsOf(backend, deployment, "wrong"))).rejects.toThrow(
      "passphrase is not the one",
    );
  });

  test("are written back as they were: unknown fields, order, and unchanged ciphertexts", async () => {
    const { backend } = backendOfRealCli();
    const before = await backend.read(ref);
    const secrets = secretsOf(backend, before);
    await backend.write(ref, await encodeDeployment(await decodeDeployment(before, secrets), secrets, new Date()));
    const after = await backend.read(ref);
    const text = (deployment?: Deployment): unknown =>
      JSON.parse(JSON.stringify({ ...deployment, manifest: undefined }));
    // An empty secret and another of the same plaintext share one ciphertext when written here.
    const keys = (resources: ResourceState[] = []): string[] =>
      resources.map((resource) => Object.keys(resource).toSorted().join());
    expect(keys(after?.resources)).toEqual(keys(before?.resources));
    expect((text(after) as Deployment).secrets_providers).toEqual((text(before) as Deployment).secrets_providers);
    expect(shown((await decodeDeployment(after, secretsOf(backend, after))).resources)).toEqual(
      shown((await decodeDeployment(before, secretsOf(backend, before))).resources),
    );
  });

  test.each([
    ["gz", gzipSync],
    ["zst", zstdCompressSync],
  ])("compressed (%s) are read too", async (suffix, compress) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, ".pulumi/stacks/es3"), { recursive: true });
    writeFileSync(
      join(folder, `.pulumi/stacks/es3/dev.json.${suffix}`),
      compress(pulumiFixture("explicit-provider.filebackend-stack.json")),
    );
    expect((await new FileBackend(folder).read(ref))?.resources).toHaveLength(5);
  });

  test("the program that made them previews as unchanged, and destroys them", async () => {
    const { backend } = backendOfRealCli();
    const requests: string[] = [];
    const plugin = auth0Plugin({
      env: {},
      override: async () => Promise.reject(new Error("no request is needed for a preview")),
    });
    const engine = createEmbeddedEngine({ backend, plugins: [plugin], passphrase: () => PASSPHRASE });
    class Demo extends pulumi.ComponentResource {
      constructor(name: string, options: pulumi.ComponentResourceOptions) {
        super("eventstream:index:Auth0EventStream", name, {}, options);
        const webhook = new EventStream(
          `${name}-webhook`,
          {
            name: "my-webhook",
            destinationType: "webhook",
            subscriptions: ["user.updated", "user.created"],
            webhookConfiguration: {
              webhookEndpoint: "https://api.example.com/webhooks/auth0",
              webhookAuthorization: { method: "bearer", token: pulumi.secret("tok-1") },
            },
          },
          {
            parent: this,
            protect: true,
            retainOnDelete: true,
            ignoreChanges: ["status"],
            additionalSecretOutputs: ["updatedAt"],
            customTimeouts: { create: "5m" },
          },
        );
        new EventStream(
          `${name}-eb`,
          {
            name: "my-eventbridge",
            destinationType: "eventbridge",
            subscriptions: ["user.created"],
            eventbridgeConfiguration: { awsAccountId: "242849305777", awsRegion: "us-east-1" },
          },
          { parent: this, dependsOn: webhook },
        );
      }
    }
    const program: Program = async () => {
      const provider = new Provider("explicit", {
        domain: "localhost:18443",
        clientId: "stub-client",
        clientSecret: pulumi.secret("stub-secret"),
      });
      new Demo("demo", { providers: [provider] });
    };
    const result = await engine.preview({ ...ref, program });
    expect(result.diagnostics).toEqual([]);
    expect(result.steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`)).toEqual([
      "same explicit",
      "same demo-webhook",
      "same demo-eb",
    ]);
    expect(requests).toEqual([]);
  });

  test.each([
    "secret-input-after-create",
    "secret-input-after-update",
    "secret-input-after-refresh",
    "secret-input-after-drift-refresh",
    "import",
  ])("%s is sound by our integrity check", (name) => {
    const { deployment } = JSON.parse(pulumiFixture(`${name}.export-plaintext.json`)) as {
      deployment: Deployment;
    };
    expect(checkIntegrity(deployment.resources ?? [])).toEqual([]);
  });
});

describe("what cannot be continued is refused, and says so", () => {
  const backendWith = (text: string): FileBackend => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, ".pulumi/stacks/p"), { recursive: true });
    writeFileSync(join(folder, ".pulumi/stacks/p/dev.json"), text);
    return new FileBackend(folder);
  };
  test.each([
    ["half a file", '{"version":3,"check', "it is not JSON"],
    ["a version to come", '{"version":4,"features":["views"],"checkpoint":{}}', "version 4"],
    [
      "a resource without its parent",
      '{"version":3,"checkpoint":{"latest":{"resources":[{"urn":"u","type":"t","custom":false,"parent":"gone"}]}}}',
      "does not come earlier",
    ],
  ])("%s", async (_, text, why) => {
    await expect(backendWith(text).read({ project: "p", stack: "dev" })).rejects.toThrow(why);
  });

  test("secrets of a cloud provider", () => {
    const { salts } = new FileBackend(temporaryFolder());
    expect(() => new StackSecrets(() => "", salts, { type: "cloud", state: {} })).toThrow('kept by "cloud"');
  });
});
