import { describe, expect, test } from "vitest";
import { LiveRegion } from "../../pkg/report/live-region.ts";
import { createTerminal } from "../../pkg/report/terminal.ts";

/* eslint-disable no-control-regex -- escape sequences start with one */
const CONTROLS = /\u001B\[\d+[AJ]|[^\u001B]+/g;
const UP = /^\u001B\[(\d+)A$/;
/* eslint-enable no-control-regex */

/** A terminal that understands what the region sends: text, "up so many lines", "clear what is below". */
function fakeTerminal(columns: number): {
  screen: () => string[];
  write: (text: string) => void;
  region: (rows: () => string[]) => LiveRegion;
  tick: () => void;
} {
  let lines = [""];
  const write = (text: string): void => {
    for (const [part] of text.matchAll(CONTROLS)) {
      const up = UP.exec(part);
      if (up)
        lines = [
          ...lines.slice(0, lines.length - 1 - Number(up[1])),
          "at the cursor",
          ...lines.slice(lines.length - Number(up[1])),
        ];
      else if (part === "\u001B[0J") lines = [...lines.slice(0, lines.indexOf("at the cursor")), ""];
      else
        for (const [at, line] of part.split("\n").entries())
          lines = at === 0 ? [...lines.slice(0, -1), `${lines.at(-1)}${line}`] : [...lines, line];
    }
  };
  const stream = { isTTY: true, columns, on: () => {}, write };
  const terminal = createTerminal({ stdout: stream, stderr: stream, stdin: {} }, { NO_COLOR: "1" });
  let tick = (): void => {};
  const ticker = (callback: () => void): { stop(): void } => {
    tick = callback;
    return { stop: () => (tick = () => {}) };
  };
  return {
    screen: () => lines.slice(0, -1),
    write,
    region: (rows) => new LiveRegion(terminal, rows, ticker),
    tick: () => tick(),
  };
}

describe("the live region on a terminal", () => {
  test("is redrawn in place: a tick changes the spinner and nothing above", () => {
    const { screen, region, tick } = fakeTerminal(80);
    region(() => ["creating a", "creating b"]);
    expect(screen()).toEqual([]);
    tick();
    expect(screen()).toEqual(["⠙ creating a", "⠙ creating b"]);
    tick();
    expect(screen()).toEqual(["⠹ creating a", "⠹ creating b"]);
  });

  test("finished lines scroll by above it, and it may grow, shrink and vanish", () => {
    const { screen, region, tick } = fakeTerminal(80);
    let rows = ["a", "b", "c"];
    const live = region(() => rows);
    tick();
    rows = ["b"];
    live.line("✔ a");
    expect(screen()).toEqual(["✔ a", "⠹ b"]);
    rows = [];
    live.line("✔ b");
    expect(screen()).toEqual(["✔ a", "✔ b"]);
    rows = ["c", "d"];
    tick();
    expect(screen()).toHaveLength(4);
    live.stop();
    expect(screen()).toEqual(["✔ a", "✔ b"]);
    tick();
    expect(screen()).toEqual(["✔ a", "✔ b"]);
  });

  test("a row never wraps: it is cut to the width, else the region could not be erased", () => {
    const { screen, region, tick } = fakeTerminal(40);
    region(() => ["x".repeat(100), "short"]);
    tick();
    expect(screen().map((line) => line.length)).toEqual([39, 7]);
    expect(screen()[0]).toMatch(/^⠙ x+…$/);
  });

  test("leaves room for what somebody else writes: a message of an interrupt stays", () => {
    const { screen, write, region, tick } = fakeTerminal(40);
    const live = region(() => ["creating a", "creating b"]);
    tick();
    live.yield();
    write("interrupted: finishing\n");
    tick();
    tick();
    expect(screen()[0]).toBe("interrupted: finishing");
    expect(screen()).toHaveLength(3);
  });
});
