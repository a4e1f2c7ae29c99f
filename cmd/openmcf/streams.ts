import { fstatSync, writeSync } from "node:fs";
import type { OutputStream, Streams } from "../../pkg/report/terminal.ts";

/** The process's streams, those that are no terminal written to directly: to open Node's own costs 4 ms. */
export function standardStreams(): Streams {
  let [stdout, stderr]: (OutputStream | undefined)[] = [];
  return {
    get stdout() {
      return (stdout ??= isDevice(1) ? process.stdout : directly(1));
    },
    get stderr() {
      return (stderr ??= isDevice(2) ? process.stderr : directly(2));
    },
    get stdin() {
      return process.stdin;
    },
  };
}

/** Whether it can be a terminal at all. */
function isDevice(descriptor: number): boolean {
  return fstatSync(descriptor).isCharacterDevice();
}

function directly(descriptor: number): OutputStream {
  let failed: ((error: Error) => void) | undefined;
  let isGone = false;
  return {
    isTTY: false,
    on: (_, listener) => (failed = listener),
    write(text, done) {
      const bytes = Buffer.from(isGone ? "" : text);
      try {
        for (let at = 0; at < bytes.length;) at += writeSome(descriptor, bytes, at);
      } catch (error) {
        isGone = true;
        failed?.(error as Error);
      }
      done?.();
    },
  };
}

/** @returns how many bytes were taken: none while a reader that must not be waited for is slow. */
function writeSome(descriptor: number, bytes: Buffer, at: number): number {
  try {
    return writeSync(descriptor, bytes, at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    return 0;
  }
}
