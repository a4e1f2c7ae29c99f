import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { childOf, envelopeOf, fieldKeys, fieldOf, findKind } from "../../pkg/kinds/index.ts";
import { effectiveManifest, hasSecrets, loadManifests, withReferences } from "../../pkg/manifest/index.ts";
import type { LoadOptions } from "../../pkg/manifest/index.ts";
import { renderDiagnostics } from "../../pkg/report/index.ts";
import { secret } from "../../pkg/values/index.ts";
import { webhookManifest } from "../support/manifests.ts";
import { temporaryFolder } from "../support/cli.ts";

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

const plain = (_: unknown, text: string): string => text;

/** The paths of all fields of the webhook and EventBridge destinations that take references. */
const REFERABLE = [
  "webhookConfiguration.webhookEndpoint",
  "webhookConfiguration.webhookAuthorization.token",
  "webhookConfiguration.webhookAuthorization.username",
  "webhookConfiguration.webhookAuthorization.headerKey",
  "eventbridgeConfiguration.awsAccountId",
  "eventbridgeConfiguration.awsRegion",
  "actionConfiguration.actionId",
];

/** A manifest that takes the value of one field from `reference`; the rest of it is whatever goes with the field. */
function manifestWith(path: string, reference: string): string {
  const [block = "", ...steps] = path.split(".");
  const type = block.replace("Configuration", "");
  const value = steps.reduceRight((inner, step) => `{${step}: ${inner}}`, reference);
  return `apiVersion: auth0.openmcf.org/v1
kind: Auth0EventStream
metadata: {name: s}
spec: {destinationType: ${type}, subscriptions: [user.created], ${block}: ${value}}
`;
}

