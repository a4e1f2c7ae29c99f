import { spawn } from "node:child_process";
import type { ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { createInterface } from "node:readline";
import type { Delivered, Sink } from "../sink.ts";
import type { StoredEvent } from "../stored-event.ts";

/** The program that gets the events. */
export interface CommandSinkOptions {
  command: readonly string[];
  /** Folder that it runs in. */
  directory: string;
  /** It prints a line for each event it is done with. */
  acknowledges: boolean;
  /** What it prints without being asked, and on its standard error. */
  onOutput: (text: string) => void;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Writes events to the standard input of a program that keeps running, a line each. When it ends, it is started again
 * with the next try. Without acknowledgements an event is settled when the pipe has it: what the program has not read
 * when it dies is lost to it.
 */
export class CommandSink implements Sink {
  readonly #options: CommandSinkOptions;
  #child: Child | undefined;
  #acknowledged = 0;
  #wake: () => void = () => {};

  constructor(options: CommandSinkOptions) {
    this.#options = options;
  }

  async deliver(events: readonly StoredEvent[], signal: AbortSignal): Promise<Delivered> {
    const child = (this.#child ??= this.#start());
    this.#acknowledged = 0;
    const text = events.map(({ body }) => `${body}\n`).join("");
    const isWritten = await new Promise<boolean>((resolve) => {
      child.stdin.write(text, (error) => resolve(!error));
      child.once("close", () => resolve(false));
    });
    if (!this.#options.acknowledges) {
      if (isWritten && this.#child === child) return { settled: events.length };
      return { settled: 0, again: { reason: "the program has ended" } };
    }
    await this.#acknowledgements(child, events.length, signal);
    const settled = Math.min(this.#acknowledged, events.length);
    if (settled === events.length) return { settled };
    // Late acknowledgements would be counted for the next call: a new process has none.
    child.kill();
    return { settled, again: { reason: signal.aborted ? "stopped" : "the program has ended" } };
  }

  /** The program reads to the end of its input, and has a while to end itself. */
  async close(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const timer = setTimeout(() => child.kill(), 5000);
    await new Promise<void>((resolve) => {
      child.once("close", () => resolve());
      child.stdin.end();
    });
    clearTimeout(timer);
  }

  async #acknowledgements(child: Child, count: number, signal: AbortSignal): Promise<void> {
    const stop = (): void => this.#wake();
    signal.addEventListener("abort", stop);
    while (this.#acknowledged < count && this.#child === child && !signal.aborted)
      await new Promise<void>((resolve) => (this.#wake = resolve));
    signal.removeEventListener("abort", stop);
  }

  #start(): Child {
    const [program = "", ...args] = this.#options.command;
    const child = spawn(program, args, { cwd: this.#options.directory, stdio: ["pipe", "pipe", "pipe"] });
    const gone = (): void => {
      if (this.#child === child) this.#child = undefined;
      this.#wake();
    };
    child.on("error", gone);
    child.on("close", gone);
    // A process that ends closes its input; the callback of the write reports that.
    child.stdin.on("error", () => {});
    child.stderr.on("data", (chunk: Buffer) => this.#options.onOutput(chunk.toString()));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (!this.#options.acknowledges) return this.#options.onOutput(`${line}\n`);
      this.#acknowledged += 1;
      this.#wake();
    });
    return child;
  }
}
