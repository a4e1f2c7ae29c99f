// Measures the built CLI beside `node -e 0` of the same Node, in the same run, and prints a table and JSON.
//   npm run bench                 everything but the peers (about six minutes)
//   npm run bench -- --peers      a0deploy (npm ci in bench/), pulumi and openmcf where they are
//   npm run bench -- --quick      3 runs instead of 9, to see whether it works
import { rmSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import { compileEventPattern } from "../pkg/aws/event-pattern/index.ts";
import { CLI, interleaved, peakMemory, run, series } from "./measure.ts";
import type { Series } from "./measure.ts";
import { runPeers } from "./peers.ts";
import { besideTheCli, programStarts } from "./pulumi.ts";
import { addBuses, requests, resetSandbox, serve, workFolder } from "./scenario.ts";

const RUNS = process.argv.includes("--quick") ? 3 : 9;
const NODE = process.execPath;
const results: { what: string; value: string; target: string; isMet: boolean | null; detail: Series | object }[] = [];

function report(what: string, value: number, unit: string, limit: number, detail: Series | object): void {
  const isMet = value <= limit;
  results.push({ what, value: `${round(value)} ${unit}`, target: `≤ ${round(limit)} ${unit}`, isMet, detail });
  process.stderr.write(
    `${isMet ? "met   " : "MISSED"}  ${what}: ${round(value)} ${unit} (≤ ${round(limit)} ${unit})\n`,
  );
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(value >= 10 ? 1 : 2);
}

const folder = workFolder(1000);
const hundred = workFolder(100);
const timed = (command: readonly string[], cwd: string, before?: () => void) => async (): Promise<number> => {
  before?.();
  return (await run(command, { cwd })).ms;
};
const cli = (...args: string[]): string[] => [...CLI, ...args];

async function startUp(): Promise<void> {
  const measured = await interleaved(
    {
      node: timed([NODE, "-e", "0"], folder),
      help: timed(cli("--help"), folder),
      version: timed(cli("version"), folder),
      validate: timed(cli("validate", "-f", "webhook.yaml"), folder),
    },
    Math.max(RUNS, 15),
  );
  const { node, help, version, validate } = measured as Record<"node" | "help" | "version" | "validate", Series>;
  results.push({ what: "node -e 0", value: `${round(node.median)} ms`, target: "", isMet: null, detail: node });
  report("validate one manifest, of node -e 0", validate.median / node.median, "×", 2.5, validate);
  report("--help, of node -e 0", help.median / node.median, "×", 2, help);
  report("version, of node -e 0", version.median / node.median, "×", 2, version);
}

async function oneManifest(): Promise<void> {
  for (const [kind, applyLimit, planLimit] of [
    ["eventbridge", 250, 220],
    ["webhook", 400, 350],
  ] as const) {
    const args = ["-f", `${kind}.yaml`, "--sandbox"];
    const apply = cli("apply", ...args);
    const { done } = await interleaved({ done: timed(apply, hundred, () => resetSandbox(hundred)) }, RUNS);
    if (done) report(`apply one ${kind} manifest`, done.median, "ms", applyLimit, done);
    resetSandbox(hundred);
    report(`apply one ${kind} manifest, memory`, await peakMemory(apply, hundred), "MB", 180, {});
    const plans = { plan: cli("plan", ...args, "--no-refresh"), compared: cli("plan", ...args) };
    const { plan, compared } = await interleaved(
      { plan: timed(plans.plan, hundred), compared: timed(plans.compared, hundred) },
      RUNS,
    );
    if (plan) report(`plan one ${kind} manifest, no change, --no-refresh`, plan.median, "ms", planLimit, plan);
    if (plan && compared)
      report("the same compared with the live side, of that", compared.median / plan.median, "×", 1.25, compared);
  }
}

async function eventBuses(): Promise<void> {
  addBuses(hundred, 100);
  const fresh = (): void => resetSandbox(hundred);
  const one = ["-f", "bus.yaml", "--sandbox"];
  const { made } = await interleaved({ made: timed(cli("apply", ...one), hundred, fresh) }, RUNS);
  if (made) report("apply one bus, archive, 4 rules, 8 targets", made.median, "ms", 700, made);
  const plans = { same: cli("plan", ...one, "--no-refresh"), compared: cli("plan", ...one) };
  const { same, compared } = await interleaved(
    { same: timed(plans.same, hundred), compared: timed(plans.compared, hundred) },
    RUNS,
  );
  if (same) report("plan the same without change, --no-refresh", same.median, "ms", 350, same);
  if (same && compared)
    report("the same compared with the live side, of that", compared.median / same.median, "×", 2.5, compared);
  const all = ["-f", "buses", "--sandbox"];
  const { hundredMade } = await interleaved({ hundredMade: timed(cli("apply", ...all), hundred, fresh) }, 3);
  if (hundredMade) report("apply 100 such", hundredMade.median / 1000, "s", 25, hundredMade);
  const { hundredSame } = await interleaved({ hundredSame: timed(cli("plan", ...all, "--no-refresh"), hundred) }, 3);
  if (hundredSame) report("plan 100 such without change, --no-refresh", hundredSame.median / 1000, "s", 3, hundredSame);
}

/** Events a second that one core matches against a simple rule. */
function matching(): void {
  const pattern = compileEventPattern({ account: ["123456789012"], detail: { data: { type: ["s", "ss"] } } });
  const events = ["s", "fp"].map((type) => ({
    account: "123456789012",
    detail: { log_id: "1", data: { type, ip: "10.0.0.1" } },
  }));
  const count = 1_000_000;
  const rates = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    for (let index = 0; index < count; index += 1) pattern.matches(events[index % 2] ?? {});
    return count / ((performance.now() - started) / 1000);
  });
  const rate = series("matches a second", rates);
  report("time for 1,000 simple matches", 1_000_000 / rate.median, "ms", 5, rate);
}

