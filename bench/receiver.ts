// Measures `openmcf run` with a files sink beside a plain server that writes and flushes each request, in one run:
// 20 keep-alive connections, one event a post and a hundred.
//   npm run build && node bench/receiver.ts [rounds] [seconds]
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const [rounds = 3, seconds = 5] = process.argv.slice(2).map(Number);
const NODE = process.execPath;
const MANIFEST = `apiVersion: auth0.openmcf.org/v1
kind: Auth0LogStream
metadata: { name: bench }
spec:
  destinationType: http
  httpConfiguration: { httpEndpoint: "https://logs.example.com/events", httpAuthorization: Bearer secret }
  receiver:
    listen: 127.0.0.1:0
    operations: 127.0.0.1:0
    sinks: [{ files: { directory: events } }]
`;

interface Measured {
  perSecond: number;
  p99: number;
  statuses: Record<string, number>;
}

interface Server {
  child: ChildProcess;
  port: number;
  startMs: number;
}

/** Starts a server and waits for the port in what it prints. */
function start(args: readonly string[], cwd: string, port: RegExp): Promise<Server> {
  const started = performance.now();
  const child = spawn(NODE, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  return new Promise((done, fail) => {
    let text = "";
    const look = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = port.exec(text)?.[1];
      if (found) done({ child, port: Number(found), startMs: performance.now() - started });
    };
    child.stdout?.on("data", look);
    child.stderr?.on("data", look);
    child.on("exit", (code) => fail(new Error(`it ended with ${code}: ${text}`)));
  });
}

const SERVERS: Record<string, (folder: string) => Promise<Server>> = {
  plain: (folder) => start([resolve("bench/plain-server.mjs"), folder], folder, /^(\d+)\n/),
  receiver: (folder) => {
    writeFileSync(join(folder, "m.yaml"), MANIFEST);
    return start([resolve("dist/cli/main.js"), "run", "-f", "m.yaml"], folder, /listens on 127\.0\.0\.1:(\d+)/);
  },
};

async function load(port: number, batch: number): Promise<Measured> {
  const child = spawn(NODE, ["bench/delivery-load.ts", String(port), String(batch), String(seconds)]);
  let text = "";
  for await (const chunk of child.stdout) text += String(chunk);
  return JSON.parse(text) as Measured;
}

function residentMegabytes({ pid }: ChildProcess): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
  } catch {
    return NaN;
  }
}

async function measure(name: string, batch: number): Promise<Measured & { startMs: number; megabytes: number }> {
  const folder = mkdtempSync(join(tmpdir(), "bench-receiver-"));
  const server = await (SERVERS[name] as (typeof SERVERS)[string])(folder);
  try {
    const measured = await load(server.port, batch);
    return { ...measured, startMs: server.startMs, megabytes: residentMegabytes(server.child) };
  } finally {
    server.child.removeAllListeners("exit");
    server.child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

for (const [batch, mark] of [
  [1, 1],
  [100, 0.5],
] as const) {
  const rates: Record<string, number[]> = { plain: [], receiver: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const name of Object.keys(SERVERS)) {
      const { perSecond, p99, statuses, startMs, megabytes } = await measure(name, batch);
      rates[name]?.push(perSecond);
      process.stdout.write(
        `${name} ${batch} a post: ${perSecond.toFixed(0)} posts/s, p99 ${p99.toFixed(1)} ms, ` +
          `start ${startMs.toFixed(0)} ms, ${megabytes.toFixed(0)} MB, ${JSON.stringify(statuses)}\n`,
      );
    }
  const ratio = median(rates["receiver"] ?? []) / median(rates["plain"] ?? []);
  process.stdout.write(
    `${ratio >= mark ? "met   " : "MISSED"}  ${batch} a post: ${ratio.toFixed(2)} × plain (≥ ${mark})\n`,
  );
}
