import fc from "fast-check";
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { CODES, closest, codeFrame } from "../pkg/diagnostics/index.ts";
import type { Diagnostic } from "../pkg/diagnostics/index.ts";
import { loadManifests } from "../pkg/manifest/index.ts";

const load = (file: string) => loadManifests({ manifests: [file], set: [], strict: false, absent: "error", env: {} });

/** Line, column and marked text of the problem in each file of `manifests/invalid`. */
const PLACES: Readonly<Record<string, [line: number, column: number, marked: string]>> = {
  "archive-name-clash": [28, 13, "auth0"],
  "conflicting-fields": [19, 13, "inputPath"],
  "duplicate-filter": [8, 30, "auth.login.fail"],
  "duplicate-name": [19, 19, "queue"],
  "duplicate-spelling": [12, 3, "destination_type"],
  "duplicate-stack": [16, 9, "broken"],
  "duplicate-stream-name": [17, 9, "broken"],
  "duplicate-subscription": [8, 33, "user.created"],
  "event-bus-without-source": [11, 3, "eventBus"],
  "extra-destination-block": [12, 3, "actionConfiguration"],
  "forbidden-reference": [13, 14, "{valueFrom: {env: AUTH0_CLIENT_SECRET}}"],
  "incomplete-stack-labels": [7, 38, "my-org"],
  "invalid-event-pattern": [18, 30, "user."],
  "invalid-value": [10, 22, "http://hooks.example.com/auth0"],
  "kind-spelling": [3, 7, "auth0_event_stream"],
  "literal-placeholder": [13, 14, '"${WEBHOOK_TOKEN}"'],
  "missing-destination-block": [7, 20, "eventbridge"],
  "missing-field": [12, 15, "bearer"],
  "name-too-long": [14, 13, "an-archive-of-every-event-that-any-user-ever-caused"],
  "never-matches": [15, 9, "logTypes"],
  "not-a-manifest": [1, 1, "- just"],
  "receiver-without-endpoint": [11, 3, "receiver"],
  "reference-cycle": [13, 14, "{valueFrom: {kind: Auth0EventStream, name: broken, fieldPath: status.outputs.id}}"],
  "stray-field": [14, 7, "username"],
  "too-many-rules": [13, 5, "rules"],
  "too-many-targets": [15, 9, "targets"],
  "unknown-event-type": [8, 19, "user.craeted"],
  "unknown-field": [11, 5, "awsRegionn"],
  "unknown-kind": [3, 7, "Auth0EventStraem"],
  "unknown-label": [7, 5, "pulumi.openmcf.org/stack.nme"],
  "unknown-log-filter": [8, 13, "auth.login.fails"],
  "unknown-log-type": [15, 20, "fpp"],
  "unknown-region": [11, 16, "us-esat-1"],
  "unquoted-number": [10, 19, "012345678901"],
  "unresolved-reference": [
    13,
    14,
    "{valueFrom: {kind: Auth0EventStream, name: other, fieldPath: status.outputs.nothing}}",
  ],
  "unsupported-provisioner": [7, 30, "terraform"],
  "used-twice": [28, 13, "127.0.0.1:8080"],
  "wrong-account": [18, 20, "arn:aws:sqs:eu-central-1:999999999999:q"],
  "wrong-api-version": [2, 13, "auth0.openmcf.org/v2"],
  "wrong-arn": [18, 20, "arn:aws:sqs:eu-central-1:123456789012:q"],
  "wrong-region": [18, 20, "arn:aws:sqs:us-east-1:123456789012:q"],
  "wrong-type": [8, 18, "user.created"],
  "yaml-syntax": [9, 1, ""],
};

describe("diagnostics", () => {
  test("the documentation has a paragraph for each code, and no others", () => {
    const documented = [...readFileSync("docs/diagnostics.md", "utf8").matchAll(/^### `([a-z-]+)`$/gm)].map(
      ([, code]) => code ?? "",
    );
    expect(documented.toSorted()).toEqual(Object.keys(CODES).toSorted());
  });

  test.each(readdirSync("manifests/invalid"))("manifests/invalid/%s gets its code, at its place", async (file) => {
    const { diagnostics } = await load(`manifests/invalid/${file}`);
    const code = file.replace(".yaml", "");
    const problem = diagnostics.find((each) => each.code === code);
    const { line = 0, column = 0, endColumn, source } = problem ?? {};
    const marked = source?.text.split("\n")[line - 1]?.slice(column - 1, endColumn && endColumn - 1);
    expect([line, column, marked]).toEqual(PLACES[code]);
    expect(
      codeFrame(problem as Diagnostic)
        .at(-1)
        ?.trimEnd(),
    ).toMatch(/^ +\| *\^+$/);
  });

  test.each(readdirSync("manifests").filter((file) => file.endsWith(".yaml")))(
    "manifests/%s has no error, and a schema line",
    async (file) => {
      const { diagnostics } = await loadManifests({
        manifests: [`manifests/${file}`],
        set: [],
        strict: false,
        absent: "defer",
        env: {},
      });
      expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      const text = readFileSync(`manifests/${file}`, "utf8");
      const kind = /^kind: (\w+)$/m.exec(text)?.[1];
      expect(text).toContain(`# yaml-language-server: $schema=../schemas/${kind}.json`);
    },
  );

  test("a frame masks secrets, also where the text is not even YAML", () => {
    const text = 'spec:\n  token: "hush-hush"\n  tokken: x\n';
    const frame = codeFrame({
      code: "unknown-field",
      severity: "error",
      message: "",
      line: 3,
      column: 3,
      source: { text },
    });
    expect(frame.join("\n")).not.toContain("hush");
    expect(frame).toEqual(["2 |   token: •••••••••••", "3 |   tokken: x", "  |   ^"]);
  });
});

test("the word that was meant", () => {
  expect(closest("user.craeted", ["user.created", "user.deleted"])).toBe("user.created");
  expect(closest("awsRegionn", ["awsRegion", "awsAccountId"])).toBe("awsRegion");
  expect(closest("zzz", ["user.created"])).toBeUndefined();
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (word, candidates) => {
      expect([undefined, ...candidates]).toContain(closest(word, candidates));
    }),
  );
});
