import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { folderWithExamples, openmcf } from "../support/cli.ts";

// Whole commands as a user sees them. Each file under `expected/` is one: what was typed, the exit code, stdout, stderr.
// `npx vitest run tests/golden -u` writes them anew; read the difference before you commit it.

const AWS = "manifests/user-events-to-aws.yaml";
const HOOK = "manifests/user-lifecycle.yaml";

/** Scenarios: commands that follow each other in one folder, each with a name for its file. */
const SCENARIOS: Record<string, (readonly [name: string, command: string])[]> = {
  life: [
    ["plan-create", `plan -f ${AWS} --sandbox`],
    ["apply-create", `apply -f ${AWS} -f ${HOOK} --sandbox --parallel 1`],
    ["plan-unchanged", `plan -f ${AWS} -f ${HOOK} --sandbox --detailed-exitcode`],
    [
      "plan-update",
      `plan -f ${HOOK} --sandbox --detailed-exitcode --set spec.subscriptions=["user.deleted","group.created"] --set spec.webhookConfiguration.webhookAuthorization.token=other --set spec.status=disabled`,
    ],
    ["plan-replace", `plan -f ${AWS} --sandbox --set spec.eventbridgeConfiguration.awsRegion=us-east-1`],
    [
      "plan-replace-markdown",
      `plan -f ${AWS} -f ${HOOK} --sandbox -o markdown --set metadata.annotations.x=y --set spec.status=disabled`,
    ],
    ["plan-json", `plan -f ${HOOK} --sandbox -o json --set spec.status=disabled`],
    ["outputs-json", `outputs -f ${AWS} --sandbox -o json`],
    ["outputs", `outputs -f ${HOOK} --sandbox`],
    ["emit", "sandbox emit user.created --count 2"],
    ["sandbox-status", "sandbox status"],
    ["doctor", `doctor -f ${HOOK} --sandbox`],
    ["plan-destroy", `plan --destroy -f ${HOOK} --sandbox`],
    ["destroy", `destroy -f ${HOOK} -f ${AWS} --sandbox --parallel 1`],
    ["destroy-again", `destroy -f ${HOOK} --sandbox`],
    ["outputs-gone", `outputs -f ${HOOK} --sandbox`],
  ],
  references: [
    ["references-plan", "plan -f manifests/two-streams.yaml --sandbox"],
    ["references-apply", "apply -f manifests/two-streams.yaml --sandbox"],
    ["references-destroy", "destroy -f manifests/two-streams.yaml --sandbox"],
  ],
  offline: [
    ["validate-seed", "validate -f manifests/login-events.yaml"],
    [
      "validate-invalid",
      "validate -f manifests/invalid/unknown-field.yaml -f manifests/invalid/unquoted-number.yaml -f manifests/invalid/missing-field.yaml",
    ],
    ["validate-json", "validate -f manifests/invalid/unknown-event-type.yaml -o json --strict"],
    ["load", `load -f ${HOOK} --set spec.status=enabled`],
    ["explain", "explain spec.webhookConfiguration.webhookAuthorization"],
    ["explain-unknown", "explain spec.webhok"],
    ["apply-invalid", "apply -f manifests/invalid/wrong-api-version.yaml --sandbox"],
    ["apply-no-credentials", `apply -f ${AWS}`],
    ["apply-unresolved", "apply -f manifests/secret-from-env.yaml --sandbox"],
    ["other-backend", `plan -f ${AWS} --backend s3://bucket --engine embedded`],
    ["unknown-command", "aply -f x"],
    ["unknown-flag", "apply --sandbx"],
    ["help", "--help"],
  ],
};

test.each(Object.entries(SCENARIOS))("%s", async (_, commands) => {
  const cwd = folderWithExamples();
  for (const [name, command] of commands) {
    const { code, stdout, stderr } = await openmcf(command.split(" "), { cwd });
    const text = `$ openmcf ${command}\n${stdout}${stderr ? `--- stderr ---\n${stderr}` : ""}--- exit ${code} ---\n`;
    await expect(normalized(text, cwd)).toMatchFileSnapshot(resolve(`tests/golden/expected/${name}.txt`));
  }
});

test("import adopts by name or id, writes what is needed, and shows what an apply would still change", async () => {
  const cwd = folderWithExamples();
  await openmcf(
    ["apply", "-f", HOOK, "--sandbox", "--stack", "organization/my-project/staging.Auth0EventStream.user-lifecycle"],
    { cwd },
  );
  // Another state, the same tenant: the stream is live and nothing knows of it.
  writeFileSync(
    join(cwd, "other.yaml"),
    `apiVersion: auth0.openmcf.org/v1
kind: Auth0EventStream
metadata: {name: user-lifecycle, env: other}
spec:
  destinationType: webhook
  subscriptions: [user.created]
  webhookConfiguration: {webhookEndpoint: "https://api.example.com/webhooks/auth0/users", webhookAuthorization: {method: bearer, token: t}}
`,
  );
  for (const [name, command] of [
    ["import", "import -f other.yaml --sandbox"],
    ["import-twice", "import -f other.yaml --sandbox"],
    ["import-apply", "apply -f other.yaml --sandbox"],
    ["import-unknown", "import est_0000000000000000000000 -f manifests/user-events-to-aws.yaml --sandbox"],
  ] as const) {
    const { code, stdout, stderr } = await openmcf(command.split(" "), { cwd });
    await expect(
      normalized(
        `$ openmcf ${command}\n${stdout}${stderr ? `--- stderr ---\n${stderr}` : ""}--- exit ${code} ---\n`,
        cwd,
      ),
    ).toMatchFileSnapshot(resolve(`tests/golden/expected/${name}.txt`));
  }
});

/** What differs from run to run is named instead. */
function normalized(text: string, cwd: string): string {
  return text
    .replaceAll(cwd, "<folder>")
    .replace(/est_(?!0{22})[A-Za-z0-9]{22}/g, "est_<22 characters>___")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, "2026-01-01T00:00:00.000Z")
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f-]{21}/g, "00000000-0000-4000-8000-000000000000")
    .replace(/\b\d+(\.\d+)? m?s\b/g, "<time>")
    .replace(/v24\.\d+\.\d+/g, "v24.0.0");
}