async function many(): Promise<void> {
  const validate = cli("validate", "-f", "many");
  const { checked } = await interleaved({ checked: timed(validate, folder) }, RUNS);
  if (checked) report("validate 1,000 manifests", checked.median, "ms", 1000, checked);
  report("validate 1,000 manifests, memory", await peakMemory(validate, folder), "MB", 200, {});
  for (const [where, count] of [
    [hundred, 100],
    [folder, 1000],
  ] as const) {
    const { made } = await interleaved(
      { made: timed(cli("apply", "-f", "many", "--sandbox"), where, () => resetSandbox(where)) },
      RUNS,
    );
    if (made) report(`apply ${count} manifests, each`, made.median / count, "ms", 15, made);
  }
  const plan = cli("plan", "-f", "many", "--sandbox", "--no-refresh");
  const { planned } = await interleaved({ planned: timed(plan, folder) }, RUNS);
  if (planned)
    report("plan 1,000 manifests without change, --no-refresh, each", planned.median / 1000, "ms", 8, planned);
  report("plan 1,000 manifests, --no-refresh, memory", await peakMemory(plan, folder), "MB", 500, {});
  resetSandbox(folder);
  report(
    "apply 1,000 manifests, memory",
    await peakMemory(cli("apply", "-f", "many", "--sandbox"), folder),
    "MB",
    500,
    {},
  );
}

async function requestCounts(): Promise<void> {
  const counted = async (...args: string[]): Promise<number> => {
    const before = requests(hundred).length;
    await run(cli(...args, "--sandbox"), { cwd: hundred });
    return requests(hundred).length - before;
  };
  resetSandbox(hundred);
  await run(cli("apply", "-f", "eventbridge.yaml", "--sandbox"), { cwd: hundred });
  report("requests to create 100", await counted("apply", "-f", "many"), "requests", 101, {});
  const planned = await counted("plan", "-f", "many", "--no-refresh");
  report("requests of a plan of 100 without change, --no-refresh", planned, "requests", 0, {});
  report("requests of a plan of 100 without change", await counted("plan", "-f", "many"), "requests", 3, {});
  report("requests to refresh 100", await counted("refresh", "-f", "many"), "requests", 3, {});
  const update = (status: string, ...more: string[]): Promise<number> =>
    counted("apply", "-f", "many/1.yaml", "--set", `spec.status=${status}`, ...more);
  report("requests to update one, --no-refresh", await update("disabled", "--no-refresh"), "requests", 2, {});
  report("requests to update one", await update("enabled"), "requests", 3, {});
}

