import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { awsPlugin } from "../../pkg/providers/index.ts";
import type { Driver } from "../../pkg/provider-contract/index.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { PropertyMap } from "../../pkg/values/index.ts";
import { ACCOUNT, CASES, REGION, prepare } from "../support/aws-cases.ts";
import { temporaryFolder } from "../support/cli.ts";

const signal = new AbortController().signal;

/** Each type's whole life, in the order that one needs the other; deleted the other way round. */
function lives(
  endpointOf: () => string,
  withoutUpdate: readonly string[] = [],
  withoutConflict: readonly string[] = [],
): void {
  const session = () =>
    awsPlugin({
      env: {},
      override: async () => ({
        endpoint: endpointOf(),
        credentials: (accessKeyId) => ({ accessKeyId: accessKeyId || ACCOUNT, secretAccessKey: "x" }),
      }),
    }).configure({ region: REGION });
  const driverOf = (type: string): Driver => {
    const driver = session().driver(type);
    if (!driver) throw new Error(`no driver for ${type}`);
    return driver;
  };
  const made = new Map<string, { id: string; state: { inputs: PropertyMap; outputs: PropertyMap } }>();
  let queueUrl = "";
  beforeAll(async () => {
    queueUrl = await prepare(endpointOf());
  });
  const cases = Object.entries(CASES);
  const caseOf = (type: string) => {
    const found = CASES[type];
    if (!found) throw new Error(`no case for ${type}`);
    return found(queueUrl);
  };
  const madeOf = (type: string) => {
    const found = made.get(type);
    if (!found) throw new Error(`${type} was not made`);
    return found;
  };

  test.each(cases)("%s is made, read back without a difference, changed, and recovered", async (type) => {
    const driver = driverOf(type);
    const { inputs: given, change, replace } = caseOf(type);
    const { inputs, failures } = driver.check({ inputs: given, autoName: "auto-1234567" });
    expect(failures).toEqual([]);
    const { id, outputs } = await driver.create({ inputs, signal });
    expect(Object.keys(driver.planCreate(inputs)).toSorted()).toEqual(Object.keys(outputs).toSorted());
    const live = await driver.read({ id, state: { inputs, outputs }, signal });
    const differs = (now: PropertyMap, old: PropertyMap = live?.outputs ?? {}) =>
      driver.diff({ oldInputs: inputs, oldOutputs: old, inputs: now });
    expect(differs(inputs).changes).toEqual([]);
    expect((await driver.recover({ inputs, since: new Date(), signal }))?.id).toBe(id);
    expect(differs({ ...inputs, ...replace }).replaces).toEqual(Object.keys(replace));
    let state = { inputs, outputs };
    if (change && !withoutUpdate.includes(type)) {
      const wanted = { ...inputs, ...change };
      expect(differs(wanted)).toMatchObject({ replaces: [] });
      expect(differs(wanted).changes.length).toBeGreaterThan(0);
      const updated = await driver.update({ id, inputs: wanted, oldOutputs: outputs, signal });
      const now = await driver.read({ id, state: { inputs: wanted, outputs: updated.outputs }, signal });
      expect(differs(wanted, now?.outputs).changes).toEqual([]);
      state = { inputs: wanted, outputs: updated.outputs };
    }
    made.set(type, { id, state });
  });

  // What this run wants is refused because it exists, or put over it.
  const conflicting = cases.filter(([type]) => !withoutConflict.includes(type));
  test.each(conflicting)("%s: a create that a killed run began, and that came late, is adopted", async (type) => {
    const driver = driverOf(type);
    const { inputs: first, change = {} } = caseOf(type);
    const { id, state } = madeOf(type);
    let { inputs } = state;
    for (const wanted of withoutUpdate.includes(type) ? [inputs] : [first, { ...first, ...change }]) {
      const late = await driver.create({ inputs: wanted, interrupted: [{ inputs, since: new Date() }], signal });
      expect(late.id).toBe(id);
      const live = await driver.read({ id, state: { inputs: wanted, outputs: late.outputs }, signal });
      const { changes } = driver.diff({ oldInputs: wanted, oldOutputs: live?.outputs ?? {}, inputs: wanted });
      expect(changes).toEqual([]);
      made.set(type, { id, state: { inputs: wanted, outputs: late.outputs } });
      inputs = wanted;
    }
  });

  test.each(cases.toReversed())("%s is deleted; what is gone counts as deleted", async (type) => {
    const driver = driverOf(type);
    const { id = "", state } = made.get(type) ?? {};
    for (const _ of [1, 2]) await driver.delete({ id, ...(state ? { state } : {}), signal });
    // A topic always has a policy: the owner's.
    if (type !== "aws:sns/topicPolicy:TopicPolicy")
      expect(await driver.read({ id, ...(state ? { state } : {}), signal })).toBeUndefined();
  });
}

describe("AWS drivers against the sandbox", () => {
  const sandbox = openSandbox(temporaryFolder());
  let endpoint = "";
  beforeAll(async () => {
    endpoint = await sandbox.awsEndpoint();
  });
  afterAll(() => sandbox.close());
  lives(() => endpoint);
});

const python = ["python3", process.env["MOTO_PYTHON"] ?? "python3"].find(
  (each) => spawnSync(each, ["-c", "import moto.server"]).status === 0,
);

describe.skipIf(python === undefined)(
  `AWS drivers against moto_server${python ? "" : " (skipped: Python's moto is not installed)"}`,
  () => {
    let server: ChildProcess | undefined;
    let endpoint = "";
    beforeAll(async () => {
      const port = await freePort();
      endpoint = `http://127.0.0.1:${port}`;
      server = spawn(python ?? "", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
      for (let tries = 0; tries < 100; tries += 1) {
        if (
          await fetch(`${endpoint}/moto-api/`).then(
            ({ ok }) => ok,
            () => false,
          )
        )
          return;
        await sleep(100);
      }
    });
    afterAll(() => void server?.kill("SIGKILL"));
    // moto has no UpdateEventBus, and adds a second statement of one id to a function's policy.
    lives(() => endpoint, ["aws:cloudwatch/eventBus:EventBus"], ["aws:lambda/permission:Permission"]);
  },
);

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}
