import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openmcf, temporaryFolder } from "../support/cli.ts";
import { serve } from "../support/sandbox.ts";

/** Every secret that can be around, each one recognisable. */
const MARKERS = {
  WEBHOOK_TOKEN: "MARKER-webhook-token-9f2c",
  WEBHOOK_PASSWORD: "MARKER-webhook-password-1b77",
  HEADER_VALUE: "MARKER-header-value-c0de",
  // Fields that are not secret of themselves: whatever comes from the environment is.
  HEADER_KEY: "MARKER-header-key-77",
  USERNAME: "MARKER-username-3e",
  ENDPOINT: "https://hooks.example.com/MARKER-endpoint-61",
  PULUMI_CONFIG_PASSPHRASE: "MARKER-passphrase-55aa",
  AWS_SECRET_ACCESS_KEY: "MARKER-aws-secret-77",
  UNRELATED_SECRET: "MARKER-unrelated-31",
};

const manifest = (
  name: string,
  authorization: string,
  endpoint = `https://hooks.example.com/${name}`,
): string => `apiVersion: auth0.openmcf.org/v1
kind: Auth0EventStream
metadata: {name: ${name}}
spec:
  destinationType: webhook
  subscriptions: [user.created]
  webhookConfiguration:
    webhookEndpoint: ${endpoint}
    webhookAuthorization: ${authorization}
`;

test("of the secrets in the environment, in manifests and in files, not a byte is written in the clear", async () => {
  const tenant = temporaryFolder();
  const { exports, stop } = await serve(tenant);
  const secrets = { ...MARKERS, AUTH0_CLIENT_SECRET: exports["AUTH0_CLIENT_SECRET"] ?? "" };
  const cwd = temporaryFolder({
    "a.yaml": manifest("a", "{method: bearer, token: {valueFrom: {env: WEBHOOK_TOKEN}}}"),
    "b.yaml": manifest(
      "b",
      "{method: basic, username: {valueFrom: {env: USERNAME}}, password: {valueFrom: {env: WEBHOOK_PASSWORD}}}",
    ),
    "c.yaml": manifest(
      "c",
      "{method: custom_header, headerKey: {valueFrom: {env: HEADER_KEY}}, headerValue: {valueFrom: {env: HEADER_VALUE}}}",
      "{valueFrom: {env: ENDPOINT}}",
    ),
  });
  const env = { ...exports, ...secrets };
  const written: string[] = [];
  const run = async (command: string, more: Record<string, string> = {}): Promise<number | null> => {
    const { code, stdout, stderr } = await openmcf(command.split(" "), { cwd, env: { ...env, ...more } });
    written.push(`$ ${command}\n${stdout}\n${stderr}`);
    return code;
  };
  // Credentials by file too: the explicit provider's secret goes into the state, encrypted.
  writeFileSync(
    join(tenant, "provider.yaml"),
    `domain: ${exports["AUTH0_DOMAIN"]}\nclient_id: ${exports["AUTH0_CLIENT_ID"]}\nclient_secret: ${secrets.AUTH0_CLIENT_SECRET}\n`,
  );

  expect(await run("plan -f .")).toBe(0);
  expect(await run("apply -f . --json-events events.jsonl")).toBe(0);
  for (const format of ["json", "yaml", "markdown", "human"])
    expect(await run(`plan -f . -o ${format}`, { WEBHOOK_TOKEN: "MARKER-rotated-token" })).toBe(0);
  expect(await run("apply -f a.yaml --json-events events2.jsonl", { WEBHOOK_TOKEN: "MARKER-rotated-token" })).toBe(0);
  for (const command of [
    "load -f . -o json",
    "outputs -f . -o json",
    "refresh -f .",
    "doctor -f .",
    "explain spec",
    "validate -f .",
  ])
    expect(await run(command), command).toBe(0);
  expect(await run(`apply -f b.yaml -p ${join(tenant, "provider.yaml")}`)).toBe(0);
  // Failures that could repeat what they were given.
  writeFileSync(join(cwd, "bad.txt"), manifest("bad", "{method: bearer, tokn: MARKER-typo, token: 5}"));
  expect(await run("validate -f bad.txt")).toBe(3);
  writeFileSync(join(cwd, "broken.txt"), manifest("broken", '{method: bearer, token: "MARKER-unterminated'));
  expect(await run("validate -f broken.txt")).toBe(3);
  expect(await run("apply -f c.yaml --set spec.webhookConfiguration.webhookAuthorization.headerValue= ")).toBe(3);
  expect(await run("plan -f a.yaml", { PULUMI_CONFIG_PASSPHRASE: "MARKER-wrong-passphrase" })).toBe(3);
  expect(await run("destroy -f a.yaml", { AUTH0_CLIENT_SECRET: "MARKER-wrong-secret" })).toBe(1);
  expect(await run("destroy -f . --yes")).toBe(0);
  await stop();

  for (const file of everyFile(cwd)) {
    if (/\/(bad|broken)\.txt$/.test(file)) continue;
    written.push(`${file}\n${readFileSync(file, "latin1")}`);
  }
  expect(written.length).toBeGreaterThan(30);
  const leaks = written.filter(
    (text) => text.includes("MARKER") || text.includes(secrets.AUTH0_CLIENT_SECRET) || /eyJ[\w-]{20,}\./.test(text),
  );
  expect(leaks).toEqual([]);
});

/** HOME and TMPDIR of the commands lie in the folder, so temporary files are among them. */
function everyFile(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}
