import type { styleText } from "node:util";

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
    // A reader that went away (`openmcf load | head`) is no failure of ours.
    if (!used.has(stream)) stream.on("error", () => {});
    used.add(stream);
    return stream;
  };
  const painter =
    (name: "stdout" | "stderr") =>
    (style: Style, text: string): string =>
      isForced || (!isPlain && streams[name].isTTY) ? styled(style, text) : text;
  return {
    out: (text) => void use(streams.stdout).write(text),
    err: (text) => void use(streams.stderr).write(text),
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

/** An import of node:util loads worker threads and more (ES modules read every export): 4 ms that plain output can do without. */
function styled(style: Style, text: string): string {
  return process.getBuiltinModule("node:util").styleText(style, text, { validateStream: false });
}
