#!/usr/bin/env node
// The process edge: Node's version, signals, exit codes. The only place that ends the process.
import module from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(`auth0-streams needs Node 22.15 or later; this is ${process.version}\n`);
  process.exit(3);
}
module.enableCompileCache?.();

const interrupt = new AbortController();
let isHandled = false;
/** Signals end the process at once, until a command asks for this one because it has something to finish. */
function interruptSignal(): AbortSignal {
  if (!isHandled) for (const name of ["SIGINT", "SIGTERM"]) process.on(name, stop);
  isHandled = true;
  return interrupt.signal;
}
function stop(): void {
  if (interrupt.signal.aborted) process.exit(130);
  // First: a live region takes itself away, so that it does not paint over the message.
  interrupt.abort();
  process.stderr.write("\ninterrupted: finishing what is under way (press Ctrl-C again to stop at once)\n");
}
const { main } = await import("./program.ts");
process.exit(await main(process.argv, interruptSignal));
