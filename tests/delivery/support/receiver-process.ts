// A receiver with its spool and a files sink, as a process that tests can kill.
//   node receiver-process.ts FOLDER [rotation bytes] [gzip]
import { join } from "node:path";
import { Authorization, DEFAULT_LIMITS, FilesSink, Pipeline } from "../../../pkg/delivery/index.ts";

const [folder = ".", maxBytes = "100000", gzip = ""] = process.argv.slice(2);
const pipeline = await Pipeline.start({
  name: "test",
  spool: {
    folder: join(folder, "spool"),
    maxBytes: 1 << 30,
    idWindow: { count: 1_000_000, ms: 7 * 86_400_000 },
    maxWaiting: 64 << 20,
  },
  receiver: {
    host: "127.0.0.1",
    port: 0,
    path: "/events",
    authorization: new Authorization({ authorization: "Bearer secret" }),
    limits: DEFAULT_LIMITS,
  },
  sinks: [
    {
      name: "files",
      sink: new FilesSink({
        directory: join(folder, "events"),
        maxBytes: Number(maxBytes),
        maxAgeMs: 3_600_000,
        gzip: gzip === "gzip",
      }),
      retry: { initialMs: 10, maxMs: 1000 },
      maxEvents: 2000,
      maxBytes: 1 << 20,
      lingerMs: 100,
    },
  ],
});
for (const finding of pipeline.findings) process.stderr.write(`${finding.code}: ${finding.message}\n`);
process.stdout.write(`${pipeline.status().address.split(":").at(-1)}\n`);
process.on("SIGTERM", () => void pipeline.stop());
pipeline.failed.catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
});
