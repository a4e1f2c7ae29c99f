import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { loadManifests } from "../../pkg/manifest/index.ts";
import type { LoadOptions } from "../../pkg/manifest/index.ts";
import { eventbridgeManifest, webhookManifest } from "../support/manifests.ts";

const load = (text: string, more: Partial<LoadOptions> = {}) =>
  loadManifests({
    manifests: ["-"],
    set: [],
    strict: false,
    absent: "error",
    env: {},
    stdin: async () => text,
    ...more,
  });

const codes = async (text: string, more: Partial<LoadOptions> = {}): Promise<string[]> =>
  (await load(text, more)).diagnostics.map(({ code }) => code);

describe("documents", () => {
  test("every document of a file is used, and positions are those of the file", async () => {
    const second = webhookManifest("second").replace("webhookEndpoint: https", "webhookEndpoint: http");
    const { diagnostics } = await load(`${eventbridgeManifest("first")}---\n${second}`);
    expect(diagnostics).toHaveLength(1);
    const [problem] = diagnostics;
    const lines = `${eventbridgeManifest("first")}---\n${second}`.split("\n");
    expect(problem).toMatchObject({ code: "invalid-value", path: "spec.webhookConfiguration.webhookEndpoint" });
    expect(lines[(problem?.line ?? 0) - 1]?.slice((problem?.column ?? 0) - 1)).toBe("http://hooks.example.com/auth0");
  });

  test("snake_case and camelCase keys mean the same, kinds are matched as OpenMCF does", async () => {
    const snake = eventbridgeManifest("a")
      .replace(/[a-z]+[A-Z]\w+(?=:)/g, (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
      .replace("Auth0EventStream", "auth0_event-stream");
    expect(snake).toContain("aws_account_id");
    const [camel, other] = await Promise.all([load(eventbridgeManifest("a")), load(snake)]);
    expect(other.diagnostics).toMatchObject([
      { code: "kind-spelling", severity: "warning", hint: expect.stringContaining("kind: Auth0EventStream") },
    ]);
    expect(other.manifests[0]?.spec).toEqual(camel.manifests[0]?.spec);
  });

  test("all problems of a document are told at once", async () => {
    const text = eventbridgeManifest("a")
      .replace("us-east-1", "''")
      .replace("awsAccountId", "awsAcountId")
      .replace("user.deleted", "user.created");
    // awsAccountId is not missing as well: the misspelt key says it.
    expect((await codes(text)).toSorted()).toEqual(["duplicate-subscription", "invalid-value", "unknown-field"]);
  });

  test("an empty entry in a list is told, whatever else is wrong", async () => {
    expect(
      await codes(eventbridgeManifest("a").replace("[user.created, user.deleted]", "[user.created, null]")),
    ).toEqual(["missing-field"]);
  });

  test("anchors, merges, CRLF and a byte order mark are fine", async () => {
    const text = `\uFEFF${eventbridgeManifest("a")
      .replace("subscriptions: [user.created, user.deleted]", "subscriptions: &types [user.created]")
      .replace("metadata:", "metadata: &meta")}`.replace(/\n/g, "\r\n");
    expect(await codes(text)).toEqual([]);
    const merged = "base: &b {apiVersion: auth0.openmcf.org/v1, kind: Auth0EventStream}\n<<: *b\nmetadata: {name: x}\n";
    expect((await load(merged)).diagnostics.map(({ path = "" }) => path).toSorted()).toEqual(["base", "spec"]);
  });

  test("an alias bomb and endless nesting are refused, not run out of memory on", async () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x,x]\n${"bcdefgh".replace(
      /./g,
      (c) =>
        `${c}: &${c} [${Array(10)
          .fill(`*${String.fromCharCode(c.charCodeAt(0) - 1)}`)
          .join()}]\n`,
    )}`;
    expect(await codes(bomb)).toEqual(["yaml-syntax"]);
    expect(await codes("[".repeat(5_000))).toContain("yaml-syntax");
    expect(await codes("a: &a [*a]")).toEqual(["yaml-syntax"]);
  });

  test("an unquoted account id is explained with the digits as they were written", async () => {
    const { diagnostics } = await load(eventbridgeManifest("a").replace('"123456789012"', "012345678901"));
    expect(diagnostics).toMatchObject([{ code: "unquoted-number", hint: 'quote it: awsAccountId: "012345678901"' }]);
    expect(diagnostics[0]?.message).toContain("leading zero");
  });

  test("a status block is accepted and ignored; --strict turns warnings into errors", async () => {
    expect(await codes(`${eventbridgeManifest("a")}status: {outputs: {id: x}}\n`)).toEqual([]);
    const { diagnostics } = await load(eventbridgeManifest("a").replace("user.deleted", "authentication.success"), {
      strict: true,
    });
    expect(diagnostics).toMatchObject([{ code: "unknown-event-type", severity: "error" }]);
  });
});

describe("--set", () => {
  test("is typed, reaches list items, and takes either spelling", async () => {
    const { manifests, diagnostics } = await load(eventbridgeManifest("a"), {
      set: [
        "spec.subscriptions[2]=user.updated",
        "spec.eventbridge_configuration.aws_account_id=000000000001",
        'metadata.labels={"team":"identity"}',
        'metadata.labels["example.com/x"]=y',
        "metadata.tags[0]=t",
        "spec.status=disabled",
      ],
    });
    expect(diagnostics).toEqual([]);
    expect(manifests[0]).toMatchObject({
      spec: {
        subscriptions: ["user.created", "user.deleted", "user.updated"],
        eventbridgeConfiguration: { awsAccountId: "000000000001" },
        status: "disabled",
      },
      metadata: { labels: { team: "identity", "example.com/x": "y" }, tags: ["t"] },
    });
  });

  test("points at the flag when the value is wrong, and never repeats a secret", async () => {
    const { diagnostics } = await load(eventbridgeManifest("a"), {
      set: ["spec.eventbridgeConfiguration.awsAccountId=12"],
    });
    expect(diagnostics).toMatchObject([
      { code: "invalid-value", file: "--set spec.eventbridgeConfiguration.awsAccountId=12" },
    ]);
    const secret = await load(webhookManifest("a"), {
      set: ["spec.webhookConfiguration.webhookAuthorization.token= "],
    });
    for (const set of [
      'spec.webhookConfiguration.webhookAuthorization={"method":"bearer","token":"MARKER","extra":1}',
      "spec.webhookConfiguration.webhookAuthorization.tokn=MARKER",
    ]) {
      const { diagnostics: problems } = await load(webhookManifest("a"), { set: [set] });
      expect(problems).toMatchObject([{ code: "unknown-field" }]);
      expect(JSON.stringify(problems.map((problem) => ({ ...problem, source: undefined })))).not.toContain("MARKER");
    }
    expect(secret.diagnostics).toMatchObject([{ file: "--set spec.webhookConfiguration.webhookAuthorization.token" }]);
  });

  test.each([
    "novalue",
    "=x",
    "spec.subscriptions[9]=x",
    "spec.subscriptions.a=x",
    "metadata.name.b=x",
    "spec..a=1",
    "spec.__proto__=1",
  ])("refuses %s", async (set) => {
    expect(await codes(eventbridgeManifest("a"), { set: [set] })).toContain("bad-set");
  });
});

describe("references", () => {
  const withToken = (reference: string): string => webhookManifest("a", { token: reference });

  test("what is absent is an error, or deferred in a check", async () => {
    const text = withToken("{valueFrom: {env: TOKEN}}");
    expect(await codes(text, { env: { TOKEN: "from-env" } })).toEqual([]);
    expect(await codes(text)).toEqual(["unresolved-reference"]);
    const deferred = await load(text, { absent: "defer" });
    expect(deferred.diagnostics).toMatchObject([{ code: "unresolved-reference", severity: "warning", line: 12 }]);
    expect(deferred.manifests).toHaveLength(1);
    expect(await codes(withToken("{value: literal}"))).toEqual([]);
  });

  test.each([
    "{valueFrom: {env: A, file: B}}",
    "{valueFrom: {}}",
    "{other: 1}",
    "{valueFrom: {kind: Nope, name: x, fieldPath: status.outputs.id}}",
    "{valueFrom: {kind: Auth0EventStream, name: x, fieldPath: spec.id}}",
  ])("refuses %s", async (reference) => {
    expect(await codes(withToken(reference))).toEqual(["unresolved-reference"]);
  });

  test("a field that takes no reference says so", async () => {
    expect(
      await codes(
        eventbridgeManifest("a").replace("destinationType: eventbridge", "destinationType: {valueFrom: {env: X}}"),
      ),
    ).toContain("invalid-value");
  });
});

describe("properties", () => {
  test("no text whatever makes loading throw", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.string({ unit: fc.constantFrom(...Array.from("{}[]:-&*!|>'\"%@`#,? \n\tab1")) }),
        ),
        async (text) => {
          const { diagnostics } = await load(text);
          for (const { line = 1, column = 1 } of diagnostics) expect(line >= 1 && column >= 1).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("no YAML value whatever makes validation throw, and every problem has a place in the text", async () => {
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.double({ noNaN: true }));
    const key = fc.constantFrom(
      "destinationType",
      "subscriptions",
      "webhookConfiguration",
      "webhook_authorization",
      "method",
      "token",
      "valueFrom",
      "env",
      "x",
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(key, tie("tree"), { maxKeys: 4 }),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(tree, tree, async (spec, metadata) => {
        const text = stringify({ apiVersion: "auth0.openmcf.org/v1", kind: "Auth0EventStream", metadata, spec });
        const lines = text.split("\n");
        for (const { line = 0, column = 0 } of (await load(text)).diagnostics) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("what is loaded and written again is loaded the same", async () => {
    const type = fc.constantFrom("user.created", "user.deleted", "group.created", "organization.updated");
    const words = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9 _:#'"-]{0,20}[A-Za-z0-9]$/);
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[A-Za-z0-9_.-]{1,60}$/),
        fc.uniqueArray(type, { minLength: 1 }),
        words,
        fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), words),
        async (name, subscriptions, token, labels) => {
          const value = {
            apiVersion: "auth0.openmcf.org/v1",
            kind: "Auth0EventStream",
            metadata: { name, labels },
            spec: {
              destinationType: "webhook",
              subscriptions,
              webhookConfiguration: {
                webhookEndpoint: "https://x.example.com/",
                webhookAuthorization: { method: "bearer", token },
              },
            },
          };
          const { manifests, diagnostics } = await load(stringify(value));
          expect(diagnostics).toEqual([]);
          expect(manifests[0]?.spec).toEqual(value.spec);
          expect(manifests[0]?.metadata).toEqual(value.metadata);
        },
      ),
      { numRuns: 200 },
    );
  });
});
