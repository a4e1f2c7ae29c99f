import { PutRuleCommand, ListEventBusesCommand } from "@aws-sdk/client-eventbridge";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InvalidInput, RemoteFailure } from "../../pkg/diagnostics/index.ts";
import type { Driver } from "../../pkg/provider-contract/index.ts";
import { AwsError, asAwsError } from "../../pkg/providers/aws/errors.ts";
import { AdaptiveRetryExceptQuota } from "../../pkg/providers/aws/sdk-retry-strategy.ts";
import { retry } from "../../pkg/providers/retry.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { PropertyMap, PropertyValue } from "../../pkg/values/index.ts";
import { ACCOUNT, CASES, REGION } from "../support/aws-cases.ts";
import { clientsOf } from "../support/aws.ts";
import { temporaryFolder } from "../support/cli.ts";
import { sandboxPlugins } from "../support/sandbox.ts";
import { TestClock } from "../support/test-clock.ts";

const { signal } = new AbortController();
const sandbox = openSandbox(temporaryFolder());
afterAll(() => sandbox.close());
const session = sandboxPlugins(sandbox)[1]?.configure({ region: REGION });
const driverOf = (type: string): Driver => {
  const driver = session?.driver(type);
  if (!driver) throw new Error(`no driver for ${type}`);
  return driver;
};
const cases = Object.entries(CASES).map(([type, caseOf]) => [type, caseOf("https://x.example.com/1/inbox")] as const);

describe("what AWS does not tell apart is no difference", () => {
  const nothing: [string, PropertyValue | undefined][] = [
    ["undefined", undefined],
    ["null", null],
    ["an empty text", ""],
    ["an empty map", {}],
    ["an empty list", []],
  ];
  const pairs = nothing.flatMap(([old, before]) => nothing.map(([now, after]) => [old, now, before, after] as const));
  test.each(pairs)("%s and %s", (_, __, before, after) => {
    const rule = driverOf("aws:cloudwatch/eventRule:EventRule");
    const change = (value: PropertyValue | undefined): PropertyMap => ({ name: "r", roleArn: value, tags: value });
    const diff = rule.diff({ oldInputs: change(before), oldOutputs: change(before), inputs: change(after) });
    expect(diff.changes).toEqual([]);
  });

  test("what is taken out of the program goes back to the default; what was never in it stays as it is", () => {
    const rule = driverOf("aws:cloudwatch/eventRule:EventRule");
    const paths = (oldInputs: PropertyMap, live: PropertyMap): string[] =>
      rule.diff({ oldInputs, oldOutputs: live, inputs: { name: "r" } }).changes.map(({ path }) => path);
    expect(paths({ name: "r", description: "d" }, { name: "r", description: "d" })).toEqual(["description"]);
    expect(paths({ name: "r" }, { name: "r", description: "d" })).toEqual([]);
  });

  test("an ECS target that says the defaults, and one that leaves them out", () => {
    const target = driverOf("aws:cloudwatch/eventTarget:EventTarget");
    const ecs = (more: PropertyMap, network: PropertyMap = {}): PropertyMap => ({
      rule: "r",
      arn: "a",
      ecsTarget: { taskDefinitionArn: "t", networkConfiguration: { subnets: ["s"], ...network }, ...more },
    });
    const said = ecs({ taskCount: 1 }, { assignPublicIp: false });
    for (const [oldOutputs, inputs] of [
      [said, ecs({})],
      [ecs({}), said],
    ] as const)
      expect(target.diff({ oldInputs: oldOutputs, oldOutputs, inputs }).changes).toEqual([]);
    expect(target.diff({ oldInputs: said, oldOutputs: said, inputs: ecs({ taskCount: 2 }) }).changes).toMatchObject([
      { path: "ecsTarget.taskCount" },
    ]);
  });
});

describe("tags", () => {
  const tagged = cases.filter(([, { inputs }]) => inputs["tags"] !== undefined).map(([type]) => type);
  test.each(tagged)("%s has tagsAll too, as the official provider does", (type) => {
    const inputs: PropertyMap = Object.fromEntries(cases)[type]?.inputs ?? {};
    const driver = driverOf(type);
    expect(driver.planCreate(inputs)["tagsAll"]).toEqual(inputs["tags"]);
    const { tags: _, ...without } = inputs;
    expect(driver.planCreate(without)["tagsAll"]).toEqual({});
  });

  test("what has no tags has no tagsAll", () => {
    const untagged = cases.filter(([type]) => !tagged.includes(type));
    for (const [type, { inputs }] of untagged)
      expect(driverOf(type).planCreate(inputs), type).not.toHaveProperty("tagsAll");
  });
});

