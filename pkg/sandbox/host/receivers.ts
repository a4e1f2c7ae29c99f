import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { livenessOf, thisProcess } from "../../processes/index.ts";
import type { ProcessIdentity } from "../../processes/index.ts";
import type { SandboxFolder } from "./folder.ts";

/** A receiver that runs on this machine and takes what the sandbox delivers to a stream. */
interface ReceiverNote {
  process: ProcessIdentity;
  stream: string;
  /** `http://127.0.0.1:8080`. */
  origin: string;
}

const FOLDER = "receivers";

/**
 * Says that a receiver runs: from now on the sandbox delivers the stream there, with the path and the headers of its
 * destination, whatever host the manifest names.
 * @returns a function that takes it back.
 */
export function registerReceiver(folder: SandboxFolder, stream: string, origin: string): () => void {
  folder.ensure();
  mkdirSync(folder.file(FOLDER), { recursive: true });
  const path = join(folder.file(FOLDER), `${process.pid}-${encodeURIComponent(stream)}.json`);
  const note: ReceiverNote = { process: thisProcess(), stream, origin };
  writeFileSync(path, `${JSON.stringify(note)}\n`, { mode: 0o600 });
  return () => rmSync(path, { force: true });
}

/** Where the receiver of a stream listens. Notes of processes that are gone do not count. */
export function receiverOf(folder: SandboxFolder, stream: string): string | undefined {
  let names: string[];
  try {
    names = readdirSync(folder.file(FOLDER));
  } catch {
    return undefined;
  }
  for (const name of names) {
    try {
      const note = JSON.parse(readFileSync(join(folder.file(FOLDER), name), "utf8")) as ReceiverNote;
      if (note.stream === stream && livenessOf(note.process, folder.path) !== "dead") return note.origin;
    } catch {
      // Half a note is none.
    }
  }
  return undefined;
}
