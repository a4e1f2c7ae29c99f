import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Auth0Client } from "../../pkg/providers/auth0/client.ts";
import { LogStreamApi } from "../../pkg/providers/auth0/log-stream/api.ts";
import { createBody } from "../../pkg/providers/auth0/log-stream/mapping.ts";
import { LogStreamDriver } from "../../pkg/providers/auth0/log-stream/driver.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import type { PropertyMap } from "../../pkg/values/index.ts";
import { proxyTo } from "../support/http.ts";
import type { Passing } from "../support/http.ts";
import { TestClock } from "../support/test-clock.ts";
import { temporaryFolder } from "../support/cli.ts";

const { signal } = new AbortController();
let sandbox: Sandbox;
let count = 0;

beforeAll(() => {
  sandbox = openSandbox(temporaryFolder());
});
afterAll(() => sandbox.close());

/** Inputs of a stream with a name that no other test has. */
const inputsOf = (more: PropertyMap = {}): PropertyMap => ({
  name: `logs-${(count += 1)}`,
  type: "http",
  sink: { httpEndpoint: "https://logs.example.com", httpAuthorization: "secret" },
  ...more,
});

/** A driver that reaches the sandbox through a proxy, and the tenant as it is behind it. */
async function through(intercept: (passing: Passing) => Promise<boolean> | boolean = () => false) {
  const access = await sandbox.access();
  const baseUrl = await proxyTo(access.baseUrl, intercept);
  const clock = new TestClock();
  clock.time = Date.now();
  const api = new LogStreamApi(new Auth0Client({ ...access, baseUrl }, clock));
  const direct = new LogStreamApi(new Auth0Client(access));
  return {
    clock,
    driver: new LogStreamDriver(async () => api, clock),
    direct,
    named: async (name: unknown) => (await direct.list(signal)).filter((stream) => stream.name === name),
  };
}

/** Lets the first POST reach the tenant and loses its answer. */
function losingTheAnswer(): (passing: Passing) => Promise<boolean> {
  let isLost = false;
  return async ({ method, path, forward, response }) => {
    if (isLost || method !== "POST" || !path.endsWith("/log-streams")) return false;
    isLost = true;
    await forward();
    response.destroy();
    return true;
  };
}

describe("creating a log stream exactly once", () => {
  test("a lost answer: the stream is found by its name and what is sent, and not made again", async () => {
    const { driver, named } = await through(losingTheAnswer());
    const inputs = inputsOf();
    const note = await driver.beforeCreate({ inputs, signal });
    const { id } = await driver.create({ inputs, note, signal });
    expect((await named(inputs["name"])).map((stream) => stream.id)).toEqual([id]);
  });

  test("a lost answer beside an equal stream that was there before: the old one is not taken for ours", async () => {
    const { driver, direct, named } = await through(losingTheAnswer());
    const inputs = inputsOf();
    const other = await direct.create(createBody(inputs), signal);
    const note = await driver.beforeCreate({ inputs, signal });
    const { id } = await driver.create({ inputs, note, signal });
    expect(id).not.toBe(other.id);
    expect(await named(inputs["name"])).toHaveLength(2);
  });

  test("a run that was killed: what its request made is recovered, also where that name was there before", async () => {
    const { driver, direct } = await through();
    const inputs = inputsOf();
    const body = createBody(inputs);
    await direct.create(body, signal);
    const note = await driver.beforeCreate({ inputs, signal });
    const since = new Date();
    expect(await driver.recover({ inputs, since, note, signal })).toBeUndefined();
    const made = await direct.create(body, signal);
    expect(await driver.recover({ inputs, since, note, signal })).toMatchObject({ id: made.id });
  });

  test("a request of a killed run that arrives late is waited for and adopted", async () => {
    const { driver, direct, clock, named } = await through();
    const inputs = inputsOf({ filters: [{ type: "category", name: "actions" }] });
    const note = await driver.beforeCreate({ inputs, signal });
    const late = direct.list(signal).then(() => direct.create(createBody({ ...inputs, filters: [] }), signal));
    const { id, outputs } = await driver.create({
      inputs,
      note,
      interrupted: [{ inputs, since: new Date(clock.now()), note }],
      signal,
    });
    expect(id).toBe((await late).id);
    expect(await named(inputs["name"])).toHaveLength(1);
    // It was sent other filters, so it gets ours.
    expect(outputs["filters"]).toEqual([{ type: "category", name: "actions" }]);
  });

  test("a status that cannot be set leaves the create on record: the failure has no status", async () => {
    const { driver, named } = await through(({ method, response }) => {
      if (method !== "PATCH") return false;
      response.writeHead(400, { "content-type": "application/json" });
      response.end('{"statusCode":400,"error":"Bad Request","message":"no"}');
      return true;
    });
    const inputs = inputsOf({ status: "paused" });
    const note = await driver.beforeCreate({ inputs, signal });
    const failure = await driver.create({ inputs, note, signal }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ diagnostic: { hint: "apply again" } });
    expect(failure).not.toHaveProperty("status");
    expect(await named(inputs["name"])).toHaveLength(1);
  });
});

describe("the life of a log stream", () => {
  test("made, paused, read, changed, deleted", async () => {
    const { driver, named } = await through();
    const inputs = inputsOf({ status: "paused", piiConfig: { logFields: ["email"] } });
    const note = await driver.beforeCreate({ inputs, signal });
    const { id, outputs } = await driver.create({ inputs, note, signal });
    expect(outputs).toMatchObject({ status: "paused", piiConfig: { logFields: ["email"], method: "hash" } });
    expect(driver.diff({ oldInputs: inputs, oldOutputs: outputs, inputs }).changes).toEqual([]);

    const changed = { ...inputs, status: "active", piiConfig: undefined as never };
    const updated = await driver.update({ id, inputs: changed, oldOutputs: outputs, signal });
    expect(updated.outputs["status"]).toBe("active");
    expect(updated.outputs["piiConfig"]).toBeUndefined();

    const live = await driver.read({ id, state: { inputs: changed, outputs: updated.outputs }, signal });
    expect(live?.outputs).toEqual(updated.outputs);
    await driver.delete({ id, signal });
    expect(await named(inputs["name"])).toEqual([]);
  });

  test("a page of a proxy is no deletion", async () => {
    const { driver, named } = await through(({ method, response }) => {
      if (method !== "DELETE") return false;
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<html>blocked</html>");
      return true;
    });
    const inputs = inputsOf();
    const { id } = await driver.create({ inputs, note: await driver.beforeCreate({ inputs, signal }), signal });
    await expect(driver.delete({ id, signal })).rejects.toThrow(/204/);
    expect(await named(inputs["name"])).toHaveLength(1);
  });

  test("a name that several streams have lists the candidates", async () => {
    const { driver, direct } = await through();
    const body = { name: `twin-${(count += 1)}`, type: "http", sink: { httpEndpoint: "https://logs.example.com" } };
    const twins = [await direct.create(body, signal), await direct.create(body, signal)];
    const failure = await driver.resolve(body.name, signal).catch((error: unknown) => error);
    expect(failure).toMatchObject({ diagnostics: [{ code: "ambiguous-name" }] });
    for (const { id } of twins) expect((failure as Error).message).toContain(id);
    expect(await driver.resolve(String(twins[0]?.id), signal)).toBe(twins[0]?.id);
  });
});
