import type { StackReport } from "../deploy/index.ts";
import type { EngineEvent } from "../engine/index.ts";
import { isTold } from "./human-run.ts";
import { clip } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { COLORS, WORDS, describe, duration } from "./vocabulary.ts";

/** Shows what is going on while a command runs. */
export interface Progress {
  event(manifest: { metadata: { name: string } }, event: EngineEvent): void;
  stackEnd(report: StackReport): void;
  /** Takes the live region away. */
  stop(): void;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const REDRAW_MS = 100;
const MAX_ROWS = 8;

/** On a terminal: finished lines scroll by, a live region at the bottom says what is under way. Elsewhere: plain lines. */
export function createProgress(terminal: Terminal, total: number, isQuiet = false): Progress {
  if (isQuiet) return { event: () => {}, stackEnd: () => {}, stop: () => {} };
  const live = terminal.isLive ? new LiveRegion(terminal) : undefined;
  const active = new Map<string, { text: string; since: number }>();
  let done = 0;
  const rows = (): string[] => {
    const now = performance.now();
    const shown = [...active.values()]
      .slice(0, MAX_ROWS)
      .map(({ text, since }) => `${text} ${terminal.paintErr("gray", duration(now - since))}`);
    return total > 1 ? [...shown, terminal.paintErr("gray", `${done}/${total} manifests`)] : shown;
  };
  const say = (color: "red" | (typeof COLORS)[keyof typeof COLORS], mark: string, text: string, ms: number): void => {
    if (live) live.line(`${terminal.paintErr(color, mark)} ${text} ${terminal.paintErr("gray", duration(ms))}`);
    else terminal.err(`${text} (${duration(ms)})\n`);
  };
  // Where nothing is redrawn, a wait is told of once.
  const terminalNote = (message: string): void => {
    if (!live) terminal.err(`${message}\n`);
  };
  live?.start(rows);
  return {
    event(_, event) {
      if (event.kind === "progress") {
        const waiting = active.get(event.urn);
        if (!waiting) terminalNote(event.message);
        active.set(event.urn, { text: event.message, since: waiting?.since ?? performance.now() });
      }
      if (event.kind !== "step") return;
      const { step, phase, ms = 0 } = event;
      if (phase === "started")
        active.set(step.urn, {
          text: `${WORDS[step.op][1]} ${describe(step.type, step.urn)}`,
          since: performance.now(),
        });
      else active.delete(step.urn);
      if (phase === "failed") say("red", "✗", `${describe(step.type, step.urn)} failed`, ms);
      else if (phase === "finished" && isTold(step)) {
        say(COLORS[step.op], "✔", `${WORDS[step.op][2]} ${describe(step.type, step.urn)}`, ms);
      }
    },
    stackEnd() {
      done += 1;
    },
    stop: () => live?.stop(),
  };
}

/** A few lines at the bottom of the terminal that are redrawn in place. */
class LiveRegion {
  readonly #terminal: Terminal;
  #height = 0;
  #frame = 0;
  #rows: () => string[] = () => [];
  #timer: NodeJS.Timeout | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  start(rows: () => string[]): void {
    this.#rows = rows;
    this.#timer = setInterval(() => this.#draw(), REDRAW_MS);
    this.#timer.unref();
  }

  /** Writes a line above the region. */
  line(text: string): void {
    this.#clear();
    this.#terminal.err(`${text}\n`);
    this.#draw();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #draw(): void {
    this.#clear();
    this.#frame += 1;
    const spinner = FRAMES[this.#frame % FRAMES.length] ?? "";
    const lines = this.#rows().map((row) =>
      clip(`${this.#terminal.paintErr("cyan", spinner)} ${row}`, this.#terminal.width - 1),
    );
    if (lines.length === 0) return;
    this.#terminal.err(`${lines.join("\n")}\n`);
    this.#height = lines.length;
  }

  #clear(): void {
    if (this.#height > 0) this.#terminal.err(`\u001B[${this.#height}A\u001B[0J`);
    this.#height = 0;
  }
}
