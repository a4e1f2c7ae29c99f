import type { ChildProcess } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import { startNode } from "../support/process.ts";
import { streamsIn } from "../support/sandbox.ts";

const SECRET = "hush-1";

const MANIFEST = `apiVersion: auth0.openmcf.org/v1
kind: Auth0EventStream
metadata: { name: hooked }
spec:
  destinationType: webhook
  subscriptions: [user.created, user.deleted]
  webhookConfiguration:
    webhookEndpoint: https://events.example.com/auth0/in
    webhookAuthorization: { method: bearer, token: { valueFrom: { env: TOKEN } } }
  receiver:
    listen: 127.0.0.1:0
    operations: 127.0.0.1:0
    sinks:
      - files: { directory: events }
      - name: created
        types: [user.created]
        csv: { directory: reports }
      - stdout: {}
`;

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

/** `openmcf run` in a folder, until it listens and has made what it is to make. */
async function start(cwd: string, ...args: string[]) {
  const child = startNode([resolve("dist/cli/main.js"), "run", "-f", "m.yaml", "--sandbox", ...args], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: cwd, TMPDIR: cwd, TOKEN: SECRET },
  });
  running.push(child);
  const seen = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (seen.out += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (seen.err += chunk));
  const ended = new Promise<number | null>((done) => child.once("close", (code) => done(code)));
  await Promise.race([
    expect.poll(() => seen.err, { timeout: 60_000 }).toMatch(args.length > 0 ? /Applied:/ : /health and metrics/),
    ended.then((code) => Promise.reject(new Error(`it ended with ${code}: ${seen.err}`))),
  ]);
  return { child, seen, ended };
}

const emit = (cwd: string, type: string, count: number) =>
  openmcf(["sandbox", "emit", type, "--count", String(count)], { cwd });

function typesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith("open-"))
    .flatMap((name) => readFileSync(join(folder, name), "utf8").trimEnd().split("\n"))
    .map((line) => (line.startsWith("{") ? (JSON.parse(line) as { type: string }).type : "row"));
}

describe("openmcf run", () => {
  test("makes the stream, takes what Auth0 posts, and brings it to every sink", async () => {
    const cwd = temporaryFolder({ "m.yaml": MANIFEST });
    const { child, seen, ended } = await start(cwd, "--provision");
    expect((await emit(cwd, "user.created", 3)).stdout).toContain("3 delivered");
    expect((await emit(cwd, "user.deleted", 2)).stdout).toContain("2 delivered");
    await expect
      .poll(() => typesIn(join(cwd, "events")).toSorted())
      .toEqual(["user.created", "user.created", "user.created", "user.deleted", "user.deleted"]);
    // The header and the three rows.
    await expect.poll(() => typesIn(join(cwd, "reports"))).toHaveLength(4);
    await expect.poll(() => seen.out.trimEnd().split("\n")).toHaveLength(5);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(seen.err).toMatch(/hooked: 5 accepted; files 5 delivered; created 3 delivered; stdout 5 delivered/);
    expect(seen.out + seen.err).not.toContain(SECRET);
  });

  test("after a kill it goes on where it was; without a receiver the sandbox keeps the posts", async () => {
    const cwd = temporaryFolder({ "m.yaml": MANIFEST });
    const first = await start(cwd, "--provision");
    await emit(cwd, "user.created", 2);
    first.child.kill("SIGKILL");
    await first.ended;
    expect((await emit(cwd, "user.created", 1)).stdout).toContain("kept in its inbox");
    const second = await start(cwd);
    await emit(cwd, "user.created", 1);
    await expect.poll(() => typesIn(join(cwd, "events"))).toHaveLength(3);
    second.child.kill("SIGTERM");
    expect(await second.ended).toBe(0);
  });

  test("--ephemeral takes away at the end what it has made, and logs JSON where that is asked for", async () => {
    const cwd = temporaryFolder({ "m.yaml": MANIFEST });
    const { child, seen, ended } = await start(cwd, "--ephemeral", "--log-format", "json");
    expect(streamsIn(cwd).has("hooked")).toBe(true);
    await emit(cwd, "user.created", 1);
    child.kill("SIGINT");
    expect(await ended).toBe(0);
    expect(streamsIn(cwd).has("hooked")).toBe(false);
    const records = seen.err.split("\n").filter((line) => line.startsWith("{"));
    expect(records.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ receiver: "hooked", accepted: 1, duplicates: 0, malformed: 0 }),
    );
  });

  test("a second one on the same spool is told who has it", async () => {
    const cwd = temporaryFolder({ "m.yaml": MANIFEST });
    const { child } = await start(cwd);
    const second = await openmcf(["run", "-f", "m.yaml", "--sandbox"], { cwd, env: { TOKEN: SECRET } });
    expect([second.code, second.stderr]).toEqual([
      4,
      expect.stringMatching(new RegExp(`spool-in-use.*process ${child.pid} on `, "s")),
    ]);
  });

  test("a manifest without a receiver is nothing to run", async () => {
    const cwd = temporaryFolder({ "m.yaml": MANIFEST.slice(0, MANIFEST.indexOf("  receiver:")) });
    const { code, stderr } = await openmcf(["run", "-f", "m.yaml"], { cwd, env: { TOKEN: SECRET } });
    expect([code, stderr]).toEqual([3, expect.stringContaining("nothing-to-run")]);
  });
});

describe("openmcf receiver settings", () => {
  test("prints what to type, and hides secrets unless they are asked for", async () => {
    const cwd = temporaryFolder({ "m.yaml": MANIFEST });
    const hidden = await openmcf(["receiver", "settings", "-f", "m.yaml"], { cwd, env: { TOKEN: SECRET } });
    expect(hidden.stdout).toContain("https://events.example.com/auth0/in");
    expect(hidden.stdout).not.toContain(SECRET);
    const shown = await openmcfJson<{ curl: string }[]>(["receiver", "settings", "-f", "m.yaml", "--show-secrets"], {
      cwd,
      env: { TOKEN: SECRET },
    });
    expect(shown.json[0]?.curl).toContain(`"token": "${SECRET}"`);
  });
});
