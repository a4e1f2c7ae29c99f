import { readFileSync, readdirSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import type { Diagnostic } from "../../pkg/diagnostics/index.ts";
import { loadManifests } from "../../pkg/manifest/index.ts";
import type { LoadOptions } from "../../pkg/manifest/index.ts";
import { renderDiagnostics } from "../../pkg/report/index.ts";
import { getPath, setPath } from "../../pkg/values/index.ts";
import type { PropertyMap, PropertyValue } from "../../pkg/values/index.ts";
import { eventbridgeManifest } from "../support/manifests.ts";

const load = (text: string, more: Partial<LoadOptions> = {}) =>
  loadManifests({
    manifests: ["-"],
    set: [],
    strict: false,
    absent: "defer",
    env: {},
    stdin: async () => text,
    ...more,
  });

const MANIFESTS = readdirSync("manifests")
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => readFileSync(`manifests/${file}`, "utf8"));

/** No bug of ours, and every place lies in the text. */
function expectSound(text: string, diagnostics: readonly Diagnostic[]): void {
  const lines = text.split("\n");
  expect(diagnostics.filter(({ code }) => code === "internal-error")).toEqual([]);
  for (const { line = 1, column = 1 } of diagnostics) {
    expect(line).toBeLessThanOrEqual(lines.length);
    expect(column).toBeLessThanOrEqual((lines[line - 1]?.length ?? 0) + 1);
  }
}

/** The paths of everything in a value. */
function pathsIn(value: PropertyValue | undefined, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, each]) =>
      pathsIn(each, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

describe("a manifest while it is being written", () => {
  test("cut off anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...MANIFESTS),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (text, part) => {
          const start = text.slice(0, Math.round(part * text.length));
          expectSound(start, (await load(start)).diagnostics);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("with a line taken out, doubled, indented or without its colon", async () => {
    const change = fc.constantFrom<(line: string) => string[]>(
      () => [],
      (line) => [line, line],
      (line) => [`  ${line}`],
      (line) => [line.slice(1)],
      (line) => [line.replace(":", "")],
      (line) => [line.replace(/:.*$/, ":")],
      (line) => [line.replace(/:.*$/, ": |")],
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...MANIFESTS), fc.nat(), change, async (text, at, changed) => {
        const lines = text.split("\n");
        const edited = lines
          .flatMap((line, index) => (index === at % lines.length ? changed(line) : [line]))
          .join("\n");
        expectSound(edited, (await load(edited)).diagnostics);
      }),
      { numRuns: 200 },
    );
  });

  test("with anything in the place of any value", async () => {
    const words = ["constructor", "__proto__", "toString", "hasOwnProperty", "", "x"];
    const anything = fc.constantFrom<PropertyValue>(
      ...words,
      null,
      0,
      1.5,
      true,
      [],
      {},
      [null],
      [[]],
      [{}],
      { x: null },
      { valueFrom: {} },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...MANIFESTS),
        fc.array(fc.tuple(fc.nat(), anything), { minLength: 1, maxLength: 3 }),
        async (text, edits) => {
          const value = parse(text.split("\n---\n")[0] ?? "") as PropertyMap;
          for (const [at, replacement] of edits) {
            const paths = pathsIn(value).slice(1);
            const path = paths[at % paths.length] ?? [];
            if (typeof getPath(value, path.slice(0, -1)) === "object")
              setPath(value, path, structuredClone(replacement));
          }
          const edited = stringify(value);
          expectSound(edited, (await load(edited)).diagnostics);
        },
      ),
      { numRuns: 150 },
    );
  });

  test("an empty field is an absent one", async () => {
    const bus = (rest: string): string => `${eventbridgeManifest("a")}  eventBus:\n${rest}`;
    for (const text of [
      bus("    rules:\n"),
      bus("    archive:\n    rules: []\n"),
      `${eventbridgeManifest("a")}  eventBus:\n`,
      `${eventbridgeManifest("a")}  status:\n`,
      eventbridgeManifest("a").replace("metadata:", "metadata:\n  labels:\n  env:"),
    ]) {
      const { manifests, diagnostics } = await load(text);
      expect(diagnostics).toEqual([]);
      expect(JSON.stringify([manifests[0]?.spec, manifests[0]?.metadata])).not.toContain("null");
    }
    const { diagnostics } = await load(bus("    rules:\n      - name: r\n        targets:\n"));
    expect(diagnostics).toMatchObject([
      { code: "missing-field", path: "spec.eventBus.rules[0].targets", line: 14, column: 9 },
    ]);
  });

  test("a crash in one file hides the problems of no other, and says that it is ours", async () => {
    // An environment that cannot be read stands for a bug.
    const env = new Proxy(
      {},
      {
        getOwnPropertyDescriptor: () => {
          throw new Error("MARKER");
        },
      },
    );
    const crashing = eventbridgeManifest("a").replace("us-east-1", "{valueFrom: {env: REGION}}");
    const { diagnostics } = await load(crashing, { env, manifests: ["-", "manifests/invalid/wrong-type.yaml"] });
    expect(diagnostics.map(({ code, file }) => [code, file])).toEqual([
      ["internal-error", "<stdin>"],
      ["wrong-type", "manifests/invalid/wrong-type.yaml"],
    ]);
    expect(renderDiagnostics(diagnostics, (_, text) => text).join("\n")).not.toContain("MARKER");
  });
});

