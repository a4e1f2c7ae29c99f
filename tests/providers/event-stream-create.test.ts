import { cpSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { EventStream } from "@pulumi/auth0/eventStream.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import { Auth0Client, auth0Plugin } from "../../pkg/providers/index.ts";
import { EventStreamDriver } from "../../pkg/providers/auth0/event-stream-driver.ts";
import { isMadeBy } from "../../pkg/providers/auth0/event-stream-create.ts";
import { StreamReads } from "../../pkg/providers/auth0/stream-reads.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import type { Deployment } from "../../pkg/state/index.ts";
import type { PropertyMap } from "../../pkg/values/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { proxyTo } from "../support/http.ts";
import type { Passing } from "../support/http.ts";
import { TestClock } from "../support/test-clock.ts";

const { signal } = new AbortController();
const STREAMS = "/api/v2/event-streams";

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = openSandbox(temporaryFolder());
});
afterEach(() => sandbox.close());

const webhook = (change: PropertyMap = {}): PropertyMap => ({
  name: "hooked",
  destinationType: "webhook",
  subscriptions: ["user.created"],
  webhookConfiguration: {
    webhookEndpoint: "https://x.example.com/",
    webhookAuthorization: { method: "bearer", token: "t" },
  },
  ...change,
});
const eventbridge = (region: string): PropertyMap => ({
  name: "hooked",
  destinationType: "eventbridge",
  subscriptions: ["user.created"],
  eventbridgeConfiguration: { awsAccountId: "123456789012", awsRegion: region },
});

/** A driver that reaches the sandbox through a proxy, and the tenant as it is behind it. */
async function through(intercept: (passing: Passing) => Promise<boolean> | boolean) {
  const access = await sandbox.access();
  const baseUrl = await proxyTo(access.baseUrl, intercept);
  const clock = new TestClock();
  clock.time = Date.now();
  const client = new Auth0Client({ ...access, baseUrl }, clock);
  const direct = new Auth0Client(access);
  return {
    access: { ...access, baseUrl },
    clock,
    driver: new EventStreamDriver(async () => ({ client, reads: new StreamReads(client) }), clock),
    async streams() {
      const found = [];
      for await (const page of direct.listEventStreams(signal)) found.push(...page);
      return found;
    },
  };
}

describe("a create that a killed run began, and that arrives late", () => {
  /** The late POST is let through when the second one comes. */
  async function late(first: PropertyMap, second: PropertyMap) {
    let release: (() => Promise<unknown>) | undefined;
    let held: (() => void) | undefined;
    const isHeld = new Promise<void>((done) => (held = done));
    const tenant = await through(async ({ method, path, forward }) => {
      if (method !== "POST" || path !== STREAMS) return false;
      if (!release) {
        release = forward;
        held?.();
        return true;
      }
      await release();
      return false;
    });
    const since = new Date();
    const given = new AbortController();
    const killed = tenant.driver.create({ inputs: first, signal: given.signal });
    killed.catch(() => {});
    await isHeld;
    given.abort();
    expect(await tenant.driver.recover({ inputs: first, since, signal })).toBeUndefined();
    const made = tenant.driver.create({ inputs: second, interrupted: [{ inputs: first, since }], signal });
    return { made, tenant };
  }

  test("is adopted", async () => {
    const { made, tenant } = await late(webhook(), webhook());
    const [stream, ...others] = await made.then(() => tenant.streams());
    expect([(await made).id, others]).toEqual([stream?.id, []]);
  });

  test("is adopted and brought in line, when the manifest has changed since", async () => {
    const { made, tenant } = await late(webhook(), webhook({ subscriptions: ["user.deleted"], status: "disabled" }));
    expect((await made).outputs).toMatchObject({ subscriptions: ["user.deleted"], status: "disabled" });
    expect(await tenant.streams()).toMatchObject([
      { subscriptions: [{ event_type: "user.deleted" }], status: "disabled" },
    ]);
  });

  test("is left for the next run, when it cannot be changed in place; the failure keeps the operation on record", async () => {
    const { made } = await late(eventbridge("us-east-1"), eventbridge("eu-west-1"));
    await expect(made).rejects.toThrow("made by an interrupted run, with another eventbridgeConfiguration.awsRegion");
    await expect(made).rejects.not.toHaveProperty("status");
  });
});

