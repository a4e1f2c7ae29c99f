import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openmcf, openmcfJson, pulumiStandIn, temporaryFolder } from "../support/cli.ts";
import type { Outcome, RunJson } from "../support/cli.ts";
import { webhookManifest } from "../support/manifests.ts";
import { requestsTo, serve, streamsIn } from "../support/sandbox.ts";

const TOKEN = "hush-1";

describe("openmcf state", () => {
  let cwd: string;
  let env: Record<string, string>;
  let stop: () => Promise<void>;
  beforeEach(async () => {
    cwd = temporaryFolder({
      "m.yaml": webhookManifest("hooked", { token: TOKEN }),
      "n.yaml": webhookManifest("other", { token: TOKEN }),
    });
    mkdirSync(join(cwd, "buckets"));
    const served = await serve(cwd);
    stop = served.stop;
    env = {
      ...served.exports,
      PULUMI_CONFIG_PASSPHRASE: "correct-horse",
      SHIM_BUCKETS: join(cwd, "buckets"),
      PATH: `${pulumiStandIn()}:${process.env["PATH"]}`,
    };
  });
  afterEach(() => stop());

  const run = (...args: string[]): Promise<Outcome> => openmcf(args, { cwd, env });
  const summaryOf = async (...args: string[]): Promise<Record<string, number>> =>
    (await openmcfJson<RunJson>(["plan", "--no-refresh", ...args], { cwd, env })).json.summary;

  test("export prints a stack without a secret in clear, import puts it on record elsewhere", async () => {
    await run("apply", "-f", "m.yaml");
    const exported = await run("state", "export", "-f", "m.yaml");
    expect(exported.code).toBe(0);
    expect(exported.stdout).toContain('"ciphertext"');
    expect(exported.stdout).not.toContain(TOKEN);
    writeFileSync(join(cwd, "dump.json"), exported.stdout);

    const there = ["-f", "m.yaml", "--backend", "file://./elsewhere"];
    mkdirSync(join(cwd, "elsewhere"));
    expect((await run("state", "import", ...there, "--file", "dump.json")).code).toBe(0);
    expect(await summaryOf(...there)).toMatchObject({ same: 1, create: 0, update: 0 });
    const again = await run("state", "import", ...there, "--file", "dump.json");
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining("error[stack-exists]")]);

    writeFileSync(join(cwd, "bad.json"), "{}");
    const bad = await run("state", "import", "-f", "n.yaml", "--file", "bad.json");
    expect([bad.code, bad.stderr]).toEqual([3, expect.stringContaining("error[file-unreadable]")]);
  });

  test.each([
    ["another folder", "file://./elsewhere", { hooked: "m.yaml", other: "n.yaml" }],
    ["a backend of the Pulumi CLI", "s3://a-bucket", { hooked: "m.yaml" }],
  ])("migrate moves stacks to %s and back, and touches nothing at Auth0", async (_, to, manifests) => {
    const all = Object.values(manifests).flatMap((file) => ["-f", file]);
    const names = Object.keys(manifests);
    await run("apply", ...all);
    const before = requestsTo(cwd).length;
    const moved = await run("state", "migrate", ...all, "--to", to);
    expect([moved.code, moved.stdout, moved.stderr]).toEqual([
      0,
      names.map((name) => `auth0-streams/default.Auth0EventStream.${name}  moved to ${to}\n`).join(""),
      "",
    ]);
    expect(await summaryOf(...all)).toMatchObject({ same: 0, create: names.length });
    expect(await summaryOf(...all, "--backend", to)).toMatchObject({ same: names.length, create: 0 });
    const gone = await run("state", "migrate", ...all, "--to", to);
    expect([gone.code, gone.stderr]).toEqual([3, expect.stringContaining("error[stack-not-found]")]);
    const back = await run("state", "migrate", ...all, "--backend", to, "--to", "file://.");
    expect([back.code, back.stderr]).toEqual([0, ""]);
    expect(await summaryOf(...all)).toMatchObject({ same: names.length, create: 0 });
    expect(requestsTo(cwd)).toHaveLength(before);
    expect((await run("destroy", ...all)).code).toBe(0);
    expect([...streamsIn(cwd).keys()]).toEqual([]);
  });

  test("a stack whose plan would not be empty stays where it was", async () => {
    await run("apply", "-f", "m.yaml", "-f", "n.yaml");
    writeFileSync(join(cwd, "m.yaml"), webhookManifest("hooked", { token: TOKEN, endpoint: "https://b.example.com/" }));
    const { code, stdout, stderr } = await run(
      "state",
      "migrate",
      "-f",
      "m.yaml",
      "-f",
      "n.yaml",
      "--to",
      "file://./elsewhere",
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining("error[not-verified]: Auth0EventStream/hooked")]);
    expect(stdout).toContain("hooked  left where it was");
    expect(stdout).toContain("other  moved to file://./elsewhere");
    expect(await summaryOf("-f", "m.yaml")).toMatchObject({ update: 1, create: 0 });
    expect(existsSync(join(cwd, "elsewhere/.pulumi/stacks/auth0-streams/default.Auth0EventStream.hooked.json"))).toBe(
      false,
    );
  });

  test("an interrupted migration goes on; another stack of that name is not overwritten", async () => {
    await run("apply", "-f", "m.yaml");
    const file = ".pulumi/stacks/auth0-streams/default.Auth0EventStream.hooked.json";
    mkdirSync(join(cwd, "elsewhere/.pulumi/stacks/auth0-streams"), { recursive: true });
    // As a kill between the copy and the end leaves it.
    writeFileSync(join(cwd, "elsewhere", file), readFileSync(join(cwd, file)));
    const changed = readFileSync(join(cwd, file), "utf8").replaceAll("https://", "https://x.");
    mkdirSync(join(cwd, "taken/.pulumi/stacks/auth0-streams"), { recursive: true });
    writeFileSync(join(cwd, "taken", file), changed);
    const taken = await run("state", "migrate", "-f", "m.yaml", "--to", "file://./taken");
    expect([taken.code, taken.stderr]).toEqual([3, expect.stringContaining("error[stack-exists]")]);
    expect(readFileSync(join(cwd, "taken", file), "utf8")).toBe(changed);
    expect((await run("state", "migrate", "-f", "m.yaml", "--to", "file://./elsewhere")).code).toBe(0);
    expect(await summaryOf("-f", "m.yaml", "--backend", "file://./elsewhere")).toMatchObject({ same: 1 });
  });
});
