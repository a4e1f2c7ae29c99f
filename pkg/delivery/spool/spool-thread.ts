import { Worker } from "node:worker_threads";
import type { Answer, Opened, Request, WorkerStart } from "./messages.ts";
import { SpoolError } from "./spool-error.ts";

type Waiting = { resolve: (answer: Exclude<Answer, { op: "fault" }>) => void; reject: (error: SpoolError) => void };

/** Asks the spool's thread. It answers in the order of the questions. */
export class SpoolThread {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #lost: SpoolError | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (answer: Answer) => this.#answered(answer));
    worker.on("error", (error) => this.#lose(error.message));
    worker.on("exit", () => this.#lose("its thread has ended"));
  }

  /** @throws SpoolError when another process has the spool, or its files cannot be used. */
  static async start(start: WorkerStart): Promise<{ thread: SpoolThread; opened: Opened }> {
    // In the package the thread is a file of its own beside the program.
    const name = import.meta.url.endsWith(".ts") ? "./spool-worker.ts" : "./spool-worker.js";
    const worker = new Worker(new URL(name, import.meta.url), { workerData: start });
    const first = await new Promise<Opened | Answer>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    if (first.op === "fault") {
      await worker.terminate();
      throw new SpoolError(first.fault.code, first.fault.message);
    }
    return { thread: new SpoolThread(worker), opened: first as Opened };
  }

  ask<Op extends Request["op"]>(
    request: Extract<Request, { op: Op }>,
    buffers: ArrayBuffer[] = [],
  ): Promise<Extract<Answer, { op: Op }>> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve: resolve as Waiting["resolve"], reject });
      this.#worker.postMessage(request, buffers);
    });
  }

  #answered(answer: Answer): void {
    const waiting = this.#waiting.shift();
    if (answer.op === "fault") waiting?.reject(new SpoolError(answer.fault.code, answer.fault.message));
    else waiting?.resolve(answer);
  }

  #lose(message: string): void {
    this.#lost ??= new SpoolError("closed", message);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#lost);
  }
}
