import fc from "fast-check";
import { styleText } from "node:util";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { EngineEvent } from "../../pkg/engine/index.ts";
import { guarded, printable } from "../../pkg/report/printable.ts";
import {
  createProgress,
  jsonDiagnostic,
  jsonRun,
  markdownRun,
  renderDiagnostics,
  renderOutputs,
  renderRun,
} from "../../pkg/report/index.ts";
import { createTerminal } from "../../pkg/report/terminal.ts";
import type { Terminal } from "../../pkg/report/terminal.ts";
import { toYaml } from "../../pkg/report/yaml.ts";
import { RAW, diagnostics, hostileText, reports } from "./hostile.ts";

const plain: Terminal["paint"] = (_, text) => text;

/** How the live region is erased. */
// eslint-disable-next-line no-control-regex -- an escape sequence starts with one
const ERASE = /\u001B\[\d+A\u001B\[0J/g;

/** A terminal whose output is kept. */
function recorder(isTTY: boolean, env: NodeJS.ProcessEnv = {}): { terminal: Terminal; written: () => string } {
  let text = "";
  const stream = { isTTY, columns: 80, on: () => {}, write: (part: string) => (text += part) };
  const terminal = createTerminal({ stdout: stream, stderr: stream, stdin: { isTTY } }, env);
  return { terminal, written: () => text };
}

describe("whatever a name, an answer or a value holds, no renderer lets a control character through", () => {
  const lines = (rendered: readonly string[]): void => {
    for (const line of rendered) {
      expect(line).not.toMatch(RAW);
      expect(line).not.toContain("\n");
    }
  };
  test("plans and results", () => fc.assert(fc.property(reports, (report) => lines(renderRun(report, plain)))));
  test("outputs", () => fc.assert(fc.property(reports, ({ stacks }) => lines(renderOutputs(stacks, plain, 99)))));
  test("diagnostics", () =>
    fc.assert(fc.property(fc.array(diagnostics), (problems) => lines(renderDiagnostics(problems, plain)))));
  test("Markdown", () =>
    fc.assert(
      fc.property(reports, (report) => {
        expect(markdownRun(report)).not.toMatch(RAW);
      }),
    ));
  test("progress, on a terminal and off", () => {
    const events = fc.array(
      fc.oneof(
        hostileText.map((text): EngineEvent => ({ kind: "progress", urn: text, message: text })),
        fc
          .tuple(hostileText, fc.constantFrom("started" as const, "finished" as const, "failed" as const))
          .map(([text, phase]): EngineEvent => ({
            kind: "step",
            phase,
            step: { op: "create", urn: `urn::${text}`, type: text, diff: [] },
          })),
      ),
    );
    fc.assert(
      fc.property(events, fc.boolean(), (many, isTTY) => {
        const { terminal, written } = recorder(isTTY, { NO_COLOR: "1" });
        const progress = createProgress(terminal, 2, new AbortController().signal);
        for (const event of many) progress.event({ metadata: { name: "" } }, event);
        progress.stop();
        expect(written().replaceAll(ERASE, "")).not.toMatch(RAW);
      }),
    );
  });

  test("JSON and YAML, and they still mean the same", () => {
    fc.assert(
      fc.property(reports, (report) => {
        const document = JSON.parse(
          JSON.stringify([jsonRun(report), report.stacks[0]?.diagnostics.map(jsonDiagnostic)]),
        ) as unknown;
        const json = guarded(JSON.stringify(document, null, 2), new Set());
        const yaml = guarded(toYaml(document), new Set());
        for (const text of [json, yaml]) expect(text).not.toMatch(RAW);
        expect(JSON.parse(json)).toEqual(document);
        expect(parse(yaml)).toEqual(document);
      }),
    );
  });
});

test("what is spelled out can be read back, and nothing else is changed", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const characters = [...printable(text).matchAll(/\\u\{([0-9a-f]+)\}|[^]/g)];
      expect(characters.map(([all, code]) => (code ? String.fromCodePoint(parseInt(code, 16)) : all)).join("")).toBe(
        text,
      );
    }),
  );
  expect(printable("Grüße, 世界 👩‍💻 ½ é")).toBe("Grüße, 世界 👩‍💻 ½ é");
});

describe("a terminal's last guard", () => {
  test("spells out what a command forgot to make printable; line breaks, tabs and its own colours pass", () => {
    const { terminal, written } = recorder(true);
    terminal.out(`${terminal.paint(["bold", "red"], "no")}\ta\u001B[8mb\u001B[2J\u009B\n`);
    expect(written()).toBe(
      `${styleText(["bold", "red"], "no", { validateStream: false })}\ta\\u001b[8mb\\u001b[2J\\u009b\n`,
    );
  });

  test("lets no escape through where colour is off", () => {
    const { terminal, written } = recorder(true, { NO_COLOR: "1" });
    terminal.err(`${terminal.paintErr("red", "no")} \u001B[31mred`);
    expect(written()).toBe("no \\u001b[31mred");
  });

  test("never lets text from outside move the cursor", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const { terminal, written } = recorder(true);
        terminal.out(terminal.paint("bold", text));
        const bare = written().replaceAll("\u001B[1m", "").replaceAll("\u001B[22m", "").replaceAll("\t", "");
        expect(bare).not.toMatch(RAW);
      }),
    );
  });
});
