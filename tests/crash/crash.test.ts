import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openmcf, openmcfJson } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";
import { atMoments, killedAt, startOf } from "../support/kill.ts";
import type { KilledRun, Scenario } from "../support/kill.ts";
import { eventbridgeManifest, webhookManifest } from "../support/manifests.ts";
import { requestsTo, serve, streamsIn } from "../support/sandbox.ts";

const WEBHOOK = webhookManifest("s");
const CHANGED = webhookManifest("s", { endpoint: "https://new.example.com/", token: "another-token" });

const SCENARIOS: Record<string, Scenario> = {
  create: { after: WEBHOOK, command: "apply" },
  update: { before: WEBHOOK, after: CHANGED, command: "apply" },
  replace: { before: eventbridgeManifest("s"), after: eventbridgeManifest("s", "eu-west-1"), command: "apply" },
  destroy: { before: WEBHOOK, after: WEBHOOK, command: "destroy" },
};

/** Runs the command against a server of its own, which goes on with what a killed client has sent, and then ends. */
async function killed(cwd: string, command: string, at: number): Promise<KilledRun> {
  const { stop } = await serve(cwd);
  const outcome = await killedAt(at, [command, "-f", "m.yaml", "--sandbox"], cwd);
  await stop();
  return outcome;
}

const run = (cwd: string, ...args: string[]) => openmcfJson<RunJson>([...args, "-f", "m.yaml", "--sandbox"], { cwd });

describe("a kill at a moment at which something outside the process changes", () => {
  test.each(Object.entries(SCENARIOS))(
    "%s: the next run converges; no duplicate, no orphan, nothing left locked",
    { timeout: 900_000 },
    async (name, scenario) => {
      const folder = await startOf(scenario);
      const { moments, code } = await killed(folder(), scenario.command, 0);
      expect(code).toBe(0);
      expect(moments.length).toBeGreaterThan(8);
      await atMoments(moments.length, async (at) => {
        const cwd = folder();
        const where = `${name}, killed at ${moments[at - 1]}`;
        expect((await killed(cwd, scenario.command, at)).signal, where).toBe("SIGKILL");
        const again = await run(cwd, scenario.command);
        expect([again.code, again.stdout.includes("internal-error")], `${where}\n${again.stdout}`).toEqual([0, false]);
        const ids = streamsIn(cwd).get("s") ?? [];
        if (scenario.command === "destroy") {
          expect(ids, where).toEqual([]);
          return;
        }
        expect(ids, where).toHaveLength(1);
        const { json } = await run(cwd, "plan", "--refresh");
        expect(json.summary, where).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0, same: 1 });
        expect(json.stacks[0]?.outputs["id"], where).toBe(ids[0]);
        // At most one create had an effect for each stream that there was to be.
        const created = requestsTo(cwd).filter(({ method, status }) => method === "POST" && status === 201);
        expect(created.length, where).toBeLessThanOrEqual(name === "replace" ? 3 : 1);
        await run(cwd, "destroy");
        expect([...streamsIn(cwd).keys()], where).toEqual([]);
      });
    },
  );
});

describe("interrupted runs", () => {
  test("an update that was sent and not recorded is sent again, even if the manifest has gone back meanwhile", async () => {
    const cwd = (await startOf({ before: WEBHOOK, after: CHANGED }))();
    const { moments } = await killed(cwd, "apply", 0);
    const sent = moments.findIndex((moment) => moment.endsWith("answer to PATCH"));
    writeFileSync(join(cwd, "m.yaml"), webhookManifest("s", { endpoint: "https://third.example.com/" }));
    expect((await killed(cwd, "apply", sent + 1)).signal).toBe("SIGKILL");
    writeFileSync(join(cwd, "m.yaml"), CHANGED);
    expect((await run(cwd, "apply")).json.summary).toMatchObject({ update: 1 });
    expect((await run(cwd, "plan", "--refresh")).json.summary).toMatchObject({ update: 0, same: 1 });
  });

  test.each([
    ["apply", 1],
    ["destroy", 0],
  ])("a create that was killed is adopted by %s, which says so", async (verb, left) => {
    const folder = await startOf({ after: WEBHOOK });
    const { moments } = await killed(folder(), "apply", 0);
    const answered = moments.findLastIndex((moment) => moment.endsWith("answer to POST"));
    const cwd = folder();
    await killed(cwd, "apply", answered + 1);
    expect(streamsIn(cwd).get("s")).toHaveLength(1);
    const { code } = await openmcf([verb, "-f", "m.yaml", "--sandbox", "--json-events", "events"], { cwd });
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, "events"), "utf8")).toContain("adopted as est_");
    expect(streamsIn(cwd).get("s") ?? []).toHaveLength(left);
  });
});
