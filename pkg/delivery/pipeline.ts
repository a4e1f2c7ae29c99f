import { SYSTEM_CLOCK } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { Pump } from "./pump.ts";
import type { PumpStatus, SinkSetup } from "./pump.ts";
import type { ReceiverCounts } from "./receiver/counts.ts";
import { HttpReceiver } from "./receiver/http-receiver.ts";
import type { ReceiverOptions } from "./receiver/http-receiver.ts";
import type { SpoolFinding, SpoolSize } from "./spool/messages.ts";
import { Spool } from "./spool/spool.ts";
import type { SpoolOptions } from "./spool/spool.ts";

/** A receiver with everything behind it. */
export interface PipelineOptions {
  name: string;
  receiver: ReceiverOptions;
  spool: Omit<SpoolOptions, "sinks" | "clock">;
  sinks: readonly SinkSetup[];
  clock?: Clock;
}

/** How a pipeline is doing. */
export interface PipelineStatus {
  name: string;
  address: string;
  counts: ReceiverCounts;
  spool: Readonly<SpoolSize> & { maxBytes: number };
  sinks: readonly (PumpStatus & { behind: number })[];
  isReady: boolean;
}

/** How long what is under way may take when the process is to end, in milliseconds. */
const GRACE_MS = 10_000;

/** An HTTP receiver, its spool, and a pump for each sink. */
export class Pipeline {
  /** What was found in the spool's files. */
  readonly findings: readonly SpoolFinding[];
  /** Rejects when a pump cannot go on: a sink cannot start, or the spool cannot be read. */
  readonly failed: Promise<never>;
  readonly #options: PipelineOptions;
  readonly #clock: Clock;
  readonly #spool: Spool;
  readonly #receiver: HttpReceiver;
  readonly #pumps: readonly Pump[];
  readonly #stop = new AbortController();
  readonly #cut = new AbortController();
  readonly #pumping: Promise<unknown>;
  readonly #address: string;
  #isStopping = false;

  private constructor(options: PipelineOptions, spool: Spool, receiver: HttpReceiver, address: string) {
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#spool = spool;
    this.#receiver = receiver;
    this.#address = address;
    this.findings = spool.findings;
    this.#pumps = options.sinks.map((setup) => new Pump(spool, setup, this.#clock));
    const runs = this.#pumps.map((pump) => pump.run(this.#stop.signal, this.#cut.signal));
    this.#pumping = Promise.allSettled(runs);
    this.failed = new Promise((_, reject) => {
      for (const run of runs) run.catch(reject);
    });
    this.failed.catch(() => {});
  }

  /**
   * Opens the spool, then listens: nothing is answered before it can be kept.
   * @throws SpoolError, or the system's error when the address cannot be had.
   */
  static async start(options: PipelineOptions): Promise<Pipeline> {
    const { spool: spoolOptions, sinks, clock = SYSTEM_CLOCK } = options;
    const spool = await Spool.open({ ...spoolOptions, sinks: sinks.map(({ name }) => name), clock });
    try {
      const receiver = new HttpReceiver(spool, { ...options.receiver, clock });
      const { address, port, family } = await receiver.listen();
      return new Pipeline(options, spool, receiver, family === "IPv6" ? `[${address}]:${port}` : `${address}:${port}`);
    } catch (error) {
      await spool.close();
      throw error;
    }
  }

  status(): PipelineStatus {
    const { size } = this.#spool;
    const { maxBytes } = this.#options.spool;
    return {
      name: this.#options.name,
      address: this.#address,
      counts: this.#receiver.counts,
      spool: { ...size, maxBytes },
      sinks: this.#pumps.map(({ status }) => ({ ...status, behind: size.next - status.position })),
      isReady: !this.#isStopping && size.bytes < maxBytes,
    };
  }

  /** Answers what is under way, ends the sinks' calls, and closes everything in order. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#receiver.stop();
    this.#stop.abort();
    const done = new AbortController();
    void this.#clock.sleep(GRACE_MS, done.signal).then(() => this.#cut.abort());
    await this.#pumping;
    done.abort();
    await this.#spool.close();
  }
}