/** A mistake, and what is said of it: never more, never less, whatever else is wrong. */
interface Mistake {
  edit: (text: string) => string;
  says: [code: string, path: string][];
}

const CORRECT = `${eventbridgeManifest("a")}  status: enabled
  eventBus:
    description: all events
    archive: {retentionDays: 30}
    rules:
      - name: users
        eventTypes: [user.created]
        targets:
          - name: queue
            sqs: {arn: "arn:aws:sqs:us-east-1:123456789012:q"}
          - name: function
            lambda: {arn: "arn:aws:lambda:us-east-1:123456789012:function:f"}
`;

const replace =
  (from: string, to: string) =>
  (text: string): string =>
    text.replace(from, to);

const MISTAKES: readonly Mistake[] = [
  {
    edit: replace('"123456789012"', "123456789012"),
    says: [["unquoted-number", "spec.eventbridgeConfiguration.awsAccountId"]],
  },
  {
    edit: replace("destinationType: eventbridge", "destinationType: Eventbridge"),
    says: [["invalid-value", "spec.destinationType"]],
  },
  {
    edit: replace("user.deleted]", "user.deleted, user.created]"),
    says: [["duplicate-subscription", "spec.subscriptions[2]"]],
  },
  { edit: replace("status: enabled", "status: active"), says: [["invalid-value", "spec.status"]] },
  { edit: replace("description: all", "descripton: all"), says: [["unknown-field", "spec.eventBus.descripton"]] },
  {
    edit: replace("retentionDays: 30", "retentionDays: thirty"),
    says: [["wrong-type", "spec.eventBus.archive.retentionDays"]],
  },
  {
    edit: replace("- name: queue", "- nane: queue"),
    says: [["unknown-field", "spec.eventBus.rules[0].targets[0].nane"]],
  },
  { edit: replace("sqs: {", "sqz: {"), says: [["unknown-field", "spec.eventBus.rules[0].targets[0].sqz"]] },
  {
    edit: replace("lambda: {arn", "lambda: {arm"),
    says: [["unknown-field", "spec.eventBus.rules[0].targets[1].lambda.arm"]],
  },
  {
    edit: replace("eventTypes: [user.created]", "eventTypes: user.created"),
    says: [["wrong-type", "spec.eventBus.rules[0].eventTypes"]],
  },
  {
    edit: replace("metadata:\n", "metadata:\n  labels: {pulumi.openmcf.org/stack.nme: dev}\n"),
    says: [["unknown-label", 'metadata.labels["pulumi.openmcf.org/stack.nme"]']],
  },
  { edit: (text) => `${text}extra: 1\n`, says: [["unknown-field", "extra"]] },
];

describe("mistakes beside each other", () => {
  test("the manifest that they are made in is correct", async () => {
    expect((await load(CORRECT)).diagnostics).toEqual([]);
  });

  test("each is reported once, whatever else is wrong", async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([...MISTAKES], { minLength: 1 }), async (mistakes) => {
        const text = mistakes.reduce((edited, { edit }) => edit(edited), CORRECT);
        const said = (await load(text)).diagnostics.map(({ code, path }) => `${code} ${path}`);
        expect(said.toSorted()).toEqual(mistakes.flatMap(({ says }) => says.map((each) => each.join(" "))).toSorted());
      }),
      { numRuns: 150 },
    );
  });

  test("in several documents: a second use of a stack or name is reported beside other errors", async () => {
    const { diagnostics } = await load(
      `${eventbridgeManifest("a")}---\n${eventbridgeManifest("a").replace("[user.created", "[5, user.created")}`,
    );
    expect(diagnostics.map(({ code }) => code).toSorted()).toEqual(["duplicate-stack", "unquoted-number"]);
  });
});
