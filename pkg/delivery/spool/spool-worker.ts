// The spool's thread: SQLite blocks, and a flush may take seconds; the HTTP side goes on meanwhile.
import { parentPort, workerData } from "node:worker_threads";
import type { Answer, CommitRequest, Opened, Request, SpoolFault, SpoolSize, WorkerStart } from "./messages.ts";
import { takeOwnership } from "./owner.ts";
import { openStore } from "./salvage.ts";

const port = parentPort;
if (!port) throw new Error("the spool's thread was started as a program");

const start = workerData as WorkerStart;
const say = (answer: Answer | Opened, buffers: ArrayBuffer[] = []): void => port.postMessage(answer, buffers);

try {
  const owner = takeOwnership(start.folder);
  if ("holder" in owner) say({ op: "fault", fault: { code: "owned", message: owner.holder } });
  else {
    const { store, findings } = openStore(start);
    const opened = store.open(start.sinks, start.forgetBefore);
    let failed = -1;
    const commit = (request: CommitRequest): SpoolSize => {
      if (request.epoch <= failed) throw new Error("an earlier write failed");
      try {
        return store.commit(request);
      } catch (error) {
        failed = request.epoch;
        throw error;
      }
    };
    port.on("message", (request: Request) => {
      try {
        if (request.op === "commit") say({ op: "commit", size: commit(request) });
        else if (request.op === "read") {
          const read = store.read(request.position, request.maxBytes);
          say(
            { op: "read", ...read },
            read.rows.map(({ events }) => events.buffer),
          );
        } else {
          store.close();
          owner.release();
          say({ op: "close" });
          port.close();
        }
      } catch (error) {
        say({ op: "fault", fault: faultOf(error) });
      }
    });
    say({ op: "opened", ...opened, findings: [...findings, ...opened.findings] });
  }
} catch (error) {
  say({ op: "fault", fault: faultOf(error) });
}

/** SQLite's result codes (sqlite.org/rescode.html): the low byte is the family. */
function faultOf(error: unknown): SpoolFault {
  const { errcode, code, message } = error as { errcode?: number; code?: string; message: string };
  const family = (errcode ?? 0) & 0xff;
  if (family === 13 || code === "ENOSPC") return { code: "full", message: "the disk is full" };
  if (family === 11 || family === 26) return { code: "damaged", message };
  return { code: "io", message };
}
