import type { Delivered, Sink, SinkStart } from "../sink.ts";
import type { StoredEvent } from "../stored-event.ts";
import { RotatingFile } from "./rotating-file.ts";
import type { RotationOptions } from "./rotating-file.ts";

const LINE_END = Buffer.from("\n");

/** Writes each event as it arrived, a line each (JSON Lines). */
export class FilesSink implements Sink {
  readonly #file: RotatingFile;

  constructor(options: Omit<RotationOptions, "extension" | "header">) {
    this.#file = new RotatingFile({ ...options, extension: "jsonl", header: "" });
  }

  open(start: SinkStart): Promise<string | undefined> {
    return this.#file.open(start);
  }

  async deliver(events: readonly StoredEvent[]): Promise<Delivered> {
    const [first] = events;
    if (!first) return { settled: 0 };
    const text = Buffer.concat(events.flatMap(({ bytes }) => [bytes, LINE_END]));
    return { settled: events.length, resume: await this.#file.append(text, events.length, first.position) };
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