describe("a list that lags behind", () => {
  const lagging = (looks: number) => {
    let seen = 0;
    return ({ method, path, response }: Passing): boolean => {
      if (method !== "GET" || path !== STREAMS || (seen += 1) > looks) return false;
      response.end(JSON.stringify({ eventStreams: [] }));
      return true;
    };
  };

  test.each([1, 2, 3, 4, 5, 50])(
    "by %i looks: the stream is found, or the operation stays on record",
    async (looks) => {
      const tenant = await through(lagging(looks));
      const since = new Date();
      await tenant.driver.create({ inputs: webhook(), signal });
      const again = tenant.driver.create({ inputs: webhook(), interrupted: [{ inputs: webhook(), since }], signal });
      if (looks < 5) expect((await again).id).toBe((await tenant.streams())[0]?.id);
      else {
        await expect(again).rejects.toThrow("the tenant's list does not show it yet");
        await expect(again).rejects.not.toHaveProperty("status");
      }
      expect(await tenant.streams()).toHaveLength(1);
    },
  );

  test("and a POST whose answer was lost: the 409 of the second one is taken for ours", async () => {
    let posts = 0;
    const isLagging = lagging(1);
    const tenant = await through(async (passing) => {
      if (passing.method !== "POST" || passing.path !== STREAMS || (posts += 1) > 1) return isLagging(passing);
      await passing.forward();
      passing.response.destroy();
      return true;
    });
    const { id } = await tenant.driver.create({ inputs: webhook(), signal });
    expect(await tenant.streams()).toMatchObject([{ id }]);
  });
});

describe("what is not ours is not adopted", () => {
  const since = new Date("2026-01-01T12:00:00Z");
  const live = (change: object = {}) =>
    ({
      id: "est_1",
      status: "enabled",
      name: "hooked",
      subscriptions: [],
      created_at: since.toISOString(),
      updated_at: since.toISOString(),
      destination: {
        type: "webhook",
        configuration: { webhook_endpoint: "https://x.example.com/", webhook_authorization: { method: "bearer" } },
      },
      ...change,
    }) as const;
  const isOurs = (change: object, inputs = webhook()): boolean => isMadeBy({ inputs, since }, live(change) as never);
  const minutes = (count: number) => ({ created_at: new Date(since.getTime() + count * 60_000).toISOString() });

  test.each([
    ["made at that time", {}, true],
    ["made later", minutes(600), true],
    ["made before, within what clocks differ", minutes(-4), true],
    ["made before", minutes(-6), false],
    ["made at a time that is none", { created_at: "yesterday" }, false],
    ["of another name", { name: "other" }, false],
    ["of another destination", { destination: { type: "action", configuration: { action_id: "a" } } }, false],
    [
      "of another endpoint",
      { destination: { type: "webhook", configuration: { webhook_endpoint: "https://y.example.com/" } } },
      false,
    ],
    ["of a destination that is not known", { destination: { type: "other", called: "kafka" } }, false],
  ])("%s: %j", (_, change, expected) => expect(isOurs(change)).toBe(expected));

  test.each([
    ["account", { aws_account_id: "000000000000", aws_region: "us-east-1" }, false],
    ["region", { aws_account_id: "123456789012", aws_region: "us-east-2" }, false],
    ["nothing", { aws_account_id: "123456789012", aws_region: "us-east-1" }, true],
  ])("of another %s", (_, configuration, expected) =>
    expect(isOurs({ destination: { type: "eventbridge", configuration } }, eventbridge("us-east-1"))).toBe(expected),
  );

  test("a stream of the name that is another's is a refusal, also after an interrupted create", async () => {
    const tenant = await through(() => false);
    await tenant.driver.create({ inputs: webhook(), signal });
    const interrupted = [{ inputs: eventbridge("us-east-1"), since: new Date() }];
    const refused = tenant.driver.create({ inputs: eventbridge("us-east-1"), interrupted, signal });
    await expect(refused).rejects.toMatchObject({ status: 409 });
  });
});

describe("a replacement whose deletion takes its time", () => {
  test.each([1, 3, 50])("the name is taken for %i more requests", async (times) => {
    const tenant = await through(() => false);
    const { id } = await tenant.driver.create({ inputs: webhook(), signal });
    const clock = tenant.clock;
    const sleep = clock.sleep;
    let slept = 0;
    clock.sleep = async (ms, each) => {
      await sleep(ms, each);
      if ((slept += 1) === times) await tenant.driver.delete({ id, signal });
    };
    const made = tenant.driver.create({ inputs: eventbridge("us-east-1"), replaces: id, signal });
    if (times < 5) expect((await made).id).not.toBe(id);
    else {
      await expect(made).rejects.toThrow(`${id}, which was deleted to be replaced, seems to be there still`);
      await expect(made).rejects.not.toHaveProperty("status");
    }
  });
});