describe("values from the environment and files", () => {
  test("the fields under test are the ones that the schema lets be references", () => {
    const kind = findKind("Auth0EventStream");
    for (const path of REFERABLE) {
      const field = ["spec", ...path.split(".")].reduce(
        (schema, step) => schema && childOf(schema, step),
        kind && (envelopeOf(kind) as ReturnType<typeof childOf>),
      );
      expect([path, field && fieldOf(field).ref, field && fieldKeys(field)]).toEqual([path, true, []]);
    }
  });

  test("no text repeats them, in whatever field they are and whatever is wrong with them", async () => {
    const marker = fc.constantFrom(
      "MARKER",
      "MARKER with spaces",
      "http://u:MARKER@x/",
      "arn:aws:sqs:MARKER:1:q",
      "1MARKER",
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...REFERABLE),
        marker,
        fc.constantFrom("env", "file"),
        async (path, value, from) => {
          const folder = temporaryFolder({ secret: value });
          writeFileSync(
            join(folder, "m.yaml"),
            manifestWith(path, `{valueFrom: {${from}: ${from === "env" ? "NAME" : "secret"}}}`),
          );
          const { diagnostics, manifests } = await load("", {
            manifests: [join(folder, "m.yaml")],
            env: { NAME: value },
          });
          const shown = [
            ...renderDiagnostics(diagnostics, plain),
            JSON.stringify(diagnostics.map((each) => ({ ...each, source: undefined }))),
            JSON.stringify(manifests.map(({ spec }) => spec)),
            JSON.stringify(manifests.map(effectiveManifest)),
          ];
          expect(shown.join("\n")).not.toContain("MARKER");
          expect(manifests.every(hasSecrets)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("a manifest shows where they come from; its program gets them as secrets", async () => {
    const text = manifestWith(
      "eventbridgeConfiguration",
      "{awsAccountId: {valueFrom: {env: ACCOUNT}}, awsRegion: eu-west-1}",
    );
    const { manifests, diagnostics } = await load(text, { env: { ACCOUNT: "123456789012" } });
    expect(diagnostics).toEqual([]);
    const [manifest] = manifests;
    if (!manifest) throw new Error("no manifest");
    expect(effectiveManifest(manifest)).toMatchObject({
      spec: { eventbridgeConfiguration: { awsAccountId: "[from env ACCOUNT]", awsRegion: "eu-west-1" } },
    });
    expect(withReferences(manifest, () => undefined).spec).toMatchObject({
      eventbridgeConfiguration: { awsAccountId: secret("123456789012"), awsRegion: "eu-west-1" },
    });
  });

  test("messages about them name the source", async () => {
    const region = manifestWith(
      "eventbridgeConfiguration",
      '{awsAccountId: "123456789012", awsRegion: {valueFrom: {env: REGION}}}',
    );
    expect((await load(region, { env: { REGION: "us-esat-1" } })).diagnostics).toMatchObject([
      { code: "unknown-region", message: "awsRegion [from env REGION]: a region Auth0 does not list", line: 4 },
    ]);
    const account = manifestWith(
      "eventbridgeConfiguration",
      "{awsAccountId: {valueFrom: {env: ID}}, awsRegion: us-east-1}",
    );
    expect((await load(account, { env: { ID: "12" } })).diagnostics).toMatchObject([
      { code: "invalid-value", message: "awsAccountId [from env ID] is not a 12-digit AWS account id" },
    ]);
  });

  test("trailing newline of a file is not part of the value; other white space is", async () => {
    const folder = temporaryFolder({
      token: " a b \r\n",
      "m.yaml": webhookManifest("s", { token: "{valueFrom: {file: token}}" }),
    });
    const { manifests } = await load("", { manifests: [join(folder, "m.yaml")] });
    expect(manifests[0]?.sourced.map(({ value }) => value)).toEqual([" a b "]);
  });
});

describe("what a manifest may read", () => {
  const withToken = (reference: string): string => webhookManifest("s", { token: `{valueFrom: ${reference}}` });
  const problems = async (text: string, more: Partial<LoadOptions> = {}) =>
    (await load(text, more)).diagnostics.map(({ code, message, hint }) => ({ code, message, hint }));

  test.each(["AUTH0_CLIENT_SECRET", "PULUMI_CONFIG_PASSPHRASE", "AWS_SECRET_ACCESS_KEY", "aws_session_token"])(
    "not %s, unless a flag names it",
    async (name) => {
      const text = withToken(`{env: ${name}}`);
      const env = { [name]: "MARKER" };
      const [problem, ...more] = await problems(text, { env, absent: "defer" });
      expect(more).toEqual([]);
      expect(problem).toMatchObject({
        code: "forbidden-reference",
        hint: expect.stringContaining(`--allow-env ${name}`),
      });
      expect(await problems(text, { env, allowEnv: [name] })).toEqual([]);
      expect(await problems(text, { env, allowEnv: [`${name.slice(0, 6)}*`] })).toEqual([]);
      expect(await problems(text, { env, allowEnv: [name.slice(0, 6)] })).toHaveLength(1);
    },
  );

  test("files below its own folder, and below folders that a flag names; links count as what they point to", async () => {
    const outside = temporaryFolder({ token: "MARKER" });
    const folder = temporaryFolder({ inside: "x" });
    mkdirSync(join(folder, "sub"));
    symlinkSync(join(outside, "token"), join(folder, "link"));
    symlinkSync(outside, join(folder, "linked-folder"));
    symlinkSync(join(folder, "inside"), join(folder, "sub/own-link"));
    const check = async (file: string, more: Partial<LoadOptions> = {}) => {
      writeFileSync(join(folder, "m.yaml"), withToken(`{file: ${JSON.stringify(file)}}`));
      return (await problems("", { manifests: [join(folder, "m.yaml")], ...more })).map(({ code }) => code);
    };
    for (const file of ["inside", "./sub/../inside", "sub/own-link", join(folder, "inside")])
      expect([file, await check(file)]).toEqual([file, []]);
    for (const file of [join(outside, "token"), "link", "linked-folder/token", "../outside", "/etc/passwd"]) {
      expect([file, await check(file)]).toEqual([file, ["forbidden-reference"]]);
    }
    for (const file of [join(outside, "token"), "link", "linked-folder/token"])
      expect([file, await check(file, { allowFiles: [outside] })]).toEqual([file, []]);
  });

  test("a file that is absent, empty or no file says so", async () => {
    const folder = temporaryFolder({ empty: "\n" });
    mkdirSync(join(folder, "sub"));
    for (const [file, message] of [
      ["nowhere.txt", "file nowhere.txt does not exist"],
      ["empty", "file empty is empty"],
      ["sub", "sub is not a file"],
    ] as const) {
      writeFileSync(join(folder, "m.yaml"), withToken(`{file: ${file}}`));
      expect(await problems("", { manifests: [join(folder, "m.yaml")] })).toMatchObject([{ message }]);
    }
  });

  test("the name of a variable that is none is not repeated", async () => {
    const [problem] = await problems(withToken('{env: "MARKER-is-a-token"}'));
    expect(problem).toMatchObject({
      code: "unresolved-reference",
      message: "env is not the name of an environment variable",
    });
  });
});
