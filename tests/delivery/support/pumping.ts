import { onTestFinished } from "vitest";
import type { Clock } from "../../../pkg/delivery/clock.ts";
import { Pump } from "../../../pkg/delivery/pump.ts";
import type { SinkSetup } from "../../../pkg/delivery/pump.ts";
import type { Delivered, Sink } from "../../../pkg/delivery/sink.ts";
import type { Spool } from "../../../pkg/delivery/spool/spool.ts";
import type { StoredEvent } from "../../../pkg/delivery/stored-event.ts";

/** A sink that keeps what it takes, and fails as it is told. */
export class KeepingSink implements Sink {
  readonly taken: string[] = [];
  readonly calls: string[][] = [];
  /** Answers of the next calls; then everything is taken. */
  readonly answers: ((ids: string[]) => Delivered | Error)[];

  constructor(answers: ((ids: string[]) => Delivered | Error)[] = []) {
    this.answers = answers;
  }

  async deliver(events: readonly StoredEvent[]): Promise<Delivered> {
    const ids = events.map(({ id }) => id);
    this.calls.push(ids);
    const answer = this.answers.shift()?.(ids) ?? { settled: events.length };
    if (answer instanceof Error) throw answer;
    const refused = new Set((answer.refused ?? []).map(({ index }) => index));
    this.taken.push(...ids.slice(0, answer.settled).filter((_, index) => !refused.has(index)));
    return answer;
  }
}

/** Runs a pump until the test stops it. */
export function startPump(
  spool: Spool,
  sink: Sink,
  clock: Clock,
  setup: Partial<SinkSetup> = {},
): { pump: Pump; stop: () => Promise<void> } {
  const stopping = new AbortController();
  const cut = new AbortController();
  const pump = new Pump(
    spool,
    {
      name: "sink",
      sink,
      retry: { initialMs: 1000, maxMs: 60_000 },
      maxEvents: 1000,
      maxBytes: 1_000_000,
      lingerMs: 0,
      ...setup,
    },
    clock,
    () => 1,
  );
  const running = pump.run(stopping.signal, cut.signal);
  running.catch(() => {});
  const stop = async (): Promise<void> => {
    stopping.abort();
    await running;
  };
  onTestFinished(async () => {
    stopping.abort();
    cut.abort();
    await running.catch(() => {});
  });
  return { pump, stop };
}
