import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { openmcf, temporaryFolder } from "./cli.ts";
import type { Outcome } from "./cli.ts";

/** A change to be killed: the manifest on record before it, the manifest for it, and the command. */
export interface Scenario {
  before?: string;
  after: string;
  command: "apply" | "destroy";
}

/** A run that was to be killed, and the moments that it passed: each is something outside the process that changes. */
export type KilledRun = Outcome & { moments: string[] };

/** Runs a command that dies at moment `at`, counted from 1; 0 lets it run to its end. */
export async function killedAt(
  at: number,
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<KilledRun> {
  const counts = join(cwd, "moments");
  rmSync(counts, { force: true });
  const outcome = await openmcf(args, {
    cwd,
    nodeOptions: ["--import", resolve("tests/support/kill-at.mjs")],
    env: { ...env, KILL_AT: String(at), KILL_COUNT_FILE: counts },
  });
  return { ...outcome, moments: existsSync(counts) ? readFileSync(counts, "utf8").trim().split("\n") : [] };
}

/**
 * Makes what a scenario starts from once. @returns a function that gives a copy of it in a folder of its own.
 */
export async function startOf({ before, after }: Pick<Scenario, "before" | "after">): Promise<() => string> {
  const first = temporaryFolder();
  if (before !== undefined) {
    writeFileSync(join(first, "m.yaml"), before);
    const applied = await openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd: first });
    if (applied.code !== 0) throw new Error(`the scenario does not start: ${applied.stderr}`);
  }
  writeFileSync(join(first, "m.yaml"), after);
  return () => copyOf(first);
}

/** A copy of a folder, in a folder of its own. */
export function copyOf(folder: string): string {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true });
  return copy;
}

/** How many moments of a scenario `npm test` tries; `npm run soak` tries all. */
const SAMPLE = 6;

/**
 * Tries moments 1 to `count`, three at a time: all of them in a soak run, else a sample that is spread evenly, the first
 * and the last among them.
 */
export async function atMoments(count: number, attempt: (moment: number) => Promise<void>): Promise<void> {
  const size = process.env["SOAK"] ? count : Math.min(SAMPLE, count);
  const left = Array.from(
    { length: size },
    (_, index) => 1 + Math.round((index * (count - 1)) / Math.max(1, size - 1)),
  );
  const work = async (): Promise<void> => {
    for (let moment = left.shift(); moment !== undefined; moment = left.shift()) await attempt(moment);
  };
  await Promise.all([work(), work(), work()]);
}
