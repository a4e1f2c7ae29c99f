import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadManifests } from "../../pkg/manifest/index.ts";
import type { Diagnostic } from "../../pkg/diagnostics/index.ts";
import { renderDiagnostics } from "../../pkg/report/index.ts";

const load = async (text: string): Promise<Diagnostic[]> =>
  (await loadManifests({ manifests: ["-"], set: [], strict: false, absent: "defer", env: {}, stdin: async () => text }))
    .diagnostics;

/** All that a person or a program sees of diagnostics. */
const shown = (diagnostics: readonly Diagnostic[]): string =>
  [
    ...renderDiagnostics(diagnostics, (_, text) => text),
    ...diagnostics.map((each) => JSON.stringify({ ...each, source: undefined })),
  ].join("\n");

/** Ways to write a secret. */
const FORMS = [
  "MARKER",
  '"MARKER"',
  "'MARKER'",
  "|\n        MARKER",
  ">-\n        MARKER\n        MARKER",
  "\n        MARKER",
  "{value: MARKER}",
];

const manifest = (form: string): string => `apiVersion: auth0.openmcf.org/v1
kind: Auth0EventStream
metadata:
  name: s
spec:
  destinationType: webhook
  subscriptions: [user.created]
  webhookConfiguration:
    webhookEndpoint: https://user:MARKER@hooks.example.com/auth0
    webhookAuthorization:
      method: basic
      username: u
      password: ${form}
`;

/** Changes that a hand makes to a text: characters and lines that go, come, or move. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true }),
  kind: fc.constantFrom("cut", "insert", "cut line", "move line", "indent line", "outdent line"),
  text: fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "- ",
    '"',
    "'",
    "\n",
    "\t",
    " ",
    "#",
    "&a ",
    "*a",
    "!!int ",
    "? ",
    "|",
    "---\n",
  ),
});

function apply(
  text: string,
  { at, to, kind, text: inserted }: { at: number; to: number; kind: string; text: string },
): string {
  const offset = Math.floor(at * text.length);
  if (kind === "cut") return text.slice(0, offset) + text.slice(offset + 1 + Math.floor(to * 5));
  if (kind === "insert") return text.slice(0, offset) + inserted + text.slice(offset);
  const lines = text.split("\n");
  const [line = ""] = lines.splice(Math.floor(at * lines.length), 1);
  if (kind === "move line") lines.splice(Math.floor(to * lines.length), 0, line);
  if (kind === "indent line") lines.splice(Math.floor(at * lines.length), 0, `  ${line}`);
  if (kind === "outdent line") lines.splice(Math.floor(at * lines.length), 0, line.slice(2));
  return lines.join("\n");
}

describe("secrets in a manifest", () => {
  test("are in no text about it, however the manifest is damaged", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...FORMS),
        fc.array(edit, { minLength: 1, maxLength: 3 }),
        async (form, edits) => {
          const text = edits.reduce(apply, manifest(form));
          // A cut may leave a part of the word.
          expect(shown(await load(text))).not.toContain("MARKER");
        },
      ),
      { numRuns: 800 },
    );
  });

  test("text that is not YAML is shown by its keys and its indentation", async () => {
    const text = `${manifest("|\n      MARKER")}  status enabled\n`;
    const [problem] = await load(text);
    expect(problem).toMatchObject({ code: "yaml-syntax", line: 14 });
    expect(shown([problem as Diagnostic])).toContain("13 |       password: •\n");
  });

  test("text that is no manifest is not shown at all", async () => {
    for (const text of [
      "MARKER",
      "- MARKER",
      "MARKER: 1",
      "kind: Secret\ndata:\n  a: MARKER\n",
      "kind: {a: MARKER}",
      "apiVersion: [MARKER]",
    ])
      expect([text, shown(await load(text)).replace('no field "MARKER"', "")]).toEqual([
        text,
        expect.not.stringContaining("MARKER"),
      ]);
  });

  test("an object at the wrong place is named by its type", async () => {
    const text = manifest("x")
      .replace("destinationType: webhook", "destinationType: {token: MARKER}")
      .replace("apiVersion: auth0.openmcf.org/v1", "apiVersion: {token: MARKER}");
    const diagnostics = await load(text.replace("user:MARKER@", ""));
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'apiVersion is a map, not "auth0.openmcf.org/v1"',
      "destinationType is a map, not one of eventbridge, webhook, action",
    ]);
    expect(shown(diagnostics)).not.toContain("MARKER");
  });
});
