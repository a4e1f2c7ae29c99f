import type { Delivered, Sink, SinkStart } from "../sink.ts";
import type { StoredEvent } from "../stored-event.ts";
import { CSV_HEADER, csvRows } from "./csv-row.ts";
import { RotatingFile } from "./rotating-file.ts";
import type { RotationOptions } from "./rotating-file.ts";

/** Writes a CSV row for each event. */
export class CsvSink implements Sink {
  readonly #file: RotatingFile;

  constructor(options: Omit<RotationOptions, "extension" | "header">) {
    this.#file = new RotatingFile({ ...options, extension: "csv", header: CSV_HEADER });
  }

  open(start: SinkStart): Promise<string | undefined> {
    return this.#file.open(start);
  }

  async deliver(events: readonly StoredEvent[]): Promise<Delivered> {
    const [first] = events;
    if (!first) return { settled: 0 };
    const rows = Buffer.from(csvRows(events));
    return { settled: events.length, resume: await this.#file.append(rows, events.length, first.position) };
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