describe("what is not ours stays", () => {
  const bus = driverOf("aws:cloudwatch/eventBus:EventBus");
  const rule = driverOf("aws:cloudwatch/eventRule:EventRule");
  let clients: ReturnType<typeof clientsOf>;
  beforeAll(async () => {
    clients = clientsOf({ AWS_ENDPOINT_URL: await sandbox.awsEndpoint(), AWS_ACCESS_KEY_ID: ACCOUNT }, REGION);
  });
  const foreignRule = async (busName: string, name = "theirs"): Promise<void> => {
    const pattern = '{"source":["theirs"]}';
    await clients.events.send(new PutRuleCommand({ EventBusName: busName, Name: name, EventPattern: pattern }));
  };

  test("a bus with another's rule is not deleted, and the rule is named", async () => {
    const { id, outputs } = await bus.create({ inputs: { name: "shared" }, signal });
    await foreignRule("shared");
    const refused = bus.delete({ id, state: { inputs: { name: "shared" }, outputs }, signal });
    await expect(refused).rejects.toMatchObject({ status: 409, message: expect.stringContaining("theirs") });
    const { EventBuses = [] } = await clients.events.send(new ListEventBusesCommand({ NamePrefix: "shared" }));
    expect(EventBuses).toHaveLength(1);
  });

  test("a rule with another pattern is neither overwritten nor adopted, also not by the run after the refusal", async () => {
    await bus.create({ inputs: { name: "crowded" }, signal });
    await foreignRule("crowded", "all");
    const inputs = { name: "all", eventBusName: "crowded", eventPattern: '{"source":["ours"]}' };
    // A status below 500: the engine takes the intention back.
    await expect(rule.create({ inputs, signal })).rejects.toMatchObject({ status: 409 });
    expect(await rule.recover({ inputs, since: new Date(), signal })).toBeUndefined();
    const interrupted = [{ inputs, since: new Date() }];
    await expect(rule.create({ inputs, interrupted, signal })).rejects.toMatchObject({ status: 409 });
  });

  test.each([
    ["aws:cloudwatch/eventBus:EventBus", { name: "old" }],
    ["aws:sqs/queue:Queue", { name: "old" }],
  ])("%s that was there before the create began is not taken for its result", async (type, inputs) => {
    const driver = driverOf(type);
    const checked = driver.check({ inputs, autoName: "auto-1234567" }).inputs;
    await driver.create({ inputs: checked, signal });
    const later = new Date(Date.now() + 10 * 60_000);
    expect(await driver.recover({ inputs: checked, since: later, signal })).toBeUndefined();
    expect(await driver.recover({ inputs: checked, since: new Date(), signal })).toBeDefined();
  });
});

describe("AWS's refusals", () => {
  const sdkError = (name: string, status?: number): Error =>
    Object.assign(new Error("because"), { name, $metadata: status === undefined ? {} : { httpStatusCode: status } });
  const judged = (name: string, status?: number): Error => asAwsError(sdkError(name, status), "events:PutRule", REGION);

  test.each([
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "RequestExpired",
    "CredentialsProviderError",
    "TokenProviderError",
  ])("%s is about the credentials: invalid input", (name) => {
    expect(judged(name, 403)).toBeInstanceOf(InvalidInput);
    expect((judged(name, 403) as InvalidInput).diagnostics).toMatchObject([{ code: "missing-credentials" }]);
  });

  test("a refusal has a status, and what is missing in the rights is named", () => {
    expect(judged("AccessDeniedException", 400)).toMatchObject({
      status: 400,
      awsCode: "AccessDeniedException",
      diagnostic: { hint: expect.stringContaining("events:PutRule") },
    });
  });

  test.each([undefined, 200, 302])("without a refusal (status %s) the outcome stays open", (status) => {
    expect(judged("SyntaxError", status)).toBeInstanceOf(RemoteFailure);
    expect(judged("SyntaxError", status)).not.toHaveProperty("status");
  });

  test("the SDK repeats what was throttled, and not what met a quota", async () => {
    const strategy = new AdaptiveRetryExceptQuota(async () => 3);
    const next = async (name: string) =>
      strategy.refreshRetryTokenForRetry((await strategy.acquireInitialRetryToken("")) as never, {
        error: sdkError(name, 400) as never,
        errorType: "TRANSIENT",
      });
    await expect(next("LimitExceededException")).rejects.toThrow("quota");
    await expect(next("InternalException")).resolves.toBeDefined();
  });
});

test("retry: as often as there are delays, only while the failure may pass, and by the given clock", async () => {
  const attempts = async (failures: number, isTransient: boolean) => {
    const clock = new TestClock();
    let tries = 0;
    const work = async (): Promise<string> => {
      if ((tries += 1) <= failures)
        throw new AwsError({ code: "operation-failed", severity: "error", message: "no" }, "X", 400);
      return "done";
    };
    const outcome = await retry(work, { isTransient: () => isTransient, delays: [1, 2, 3], clock, signal }).catch(
      String,
    );
    return [outcome, tries, clock.sleeps];
  };
  expect(await attempts(0, true)).toEqual(["done", 1, []]);
  expect(await attempts(3, true)).toEqual(["done", 4, [1, 2, 3]]);
  expect(await attempts(4, true)).toEqual([expect.stringContaining("no"), 4, [1, 2, 3]]);
  expect(await attempts(1, false)).toEqual([expect.stringContaining("no"), 1, []]);
});
