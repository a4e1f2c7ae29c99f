import { clip } from "./table.ts";
import type { Terminal } from "./terminal.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const REDRAW_MS = 100;

/** Calls back again and again until it is stopped. */
export type Ticker = (tick: () => void, ms: number) => { stop(): void };

const realTicker: Ticker = (tick, ms) => {
  const timer = setInterval(tick, ms);
  timer.unref();
  return { stop: () => clearInterval(timer) };
};

/** A few lines at the bottom of the terminal that are redrawn in place. */
export class LiveRegion {
  readonly #terminal: Pick<Terminal, "err" | "eraseErr" | "paintErr" | "width">;
  readonly #rows: () => string[];
  readonly #ticker: { stop(): void };
  #height = 0;
  #frame = 0;

  /** @param rows gives the lines as they are now. Each must be printable, and is cut to the terminal's width. */
  constructor(
    terminal: Pick<Terminal, "err" | "eraseErr" | "paintErr" | "width">,
    rows: () => string[],
    ticker: Ticker = realTicker,
  ) {
    this.#terminal = terminal;
    this.#rows = rows;
    this.#ticker = ticker(() => this.#draw(), REDRAW_MS);
  }

  /** Writes a line above the region. */
  line(text: string): void {
    this.#clear();
    this.#terminal.err(`${text}\n`);
    this.#draw();
  }

  /** Takes the lines away until the next redraw, so that somebody else can write. */
  yield(): void {
    this.#clear();
  }

  /** Takes the region away. */
  stop(): void {
    this.#ticker.stop();
    this.#clear();
  }

  #draw(): void {
    this.#clear();
    this.#frame += 1;
    const spinner = this.#terminal.paintErr("cyan", FRAMES[this.#frame % FRAMES.length] ?? "");
    const lines = this.#rows().map((row) => clip(`${spinner} ${row}`, this.#terminal.width - 1));
    if (lines.length === 0) return;
    this.#terminal.err(`${lines.join("\n")}\n`);
    this.#height = lines.length;
  }

  #clear(): void {
    if (this.#height > 0) this.#terminal.eraseErr(this.#height);
    this.#height = 0;
  }
}
