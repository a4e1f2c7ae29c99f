import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exitCodeOf, reportFailure } from "../../cmd/openmcf/failure.ts";
import { CODES, InvalidInput, RemoteFailure, StateProblem, diagnostic } from "../../pkg/diagnostics/index.ts";
import type { Code, Family } from "../../pkg/diagnostics/index.ts";
import type { Terminal } from "../../pkg/report/terminal.ts";

const codes = Object.keys(CODES) as Code[];
const silent: Terminal = {
  out: () => {},
  err: () => {},
  eraseErr: () => {},
  paint: (_, text) => text,
  paintErr: (_, text) => text,
  isLive: false,
  isInteractive: false,
  width: 80,
  flush: async () => {},
};
const context = {
  terminal: silent,
  env: {},
  cwd: "/",
  signal: new AbortController().signal,
  stdin: async () => new Uint8Array(),
};

describe("the exit code of a failure", () => {
  test.each(codes)("%s: one exit code, whichever way it reaches the command's end", async (code) => {
    const problem = diagnostic(code, "no");
    const expected = CODES[code].exit ?? 1;
    expect(exitCodeOf([problem])).toBe(expected);
    for (const error of [new InvalidInput(problem), new StateProblem(problem), new RemoteFailure(problem)])
      expect(await reportFailure(error, context, [])).toBe(expected);
  });

  test("is documented: 3 for input, 1 for the other side, 4 for state, 5 for what was not approved, 70 for a bug", () => {
    const exits: Record<Family, readonly (number | undefined)[]> = {
      input: [3, 5, 130],
      remote: [1, undefined],
      state: [4],
      ours: [70],
    };
    for (const code of codes) expect(exits[CODES[code].family]).toContain(CODES[code].exit);
  });

  test("of several is that of the gravest; what only follows from another failure does not count", () => {
    const order = [70, 130, 1, 5, 4, 3];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...codes), { minLength: 1 }), (some) => {
        const exits = some.map((code) => CODES[code].exit);
        expect(exitCodeOf(some.map((code) => diagnostic(code, "no")))).toBe(
          order.find((exit) => exits.includes(exit)) ?? 1,
        );
      }),
    );
  });

  test("warnings do not count; an error of no family is a bug", async () => {
    expect(
      exitCodeOf([diagnostic("bad-flag", "no"), diagnostic("internal-error", "no", { severity: "warning" })]),
    ).toBe(3);
    expect(await reportFailure(new TypeError("x is undefined"), context, [])).toBe(70);
  });
});