describe("a delete counts as done only when Auth0 says so", () => {
  const json = (status: number, body: unknown) => [status, "application/json", JSON.stringify(body)] as const;
  const page = (status: number) => [status, "text/html", "<html>Blocked</html>"] as const;
  test.each([
    page(200),
    page(202),
    page(302),
    page(307),
    page(404),
    json(200, {}),
    json(201, null),
    json(404, {}),
    json(404, { message: "no route" }),
    json(403, { statusCode: 403, error: "Forbidden" }),
  ])("not by %i %s %s", async (status, type, body) => {
    const tenant = await through(({ method, response }) => {
      if (method !== "DELETE") return false;
      response.writeHead(status, { "content-type": type, location: "https://login.example.com/" }).end(body);
      return true;
    });
    const { id } = await tenant.driver.create({ inputs: webhook(), signal });
    await expect(tenant.driver.delete({ id, signal })).rejects.toMatchObject({
      diagnostic: { code: "operation-failed" },
    });
    expect(await tenant.streams()).toHaveLength(1);
  });

  test("a proxy's 404 does not make a stream vanish from the records either", async () => {
    const tenant = await through(({ method, response }) => {
      if (method !== "GET") return false;
      response.writeHead(404, { "content-type": "text/html" }).end("<html>no such host</html>");
      return true;
    });
    await expect(tenant.driver.read({ id: "est_0000000000000000000000", signal })).rejects.toMatchObject({
      status: 404,
    });
  });

  test("by 204, and by a 404 of its own", async () => {
    const tenant = await through(() => false);
    const { id } = await tenant.driver.create({ inputs: webhook(), signal });
    for (const _ of [1, 2]) await tenant.driver.delete({ id, signal });
    expect(await tenant.streams()).toEqual([]);
  });
});

describe("in a stack", () => {
  const program = (inputs: PropertyMap) => async () => void new EventStream("s", inputs as never);
  const engineAt = (folder: string, access: Awaited<ReturnType<Sandbox["access"]>>) =>
    createEmbeddedEngine({
      backend: new FileBackend(folder),
      plugins: [auth0Plugin({ env: {}, override: async () => access })],
      passphrase: () => "correct-horse",
    });
  const stateIn = (folder: string): Deployment =>
    (
      JSON.parse(readFileSync(join(folder, ".pulumi/stacks/p/dev.json"), "utf8")) as {
        checkpoint: { latest: Deployment };
      }
    ).checkpoint.latest;
  /** The stack as a run leaves it that is killed now. */
  const killed = (folder: string): string => {
    const copy = temporaryFolder();
    cpSync(join(folder, ".pulumi"), join(copy, ".pulumi"), { recursive: true });
    rmSync(join(copy, ".pulumi/locks"), { recursive: true, force: true });
    return copy;
  };
  const ops = (steps: readonly { op: string }[]) => steps.map(({ op }) => op);

  test("killed while its POST is held, applied again twice: one stream, nothing pending, nothing left to do", async () => {
    let first: (() => Promise<unknown>) | undefined;
    let held: (() => void) | undefined;
    let hangUp: (() => void) | undefined;
    const isHeld = new Promise<void>((done) => (held = done));
    const tenant = await through(async ({ method, path, forward, response }) => {
      if (method !== "POST" || path !== STREAMS) return false;
      if (!first) {
        first = forward;
        hangUp = () => response.destroy();
        held?.();
        return true;
      }
      await first();
      return false;
    });
    const folder = temporaryFolder();
    const job = { project: "p", stack: "dev", program: program(webhook()) };
    const interrupted = engineAt(folder, tenant.access).up(job);
    await isHeld;
    const copy = killed(folder);
    expect(stateIn(copy).pending_operations).toMatchObject([{ type: "creating" }]);
    const again = await engineAt(copy, tenant.access).up(job);
    expect([again.result, again.diagnostics]).toEqual(["succeeded", []]);
    expect(stateIn(copy).pending_operations).toBeUndefined();
    expect(ops((await engineAt(copy, tenant.access).preview(job)).steps)).toEqual(["same"]);
    expect(await tenant.streams()).toHaveLength(1);
    hangUp?.();
    await interrupted;
  });

  test("a replacement behind a proxy that answers the DELETE itself fails, and loses nothing", async () => {
    let isBlocking = true;
    const tenant = await through(({ method, response }) => {
      if (method !== "DELETE" || !isBlocking) return false;
      response.writeHead(200, { "content-type": "text/html" }).end("<html>Blocked</html>");
      return true;
    });
    const folder = temporaryFolder();
    const engine = engineAt(folder, tenant.access);
    const job = (region: string) => ({ project: "p", stack: "dev", program: program(eventbridge(region)) });
    await engine.up(job("us-east-1"));
    const failed = await engine.up(job("eu-west-1"));
    expect(failed).toMatchObject({ result: "failed", diagnostics: [{ code: "operation-failed" }] });
    expect(stateIn(folder).resources).toContainEqual(
      expect.objectContaining({ type: "auth0:index/eventStream:EventStream" }),
    );
    isBlocking = false;
    expect((await engine.up(job("eu-west-1"))).result).toBe("succeeded");
    expect(await tenant.streams()).toHaveLength(1);
    expect((await engine.destroy({ project: "p", stack: "dev" })).result).toBe("succeeded");
    expect(await tenant.streams()).toEqual([]);
  });
});
