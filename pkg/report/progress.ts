import type { StackReport } from "../deploy/index.ts";
import type { EngineEvent } from "../engine/index.ts";
import { LiveRegion } from "./live-region.ts";
import { printable } from "./printable.ts";
import { isShown } from "./sums.ts";
import type { Terminal } from "./terminal.ts";
import { COLORS, WORDS, describe, duration } from "./vocabulary.ts";

/** Shows what is going on while a command runs. */
export interface Progress {
  event(manifest: { metadata: { name: string } }, event: EngineEvent): void;
  stackEnd(report: StackReport): void;
  /** Takes the live region away. */
  stop(): void;
}

/** One thing that is under way. */
interface Activity {
  text: string;
  /** By the clock of `performance`, milliseconds. */
  since: number;
}

const MAX_ROWS = 8;

/** On a terminal: finished lines scroll by, a live region at the bottom shows what is under way. Elsewhere: plain lines. */
export function createProgress(terminal: Terminal, total: number, signal: AbortSignal, isQuiet = false): Progress {
  if (isQuiet) return { event: () => {}, stackEnd: () => {}, stop: () => {} };
  return new TerminalProgress(terminal, total, signal);
}

class TerminalProgress implements Progress {
  readonly #terminal: Terminal;
  readonly #total: number;
  readonly #live: LiveRegion | undefined;
  readonly #active = new Map<string, Activity>();
  #done = 0;

  constructor(terminal: Terminal, total: number, signal: AbortSignal) {
    this.#terminal = terminal;
    this.#total = total;
    this.#live = terminal.isLive ? new LiveRegion(terminal, () => this.#rows()) : undefined;
    signal.addEventListener("abort", () => this.#live?.yield(), { once: true });
  }

  event(_: unknown, event: EngineEvent): void {
    if (event.kind === "progress") this.#wait(event.urn, printable(event.message));
    if (event.kind !== "step") return;
    const { step, phase, ms = 0 } = event;
    const what = describe(step.type, step.urn);
    if (phase === "started") this.#start(step.urn, `${WORDS[step.op][1]} ${what}`);
    else this.#active.delete(step.urn);
    if (phase === "failed") this.#say("red", "✗", `${what} failed`, ms);
    else if (phase === "finished" && isShown(step)) this.#say(COLORS[step.op], "✔", `${WORDS[step.op][2]} ${what}`, ms);
  }

  stackEnd(): void {
    this.#done += 1;
  }

  stop(): void {
    this.#live?.stop();
  }

  #start(urn: string, text: string): void {
    this.#active.set(urn, { text, since: performance.now() });
  }

  /** Without a live region, a wait is printed once. */
  #wait(urn: string, message: string): void {
    const waiting = this.#active.get(urn);
    if (!waiting && !this.#live) this.#terminal.err(`${message}\n`);
    this.#active.set(urn, { text: message, since: waiting?.since ?? performance.now() });
  }

  #say(color: Parameters<Terminal["paintErr"]>[0], mark: string, text: string, ms: number): void {
    const { paintErr, err } = this.#terminal;
    if (this.#live) this.#live.line(`${paintErr(color, mark)} ${text} ${paintErr("gray", duration(ms))}`);
    else err(`${text} (${duration(ms)})\n`);
  }

  #rows(): string[] {
    const { paintErr } = this.#terminal;
    const now = performance.now();
    const rows = [...this.#active.values()]
      .slice(0, MAX_ROWS)
      .map(({ text, since }) => `${text} ${paintErr("gray", duration(now - since))}`);
    return this.#total > 1 ? [...rows, paintErr("gray", `${this.#done}/${this.#total} manifests`)] : rows;
  }
}
