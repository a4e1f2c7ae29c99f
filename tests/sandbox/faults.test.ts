import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";
import { eventbridgeManifest, webhookManifest } from "../support/manifests.ts";
import { allRequestsTo, requestsTo, serve, streamsIn } from "../support/sandbox.ts";
import { parseFault } from "../../pkg/sandbox/index.ts";

const apply = (cwd: string, ...faults: string[]) =>
  openmcfJson<RunJson>(["apply", "-f", "m.yaml", "--sandbox", ...faults.flatMap((fault) => ["--fault", fault])], {
    cwd,
  });

const folder = (): string => temporaryFolder({ "m.yaml": webhookManifest("s") });
const posts = (cwd: string): string[] => requestsTo(cwd).map(({ method, status }) => `${method} ${status}`);

// Most of them wait.
describe.concurrent("what goes wrong between us and Auth0", () => {
  test.each([
    ["a reset before the effect", "reset-before,method=POST,path=/api,times=1", ["POST 0", "GET 200", "POST 201"]],
    ["a reset after the effect", "reset-after,method=POST,path=/api,times=1", ["POST 0", "GET 200"]],
    ["a 503 before the effect", "status=503,method=POST,path=/api,times=1", ["POST 503", "GET 200", "POST 201"]],
    ["a 504 after the effect", "status-after=504,method=POST,path=/api,times=1", ["POST 504", "GET 200"]],
    [
      "two lost answers in a row",
      "reset-before,method=POST,path=/api,times=2",
      ["POST 0", "GET 200", "POST 0", "GET 200", "POST 201"],
    ],
    ["latency", "latency=120", ["POST 201"]],
    ["a slow body", "slow-body=300,method=POST,path=/api", ["POST 201"]],
  ])("create with %s: one stream, found by name before any second POST", async (_, fault, expected) => {
    const cwd = folder();
    const { code, json } = await apply(cwd, fault);
    expect([code, json.summary["create"], posts(cwd)]).toEqual([0, 1, expected]);
    expect(streamsIn(cwd).get("s")).toHaveLength(1);
  });

  test("create with an answer that never comes: given up after 30 s, found by name", async () => {
    const cwd = folder();
    const { code } = await apply(cwd, "hang,method=POST,path=/api,times=1");
    expect([code, posts(cwd)]).toEqual([0, ["POST 0", "GET 200"]]);
  });

  test("a create that never works gives up, says what was tried, and a later apply completes", async () => {
    const cwd = folder();
    const failed = await apply(cwd, "status=500,method=POST,path=/api");
    expect(failed.code).toBe(1);
    expect(failed.json.stacks[0]?.diagnostics).toMatchObject([
      { code: "operation-failed", message: expect.stringContaining("500") },
    ]);
    expect(posts(cwd).filter((each) => each.startsWith("POST"))).toHaveLength(3);
    expect((await apply(cwd)).json.summary["create"]).toBe(1);
    expect(streamsIn(cwd).get("s")).toHaveLength(1);
  });

  test("reads, updates and deletes are repeated; a token failure too", async () => {
    const cwd = folder();
    await apply(cwd);
    writeFileSync(join(cwd, "m.yaml"), webhookManifest("s", { endpoint: "https://b.example.com/" }));
    expect((await apply(cwd, "reset-after,method=PATCH,times=2", "status=503,path=/oauth,times=1")).code).toBe(0);
    expect(
      (await openmcf(["refresh", "-f", "m.yaml", "--sandbox", "--fault", "status=502,method=GET,times=2"], { cwd }))
        .code,
    ).toBe(0);
    expect(
      (await openmcf(["destroy", "-f", "m.yaml", "--sandbox", "--fault", "reset-after,method=DELETE,times=1"], { cwd }))
        .code,
    ).toBe(0);
    expect([...streamsIn(cwd).keys()]).toEqual([]);
  });

  test("refusals for the rate are waited out, for as long as they say", async () => {
    const cwd = folder();
    const { code } = await apply(cwd, "status=429,path=/api,times=2");
    expect([code, posts(cwd)]).toEqual([0, ["POST 429", "POST 429", "POST 201"]]);
  });

  test("many manifests under a limit: no failure, hardly a refusal", async () => {
    const cwd = temporaryFolder();
    for (let number = 0; number < 40; number += 1)
      writeFileSync(join(cwd, `m${number}.yaml`), eventbridgeManifest(`s${number}`));
    const { code, stdout, stderr } = await openmcf(["apply", "-f", ".", "--sandbox", "--fault", "rate=20/10"], { cwd });
    expect([code, stderr.includes("error")], stdout).toEqual([0, false]);
    const requests = requestsTo(cwd);
    expect(requests.filter(({ status }) => status === 201)).toHaveLength(40);
    expect(requests.filter(({ status }) => status === 429).length).toBeLessThanOrEqual(1);
  });

  test("one that fails does not stop the others, and the summary says which", async () => {
    const cwd = temporaryFolder();
    for (const name of ["a", "b", "c"]) writeFileSync(join(cwd, `${name}.yaml`), eventbridgeManifest(name));
    const outcome = await openmcf(
      [
        "apply",
        "-f",
        ".",
        "--sandbox",
        "--parallel",
        "1",
        "--fault",
        "status=400,method=POST,path=/api,times=1,after=1",
      ],
      { cwd },
    );
    expect([outcome.code, outcome.stdout]).toEqual([1, expect.stringContaining("2 created; 1 failed (b)")]);
    expect([...streamsIn(cwd).keys()].toSorted()).toEqual(["a", "c"]);
  });

  test("a name that is taken is not adopted, and says what to do", async () => {
    const cwd = folder();
    await apply(cwd);
    const other = await openmcfJson<RunJson>(
      ["apply", "-f", "m.yaml", "--sandbox", "--stack", "organization/p/other"],
      { cwd },
    );
    expect([other.code, other.json.stacks[0]?.diagnostics]).toMatchObject([
      1,
      [{ hint: expect.stringContaining("openmcf import") }],
    ]);
    expect(streamsIn(cwd).get("s")).toHaveLength(1);
  });
});

