import fc from "fast-check";
import { lexer } from "marked";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { askedFormat } from "../../cmd/openmcf/asked-format.ts";
import { reportFailure } from "../../cmd/openmcf/failure.ts";
import { InvalidInput, StateProblem, diagnostic } from "../../pkg/diagnostics/index.ts";
import { markdownFailure } from "../../pkg/report/index.ts";
import { createTerminal } from "../../pkg/report/terminal.ts";
import { RAW, diagnostics } from "../report/hostile.ts";

/** What a failure prints to stdout. */
async function printed(error: unknown, argv: readonly string[]): Promise<string> {
  let stdout = "";
  const stream = { on: () => {}, write: (text: string) => (stdout += text) };
  const terminal = createTerminal({ stdout: stream, stderr: { on: () => {}, write: () => {} }, stdin: {} }, {});
  const signal = new AbortController().signal;
  await reportFailure(error, { terminal, env: {}, cwd: "/", signal, stdin: async () => new Uint8Array() }, argv);
  return stdout;
}

const errors = [
  new InvalidInput([diagnostic("missing-field", "name is missing"), diagnostic("bad-flag", "no")]),
  new StateProblem(diagnostic("state-locked", "locked")),
  new TypeError("a bug"),
];

describe("a command that fails before it has results says so in the format that was asked for", () => {
  test.each(errors)("%s", async (error) => {
    const codes =
      error instanceof InvalidInput
        ? ["missing-field", "bad-flag"]
        : [error instanceof StateProblem ? "state-locked" : "internal-error"];
    const expected = { diagnostics: codes.map((code) => expect.objectContaining({ code }) as object) };
    expect(JSON.parse(await printed(error, ["plan", "-o", "json"]))).toEqual(expected);
    expect(parse(await printed(error, ["plan", "-o", "yaml"]))).toEqual(expected);
    const markdown = await printed(error, ["plan", "-o", "markdown"]);
    for (const code of codes) expect(markdown).toContain(`error[${code}]`);
    expect(await printed(error, ["plan"])).toBe("");
  });

  test.each([
    [["plan", "-o", "json"], "json"],
    [["plan", "-ojson"], "json"],
    [["plan", "--output", "yaml", "-f", "x"], "yaml"],
    [["plan", "--output=markdown"], "markdown"],
    [["plan", "-o", "json", "-o", "yaml"], "yaml"],
    [["plan", "-o", "jsno"], "human"],
    [["plan", "-o"], "human"],
    [["plan", "-f", "json"], "human"],
  ] as const)("%j asks for %s", (argv, format) => {
    expect(askedFormat(argv)).toBe(format);
  });

  test("as Markdown it is one heading and one code block, whatever the problems hold", () => {
    fc.assert(
      fc.property(fc.array(diagnostics, { minLength: 1, maxLength: 80 }), (problems) => {
        const text = markdownFailure(problems);
        expect(text).not.toMatch(RAW);
        const types = lexer(text).map(({ type }) => type);
        expect(types.filter((type) => type !== "space")).toEqual(["heading", "code"]);
      }),
    );
  });
});
