// A receiver with its spool and a files sink, as a process that tests can kill.
//   node receiver-process.ts FOLDER [rotation bytes] [gzip]
import { join } from "node:path";
import { Authorization, DEFAULT_LIMITS, FilesSink, HttpReceiver, Pump, Spool } from "../../../pkg/delivery/index.ts";

const [folder = ".", maxBytes = "100000", gzip = ""] = process.argv.slice(2);
const spool = await Spool.open({
  folder: join(folder, "spool"),
  sinks: ["files"],
  maxBytes: 1 << 30,
  idWindow: { count: 1_000_000, ms: 7 * 86_400_000 },
  maxWaiting: 64 << 20,
});
for (const finding of spool.findings) process.stderr.write(`${finding.code}: ${finding.message}\n`);
const receiver = new HttpReceiver(spool, {
  host: "127.0.0.1",
  port: 0,
  path: "/events",
  authorization: new Authorization({ authorization: "Bearer secret" }),
  limits: DEFAULT_LIMITS,
});
const sink = new FilesSink({
  directory: join(folder, "events"),
  maxBytes: Number(maxBytes),
  maxAgeMs: 3_600_000,
  gzip: gzip === "gzip",
});
const pump = new Pump(spool, {
  name: "files",
  sink,
  retry: { initialMs: 10, maxMs: 1000 },
  maxEvents: 2000,
  maxBytes: 1 << 20,
  lingerMs: 100,
});
const stop = new AbortController();
const pumping = pump.run(stop.signal, new AbortController().signal);
const { port } = await receiver.listen();
process.stdout.write(`${port}\n`);
process.on("SIGTERM", () => {
  void (async () => {
    await receiver.stop();
    stop.abort();
    await pumping;
    await spool.close();
  })();
});
await pumping;
