import fc from "fast-check";
import type { RunReport } from "../../pkg/deploy/index.ts";
import type { Diagnostic } from "../../pkg/diagnostics/index.ts";
import type { DiffEntry, Step } from "../../pkg/engine/index.ts";

/** What somebody would put into a name or an answer to take over a terminal or a comment. */
const ATTACKS = [
  "\u001B]0;pwned\u0007",
  "\u001B[2J\u001B[H",
  "\u001B[8m",
  "\u009B2J",
  "\u202Egpj.exe",
  "\u2066hidden\u2069",
  "\r\n### Plan: no changes\r\n",
  "x\u2028y",
  "```\n</details>\n",
  "~~~~\n````\n",
  "x</summary></details> @octocat [approve](https://evil.example) <img src=x>",
  "`code`|| |a|b|\n|-|-|",
  "https://evil.example www.evil.example a@evil.example",
  "<!-- -->&lt;&#x3C;script>",
  "\\`\\|\\",
  "\0\t\b\u007F",
];

/** Text with attacks in it. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...ATTACKS), fc.string({ unit: "binary", maxLength: 6 }), fc.constant("plain")), {
    maxLength: 4,
  })
  .map((parts) => parts.join(""));

/** All that no output may hold raw, but for line breaks. */
// eslint-disable-next-line no-control-regex -- that is what is looked for
export const RAW = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/;

const value = fc.oneof(hostileText, fc.constant(undefined), fc.array(hostileText, { maxLength: 2 }), fc.integer());

const entry: fc.Arbitrary<DiffEntry> = fc.record({
  path: hostileText,
  kind: fc.constantFrom("add" as const, "update" as const, "delete" as const),
  replace: fc.boolean(),
  before: value,
  after: value,
});

const step: fc.Arbitrary<Step> = fc.record({
  op: fc.constantFrom("create", "update", "replace", "delete", "same", "read", "refresh", "import"),
  urn: hostileText.map((name) => `urn:pulumi:dev::p::t:index:T::${name}`),
  type: fc.oneof(fc.constantFrom("auth0:index/eventStream:EventStream", "pulumi:providers:aws"), hostileText),
  diff: fc.array(entry, { maxLength: 2 }),
  failed: fc.constantFrom(undefined, true as const),
  pending: fc.constantFrom(undefined, true as const),
});

/** Diagnostics with hostile text in every part. */
export const diagnostics: fc.Arbitrary<Diagnostic> = fc.record({
  code: fc.constantFrom("operation-failed" as const, "state-locked" as const),
  severity: fc.constantFrom("error" as const, "warning" as const),
  message: hostileText,
  hint: fc.option(hostileText, { nil: undefined }),
  file: hostileText,
  line: fc.constant(1),
  column: fc.constant(2),
  source: hostileText.map((text) => ({ text })),
});

/** Reports with hostile text in every part. */
export const reports: fc.Arbitrary<RunReport> = fc.record({
  verb: fc.constantFrom("plan", "apply", "destroy", "refresh", "import"),
  isPreview: fc.boolean(),
  summary: fc.constant({}),
  ms: fc.constant(1),
  stacks: fc.array(
    fc.record({
      stack: hostileText,
      manifest: fc.record({ file: hostileText, line: fc.constant(1), kind: hostileText, name: hostileText }),
      result: fc.constantFrom("succeeded", "failed", "skipped"),
      steps: fc.array(step, { maxLength: 3 }),
      outputs: fc.dictionary(hostileText, fc.oneof(value, fc.dictionary(hostileText, value, { maxKeys: 2 })), {
        maxKeys: 3,
      }),
      diagnostics: fc.array(diagnostics, { maxLength: 2 }),
    }),
    { maxLength: 3 },
  ),
});
