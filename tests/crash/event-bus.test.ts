import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { busManifest, leftAt, queueTarget } from "../support/aws.ts";
import { openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import type { Outcome, RunJson } from "../support/cli.ts";
import { serve, streamsIn } from "../support/sandbox.ts";

const HOOK = resolve("tests/support/kill-at.mjs");
const MANIFEST = busManifest("s", {
  archive: {},
  rules: [
    {
      name: "all",
      targets: [
        queueTarget("inbox", { deadLetterQueue: { create: true } }),
        { name: "stream", kinesis: { arn: "arn:aws:kinesis:us-east-1:123456789012:stream/s" } },
        { name: "save", lambda: { arn: "arn:aws:lambda:us-east-1:123456789012:function:save" } },
      ],
    },
  ],
});
const MOVED = MANIFEST.replaceAll("us-east-1", "eu-west-1");
const PROVIDED = ["inbox", "save"];

interface Scenario {
  before?: string;
  after: string;
  command: string;
}

const SCENARIOS: Record<string, Scenario> = {
  create: { after: MANIFEST, command: "apply" },
  move: { before: MANIFEST, after: MOVED, command: "apply" },
  destroy: { before: MANIFEST, after: MANIFEST, command: "destroy" },
};

async function prepared({ before, after }: Scenario): Promise<{ cwd: string; stop: () => Promise<void> }> {
  const cwd = temporaryFolder();
  const { stop } = await serve(cwd);
  if (before !== undefined) {
    writeFileSync(join(cwd, "m.yaml"), before);
    expect((await openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd })).code).toBe(0);
  }
  writeFileSync(join(cwd, "m.yaml"), after);
  return { cwd, stop };
}

async function killed(cwd: string, command: string, at: number): Promise<Outcome & { moments: string[] }> {
  const counts = join(cwd, "moments");
  rmSync(counts, { force: true });
  const outcome = await openmcf([command, "-f", "m.yaml", "--sandbox"], {
    cwd,
    nodeOptions: ["--import", HOOK],
    env: { KILL_AT: String(at), KILL_COUNT_FILE: counts },
  });
  return { ...outcome, moments: existsSync(counts) ? readFileSync(counts, "utf8").trim().split("\n") : [] };
}

/** Of the many moments, one in so many is tried, spread evenly; CRASH_SHARE=1 tries all. */
const SHARE = Number(process.env["CRASH_SHARE"] ?? 3);

test.each(Object.entries(SCENARIOS))(
  "%s, killed between any two AWS calls: the next run converges, destroy leaves nothing behind",
  { timeout: 900_000 },
  async (name, scenario) => {
    const dry = await prepared(scenario);
    const { moments, code, stderr } = await killed(dry.cwd, scenario.command, -1);
    await dry.stop();
    expect([code, stderr.includes("internal-error")]).toEqual([0, false]);
    expect(moments.length).toBeGreaterThan(40);

    const tryMoment = async (at: number): Promise<void> => {
      const { cwd, stop } = await prepared(scenario);
      const where = `${name}, killed at ${moments[at - 1]}`;
      await killed(cwd, scenario.command, at);
      await new Promise((done) => setTimeout(done, 30));
      const again = await openmcfJson<RunJson>([scenario.command, "-f", "m.yaml", "--sandbox"], { cwd });
      const said = again.json.stacks.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message)).join("\n");
      expect(again.code, `${where}\n${said}`).toBe(0);
      if (scenario.command === "apply") {
        const plan = await openmcfJson<RunJson>(["plan", "--refresh", "-f", "m.yaml", "--sandbox"], { cwd });
        expect(plan.json.summary, where).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
        expect(streamsIn(cwd).get("s"), where).toHaveLength(1);
        const left = await leftAt(cwd, PROVIDED);
        expect(
          left.filter((item) => /^(bus|archive|role|queue) /.test(item)),
          where,
        ).toHaveLength(4);
        await openmcf(["destroy", "-f", "m.yaml", "--sandbox"], { cwd });
      }
      expect(await leftAt(cwd, PROVIDED), where).toEqual([]);
      await stop();
    };
    const left = moments.map((_, index) => index + 1).filter((at) => at % SHARE === 0);
    const work = async (): Promise<void> => {
      for (let at = left.shift(); at !== undefined; at = left.shift()) await tryMoment(at);
    };
    await Promise.all([work(), work(), work()]);
  },
);
