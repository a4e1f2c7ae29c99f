import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Where output goes, and what it can show. */
export interface Terminal {
  /** Data: stdout. */
  out: (text: string) => void;
  /** Progress and diagnostics: stderr. */
  err: (text: string) => void;
  /** Styles text for stdout or stderr; gives it back plain where colour is off. */
  paint: (style: Style, text: string) => string;
  paintErr: (style: Style, text: string) => string;
  /** Whether stderr is a terminal that can be redrawn. */
  isLive: boolean;
  /** Whether somebody can answer a question. */
  isInteractive: boolean;
  width: number;
}

interface Stream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** @param options.color `false` turns colour off whatever the terminal can do. */
export function createTerminal(
  stdout: Stream,
  stderr: Stream,
  stdin: { isTTY?: boolean },
  env: NodeJS.ProcessEnv,
  options: { color?: boolean } = {},
): Terminal {
  const isPlain = options.color === false || (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  const isForced = !isPlain && (env["FORCE_COLOR"] ?? "") !== "" && env["FORCE_COLOR"] !== "0";
  const painter = (stream: Stream) => {
    const hasColor = isForced || (!isPlain && stream.isTTY === true);
    return (style: Style, text: string): string =>
      hasColor ? styleText(style, text, { validateStream: false }) : text;
  };
  const isCi = (env["CI"] ?? "") !== "" && env["CI"] !== "false";
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    paint: painter(stdout),
    paintErr: painter(stderr),
    isLive: stderr.isTTY === true && !isCi && env["TERM"] !== "dumb",
    isInteractive: stdin.isTTY === true && stdout.isTTY === true && !isCi,
    width: Math.max(40, stderr.columns ?? stdout.columns ?? 100),
  };
}
