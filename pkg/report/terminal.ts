import type { styleText } from "node:util";
import { guarded } from "./printable.ts";

type Style = Parameters<typeof styleText>[0];

/** Where output goes, and what it can show. */
export interface Terminal {
  /** Data: stdout. Control characters that are not the program's own are spelled out. */
  out: (text: string) => void;
  /** Progress and diagnostics: stderr. As {@link out}. */
  err: (text: string) => void;
  /** Moves the cursor of stderr up so many lines and clears what is below. Only where {@link isLive}. */
  eraseErr: (lines: number) => void;
  /** Styles text for stdout or stderr; gives it back plain where colour is off. */
  paint: (style: Style, text: string) => string;
  paintErr: (style: Style, text: string) => string;
  /** Whether stderr is a terminal that can be redrawn. */
  readonly isLive: boolean;
  /** Whether somebody can answer a question. */
  readonly isInteractive: boolean;
  readonly width: number;
  /** Waits until everything is written. */
  flush: () => Promise<void>;
}

/** What is used of `process.stdout`. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string, done?: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
}

/** The process's streams. They are costly to open, so each is touched only when it is used. */
export interface Streams {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly stdin: { isTTY?: boolean };
}

/** @param options.color `false` turns colour off whatever the terminal can do. */
export function createTerminal(streams: Streams, env: NodeJS.ProcessEnv, options: { color?: boolean } = {}): Terminal {
  const isPlain = options.color === false || (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  const isForced = !isPlain && (env["FORCE_COLOR"] ?? "") !== "" && env["FORCE_COLOR"] !== "0";
  const isCi = (env["CI"] ?? "") !== "" && env["CI"] !== "false";
  const used = new Set<OutputStream>();
  const use = (stream: OutputStream): OutputStream => {
    // A reader that closes the pipe early (`openmcf load | head`) is not a failure.
    if (!used.has(stream)) stream.on("error", () => {});
    used.add(stream);
    return stream;
  };
  /** The colour codes that this program has used: text from outside that has others shows them spelled out. */
  const codes = new Set<string>();
  const painter =
    (name: "stdout" | "stderr") =>
    (style: Style, text: string): string => {
      if (!isForced && (isPlain || !streams[name].isTTY)) return text;
      for (const [code] of styled(style, "").matchAll(COLOR_CODES)) codes.add(code);
      return styled(style, text);
    };
  return {
    out: (text) => void use(streams.stdout).write(guarded(text, codes)),
    err: (text) => void use(streams.stderr).write(guarded(text, codes)),
    eraseErr: (lines) => void use(streams.stderr).write(`\u001B[${lines}A\u001B[0J`),
    paint: painter("stdout"),
    paintErr: painter("stderr"),
    get isLive() {
      return streams.stderr.isTTY === true && !isCi && env["TERM"] !== "dumb";
    },
    get isInteractive() {
      return streams.stdin.isTTY === true && streams.stdout.isTTY === true && !isCi;
    },
    get width() {
      return Math.max(40, streams.stderr.columns ?? 100);
    },
    flush: async () => {
      await Promise.all([...used].map((stream) => new Promise<void>((done) => stream.write("", done))));
    },
  };
}

// eslint-disable-next-line no-control-regex -- colour codes start with the escape character
const COLOR_CODES = /\u001B\[[0-9;]*m/g;

/** An import of node:util loads worker threads and more (ES modules read every export): 4 ms that plain output can do without. */
function styled(style: Style, text: string): string {
  return process.getBuiltinModule("node:util").styleText(style, text, { validateStream: false });
}
