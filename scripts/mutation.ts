// Mutation tests of the rooms whose mistakes cost most: each room is changed in small ways, and its own tests must notice.
// `npm run mutation` goes on where the last run ended, and ends after --minutes (60). Rooms may be named. What every
// mutant came to is kept in reports/; the score of all rooms is printed at the end.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";

/** Rooms, and the folders of tests/ that hold them. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  state: ["state", "contract"],
  manifest: ["manifest", "kinds"],
  providers: ["providers", "contract"],
  engine: ["engine", "contract"],
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { minutes: { type: "string", default: "60" } },
});
const rooms = positionals.length > 0 ? positionals : Object.keys(ROOMS);
const unknown = rooms.filter((room) => !ROOMS[room]);
if (unknown.length > 0) throw new Error(`no such room: ${unknown.join()}; there are ${Object.keys(ROOMS).join()}`);
const end = Date.now() + Number(values.minutes) * 60_000;

const reportOf = (room: string): string => `reports/mutation-${room}.json`;

/** Runs Stryker on a room. It keeps what it has found when it is interrupted. */
async function mutate(room: string): Promise<void> {
  const left = end - Date.now();
  if (left <= 0) return;
  const args = [
    "node_modules/@stryker-mutator/core/bin/stryker.js",
    "run",
    "--mutate",
    `pkg/${room}/**/*.ts`,
    "--incrementalFile",
    reportOf(room),
  ];
  const child = spawn(process.execPath, args, {
    stdio: "inherit",
    env: { ...process.env, MUTATION_TESTS: (ROOMS[room] ?? []).join() },
  });
  const timer = setTimeout(() => child.kill("SIGINT"), left);
  await new Promise((done) => child.once("close", done));
  clearTimeout(timer);
}

/** Share of the tested mutants that a test noticed; mutants that are not tested yet are counted apart. */
function scoreOf(names: readonly string[]): string {
  const statuses = names
    .map(reportOf)
    .filter(existsSync)
    .flatMap((file) => {
      const { files } = JSON.parse(readFileSync(file, "utf8")) as {
        files: Record<string, { mutants: { status: string }[] }>;
      };
      return Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status));
    });
  const count = (...wanted: string[]): number => statuses.filter((status) => wanted.includes(status)).length;
  const [noticed, missed] = [count("Killed", "Timeout"), count("Survived", "NoCoverage")];
  const score = ((100 * noticed) / Math.max(1, noticed + missed)).toFixed(1);
  return `${score} % of ${noticed + missed} mutants noticed, ${count("Pending")} to be tested`;
}

for (const room of rooms) await mutate(room);
for (const room of rooms) process.stdout.write(`${room}: ${scoreOf([room])}\n`);
process.stdout.write(`together: ${scoreOf(rooms)}\n`);