async function overANetwork(): Promise<void> {
  const times: { ours: number[]; floor: number[] } = { ours: [], floor: [] };
  for (let round_ = 0; round_ < RUNS; round_ += 1) {
    resetSandbox(hundred);
    const { exports, httpPort, stop } = await serve(hundred, "latency=150");
    times.ours.push((await run(cli("apply", "-f", "many", "--sandbox"), { cwd: hundred })).ms);
    const { AUTH0_CLIENT_ID: id = "", AUTH0_CLIENT_SECRET: secret = "" } = exports;
    times.floor.push(
      (
        await run([NODE, resolve("bench/floor.mjs"), `http://127.0.0.1:${httpPort}`, id, secret, "100"], {
          cwd: hundred,
        })
      ).ms,
    );
    await stop();
  }
  const [ours, floor] = [series("apply 100", times.ours), series("floor", times.floor)];
  report("apply 100, 150 ms a request, of the floor", ours.median / floor.median, "×", 1.3, { ours, floor });
}

async function underALimit(): Promise<void> {
  const seconds: number[] = [];
  let refused = 0;
  let total = 0;
  for (let round_ = 0; round_ < RUNS; round_ += 1) {
    resetSandbox(hundred);
    const { stop } = await serve(hundred, "rate=10/10");
    seconds.push((await run(cli("apply", "-f", "many", "--sandbox"), { cwd: hundred })).ms / 1000);
    await stop();
    const seen = requests(hundred).filter(({ path }) => path.startsWith("/api/"));
    total += seen.length;
    refused += seen.filter(({ status }) => status === 429).length;
  }
  const took = series("apply 100", seconds);
  report("apply 100 at 10 requests/s, of (needed − burst) / rate", took.median / 9, "×", 1.15, took);
  report("apply 100 at 10 requests/s, refused", (100 * refused) / total, "%", 2, { refused, total });
}

async function pulumi(): Promise<void> {
  const { bare, ours } = await programStarts(folder, RUNS);
  report("program of Pulumi.yaml, of a bare one", ours.median / bare.median, "×", 1.15, { ours, bare });
  const beside = await besideTheCli(folder, RUNS);
  if (beside)
    report("plan --engine pulumi, of pulumi preview", beside.ours.median / beside.cli.median, "×", 1.1, beside);
  else process.stderr.write("skipped --engine pulumi: no pulumi is on PATH\n");
}

await startUp();
await pulumi();
await oneManifest();
await many();
await eventBuses();
matching();
await requestCounts();
await overANetwork();
await underALimit();
const peers = process.argv.includes("--peers") ? await runPeers(hundred) : [];

const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  runs: RUNS,
};
const lines = [
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, Node ${machine.node}; medians of ${RUNS} runs`,
  "",
  "| what | measured | wanted | |",
  "|---|---|---|---|",
  ...results.map(
    ({ what, value, target, isMet }) =>
      `| ${what} | ${value} | ${target} | ${isMet === null ? "" : isMet ? "met" : "**missed**"} |`,
  ),
  ...peers.map(
    ({ peer, work, seconds, note }) =>
      `| ${peer}: ${work} | ${seconds === undefined ? note : `${seconds.toFixed(1)} s`} | | |`,
  ),
];
process.stdout.write(`${lines.join("\n")}\n\n${JSON.stringify({ machine, results, peers }, null, 2)}\n`);
for (const each of [folder, hundred]) rmSync(each, { recursive: true, force: true });
