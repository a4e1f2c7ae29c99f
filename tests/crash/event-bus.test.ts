import { expect, test } from "vitest";
import { busManifest, leftAt, queueTarget } from "../support/aws.ts";
import { openmcfJson } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";
import { atMoments, killedAt, startOf } from "../support/kill.ts";
import type { KilledRun, Scenario } from "../support/kill.ts";
import { serve, streamsIn } from "../support/sandbox.ts";

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

const SCENARIOS: Record<string, Scenario> = {
  create: { after: MANIFEST, command: "apply" },
  move: { before: MANIFEST, after: MOVED, command: "apply" },
  destroy: { before: MANIFEST, after: MANIFEST, command: "destroy" },
};

/** Runs the command against a server of its own, which goes on with what a killed client has sent, and then ends. */
async function killed(cwd: string, command: string, at: number): Promise<KilledRun> {
  const { stop } = await serve(cwd);
  const outcome = await killedAt(at, [command, "-f", "m.yaml", "--sandbox"], cwd);
  await stop();
  return outcome;
}

const run = (cwd: string, ...args: string[]) => openmcfJson<RunJson>([...args, "-f", "m.yaml", "--sandbox"], { cwd });

test.each(Object.entries(SCENARIOS))(
  "%s, killed between any two AWS calls: the next run converges, destroy leaves nothing behind",
  { timeout: 900_000 },
  async (name, scenario) => {
    const folder = await startOf(scenario);
    const { moments, code, stderr } = await killed(folder(), scenario.command, 0);
    expect([code, stderr.includes("internal-error")]).toEqual([0, false]);
    expect(moments.length).toBeGreaterThan(40);
    await atMoments(moments.length, async (at) => {
      const cwd = folder();
      const where = `${name}, killed at ${moments[at - 1]}`;
      await killed(cwd, scenario.command, at);
      const again = await run(cwd, scenario.command);
      const said = again.json.stacks.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message)).join("\n");
      expect(again.code, `${where}\n${said}`).toBe(0);
      if (scenario.command === "apply") {
        const plan = await run(cwd, "plan", "--refresh");
        expect(plan.json.summary, where).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
        expect(streamsIn(cwd).get("s"), where).toHaveLength(1);
        const left = await leftAt(cwd, PROVIDED);
        expect(
          left.filter((item) => /^(bus|archive|role|queue) /.test(item)),
          where,
        ).toHaveLength(4);
        await run(cwd, "destroy");
      }
      expect(await leftAt(cwd, PROVIDED), where).toEqual([]);
    });
  },
);
