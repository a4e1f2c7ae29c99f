import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import type { Outcome, RunJson } from "../support/cli.ts";
import { eventbridgeManifest, webhookManifest } from "../support/manifests.ts";
import { requestsTo, serve, streamsIn } from "../support/sandbox.ts";

const HOOK = resolve("tests/support/kill-at.mjs");

/** One change of a stream's life: from what, by which command. */
interface Scenario {
  before?: string;
  after?: string;
  command: string[];
}

const WEBHOOK = webhookManifest("s");
const CHANGED = webhookManifest("s", { endpoint: "https://new.example.com/", token: "another-token" });

const SCENARIOS: Record<string, Scenario> = {
  create: { after: WEBHOOK, command: ["apply"] },
  update: { before: WEBHOOK, after: CHANGED, command: ["apply"] },
  replace: { before: eventbridgeManifest("s"), after: eventbridgeManifest("s", "eu-west-1"), command: ["apply"] },
  destroy: { before: WEBHOOK, command: ["destroy"] },
};

/** Runs a command that dies at moment `at` (never for -1); says at how many moments it could have. */
async function killed(cwd: string, command: readonly string[], at: number): Promise<Outcome & { moments: string[] }> {
  const counts = join(cwd, "moments");
  rmSync(counts, { force: true });
  const outcome = await openmcf([...command, "-f", "m.yaml", "--sandbox"], {
    cwd,
    nodeOptions: ["--import", HOOK],
    env: { KILL_AT: String(at), KILL_COUNT_FILE: counts },
  });
  return { ...outcome, moments: existsSync(counts) ? readFileSync(counts, "utf8").trim().split("\n") : [] };
}

async function prepared(scenario: Scenario): Promise<{ cwd: string; stop: () => Promise<void> }> {
  const cwd = temporaryFolder();
  // A server of its own goes on with what a killed client has sent.
  const { stop } = await serve(cwd);
  if (scenario.before !== undefined) {
    writeFileSync(join(cwd, "m.yaml"), scenario.before);
    expect((await openmcf(["apply", "-f", "m.yaml", "--sandbox"], { cwd })).code).toBe(0);
  }
  writeFileSync(join(cwd, "m.yaml"), scenario.after ?? scenario.before ?? "");
  return { cwd, stop };
}

describe("a kill at every moment at which something outside the process changes", () => {
  test.each(Object.entries(SCENARIOS))(
    "%s: the next run converges; no duplicate, no orphan, nothing left locked",
    { timeout: 600_000 },
    async (name, scenario) => {
      const dry = await prepared(scenario);
      const { moments, code } = await killed(dry.cwd, scenario.command, -1);
      await dry.stop();
      expect(code).toBe(0);
      expect(moments.length).toBeGreaterThan(8);

      const tryMoment = async (at: number): Promise<void> => {
        const { cwd, stop } = await prepared(scenario);
        const where = `${name}, killed at ${moments[at - 1]}`;
        expect((await killed(cwd, scenario.command, at)).signal, where).toBe("SIGKILL");
        // A request that was sent just before the kill may still be on its way to the server.
        await new Promise((done) => setTimeout(done, 30));

        const again = await openmcf([...scenario.command, "-f", "m.yaml", "--sandbox"], { cwd });
        expect([again.code, again.stderr.includes("internal-error")], `${where}\n${again.stderr}`).toEqual([0, false]);
        const ids = streamsIn(cwd).get("s") ?? [];
        if (scenario.command[0] === "destroy") expect(ids, where).toEqual([]);
        else {
          expect(ids, where).toHaveLength(1);
          const { json } = await openmcfJson<RunJson>(["plan", "-f", "m.yaml", "--sandbox", "--refresh"], { cwd });
          expect(json.summary, where).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0, same: 1 });
          expect(json.stacks[0]?.outputs["id"], where).toBe(ids[0]);
          // At most one create had an effect for each stream that there was to be.
          const created = requestsTo(cwd).filter(({ method, status }) => method === "POST" && status === 201);
          expect(created.length, where).toBeLessThanOrEqual(name === "replace" ? 3 : 1);
          await openmcf(["destroy", "-f", "m.yaml", "--sandbox"], { cwd });
          expect([...streamsIn(cwd).keys()], where).toEqual([]);
        }
        await stop();
      };
      const left = moments.map((_, index) => index + 1);
      const work = async (): Promise<void> => {
        for (let at = left.shift(); at !== undefined; at = left.shift()) await tryMoment(at);
      };
      await Promise.all([work(), work(), work()]);
    },
  );
});

describe("interrupted runs", () => {
  test("an update that was sent and not recorded is sent again, even if the manifest has gone back meanwhile", async () => {
    const { cwd, stop } = await prepared({ before: WEBHOOK, after: CHANGED, command: ["apply"] });
    const { moments } = await killed(cwd, ["apply"], 99);
    const sent = moments.findIndex((moment) => moment.endsWith("answer to PATCH"));
    writeFileSync(join(cwd, "m.yaml"), webhookManifest("s", { endpoint: "https://third.example.com/" }));
    expect((await killed(cwd, ["apply"], sent + 1)).signal).toBe("SIGKILL");
    writeFileSync(join(cwd, "m.yaml"), CHANGED);
    const { json } = await openmcfJson<RunJson>(["apply", "-f", "m.yaml", "--sandbox"], { cwd });
    expect(json.summary).toMatchObject({ update: 1 });
    const { json: after } = await openmcfJson<RunJson>(["plan", "--refresh", "-f", "m.yaml", "--sandbox"], { cwd });
    expect(after.summary).toMatchObject({ update: 0, same: 1 });
    await stop();
  });

  test("a create that was killed is adopted, and said so; destroy finds it too", async () => {
    for (const verb of ["apply", "destroy"]) {
      const scenario = { after: WEBHOOK, command: ["apply"] };
      const dry = await prepared(scenario);
      const { moments } = await killed(dry.cwd, ["apply"], -1);
      await dry.stop();
      const answered = moments.findLastIndex((moment) => moment.endsWith("answer to POST"));
      const { cwd, stop } = await prepared(scenario);
      await killed(cwd, ["apply"], answered + 1);
      expect(streamsIn(cwd).get("s")).toHaveLength(1);
      const outcome = await openmcf([verb, "-f", "m.yaml", "--sandbox", "--json-events", "events"], { cwd });
      expect(outcome.code).toBe(0);
      expect(readFileSync(join(cwd, "events"), "utf8")).toContain("adopted as est_");
      expect(streamsIn(cwd).get("s")?.length ?? 0).toBe(verb === "apply" ? 1 : 0);
      await stop();
    }
  });
});