describe("requests", () => {
  test("one token a run, one POST a create, one PATCH an update, one page for a hundred comparisons, none without them", async () => {
    const cwd = temporaryFolder();
    for (let number = 0; number < 30; number += 1)
      writeFileSync(join(cwd, `m${number}.yaml`), webhookManifest(`s${number}`));
    const counted = async (args: string[]): Promise<string[]> => {
      const before = allRequestsTo(cwd).length;
      const outcome = await openmcf([...args, "--sandbox"], { cwd });
      expect(outcome.code, outcome.stderr).toBe(0);
      return allRequestsTo(cwd)
        .slice(before)
        .map(({ method, path }) => `${method} ${path.replace(/est_\w+/, "ID")}`);
    };
    const created = await counted(["apply", "-f", "."]);
    expect(created.toSorted()).toEqual(
      [...Array.from({ length: 30 }, () => "POST /api/v2/event-streams"), "POST /oauth/token"].toSorted(),
    );
    const oneList = ["POST /oauth/token", "GET /api/v2/event-streams?take=100"];
    expect(await counted(["plan", "-f", "."])).toEqual(oneList);
    expect(await counted(["apply", "-f", "."])).toEqual(oneList);
    expect(await counted(["refresh", "-f", "."])).toEqual(oneList);
    expect(await counted(["plan", "-f", ".", "--no-refresh"])).toEqual([]);
    expect(await counted(["apply", "-f", ".", "--no-refresh"])).toEqual([]);
    expect(await counted(["refresh", "-f", "m1.yaml"])).toEqual(["POST /oauth/token", "GET /api/v2/event-streams/ID"]);
    const change = ["apply", "-f", "m1.yaml", "--no-refresh", "--set", "spec.status=disabled"];
    expect(await counted(change)).toEqual(["POST /oauth/token", "PATCH /api/v2/event-streams/ID"]);
  });
});

describe("the sandbox over TLS, for other tools", () => {
  test("its exports make this tool work against it as against a real tenant; scopes are enforced", async () => {
    const cwd = temporaryFolder({ "m.yaml": webhookManifest("s") });
    const { exports, stop } = await serve(cwd);
    const env = { ...exports, PULUMI_CONFIG_PASSPHRASE: "p" };
    expect((await openmcf(["apply", "-f", "m.yaml"], { cwd, env })).code).toBe(0);
    const doctor = await openmcf(["doctor", "-f", "m.yaml"], { cwd, env });
    expect([doctor.code, doctor.stdout]).toEqual([0, expect.stringContaining("live as est_")]);
    // Deleting compares no secret, so it needs no passphrase; making a stream with one does.
    expect((await openmcf(["destroy", "-f", "m.yaml"], { cwd, env: exports })).code).toBe(0);
    const unset = await openmcf(["apply", "-f", "m.yaml"], { cwd, env: exports });
    expect([unset.code, unset.stdout + unset.stderr]).toEqual([3, expect.stringContaining("PULUMI_CONFIG_PASSPHRASE")]);
    expect((await openmcf(["apply", "-f", "m.yaml"], { cwd, env })).code).toBe(0);
    const wrong = await openmcf(["destroy", "-f", "m.yaml"], { cwd, env: { ...env, AUTH0_CLIENT_SECRET: "nope" } });
    expect([wrong.code, wrong.stdout]).toEqual([1, expect.stringContaining("Auth0 answered 401: Unauthorized")]);
    const untrusted = await openmcf(["doctor"], { cwd, env: { ...env, NODE_EXTRA_CA_CERTS: "" } });
    expect([untrusted.code, untrusted.stdout]).toEqual([1, expect.stringContaining("NODE_EXTRA_CA_CERTS")]);
    await stop();

    const credentials = join(cwd, ".sandbox/credentials.json");
    const { readFileSync } = await import("node:fs");
    writeFileSync(credentials, readFileSync(credentials, "utf8").replace('"delete:event_streams",', ""));
    // On the same port: another one would be another tenant.
    const again = await serve(cwd, ["--port", exports["AUTH0_DOMAIN"]?.split(":")[1] ?? ""]);
    const refused = await openmcf(["destroy", "-f", "m.yaml"], { cwd, env: { ...env, ...again.exports } });
    expect([refused.code, refused.stdout]).toEqual([
      1,
      expect.stringContaining("Insufficient scope, expected any of: delete:event_streams"),
    ]);
    const missing = await openmcf(["doctor"], { cwd, env: { ...env, ...again.exports } });
    expect([missing.code, missing.stdout]).toEqual([1, expect.stringContaining("missing delete:event_streams")]);
    await again.stop();
  });
});

test.each(["nonsense", "latency", "latency=x", "status", "status=503,when=never", "rate=a/b"])(
  "the fault %s is refused",
  (text) => {
    expect(() => parseFault(text)).toThrow();
  },
);
