import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { folderWithExamples, openmcf, openmcfJson } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";

/** Secrets of the example manifests; none may show anywhere. */
const SECRETS = {
  MONAD_API_KEY: "monad-key-7f3a",
  DATADOG_API_KEY: "datadog-key-7f3a",
  SPLUNK_TOKEN: "splunk-token-7f3a",
  SUMO_SOURCE_ADDRESS: "https://sumo.example.com/receiver-7f3a",
  SEGMENT_WRITE_KEY: "segment-key-7f3a",
  MIXPANEL_PASSWORD: "mixpanel-password-7f3a",
};
/** The one with a receiver has tests of its own. */
const examples = readdirSync("manifests").filter((file) => /^logs-to-(?!files).*\.yaml$/.test(file));

describe("log streams of every destination", () => {
  test("there is an example for each of the eight", () => {
    expect(examples).toHaveLength(8);
  });

  test.each(examples)("%s: made, unchanged, changed, destroyed; no secret shows", async (file) => {
    const cwd = folderWithExamples();
    const manifest = ["-f", `manifests/${file}`, "--sandbox"];
    const run = async (...args: string[]) => {
      const outcome = await openmcfJson<RunJson>([...args, ...manifest], { cwd, env: SECRETS });
      for (const secret of Object.values(SECRETS))
        expect(outcome.stdout + outcome.stderr, `${args.join(" ")} shows a secret`).not.toContain(secret);
      return outcome;
    };

    const made = await run("apply");
    expect([made.code, made.stderr.includes("error")]).toEqual([0, false]);
    expect(made.json.stacks[0]?.outputs).toMatchObject({
      id: expect.stringMatching(/^lst_\d{16}$/),
      name: file.replace(".yaml", ""),
      status: file.includes("mixpanel") ? "paused" : "active",
    });
    const { awsPartnerEventSource, azurePartnerTopic } = made.json.stacks[0]?.outputs ?? {};
    expect(typeof awsPartnerEventSource).toBe(file.includes("eventbridge") ? "string" : "object");
    expect(typeof azurePartnerTopic).toBe(file.includes("eventgrid") ? "string" : "object");

    const plan = await run("plan", "--detailed-exitcode");
    expect([plan.code, plan.json.summary["update"] ?? 0]).toEqual([0, 0]);

    const changed = await run("apply", "--set", 'spec.filters=["auth.login.fail"]');
    // A prioritized stream has Auth0's own filter.
    expect(changed.json.summary["update"]).toBe(file.includes("splunk") ? 0 : 1);

    const destroyed = await run("destroy");
    expect(destroyed.code).toBe(0);
    expect((await openmcf(["outputs", ...manifest], { cwd, env: SECRETS })).stdout).not.toContain("lst_");
  });

  test("a secret that changes is sent, and named by its path alone", async () => {
    const cwd = folderWithExamples();
    const manifest = ["-f", "manifests/logs-to-datadog.yaml", "--sandbox"];
    await openmcf(["apply", ...manifest], { cwd, env: SECRETS });
    const env = { ...SECRETS, DATADOG_API_KEY: "rotated-key-7f3a" };
    const { json, stdout } = await openmcfJson<RunJson>(["apply", ...manifest], { cwd, env });
    expect(json.stacks[0]?.steps.flatMap(({ diff }) => diff.map(({ path }) => path))).toEqual(["sink.datadogApiKey"]);
    expect(stdout).not.toMatch(/rotated-key-7f3a|datadog-key-7f3a/);
  });
});
