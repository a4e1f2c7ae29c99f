import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateFunctionCommand } from "@aws-sdk/client-lambda";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { awsPlugin } from "../../pkg/providers/index.ts";
import type { Driver } from "../../pkg/provider-contract/index.ts";
import type { PropertyMap } from "../../pkg/values/index.ts";
import { clientsOf } from "../support/aws.ts";
import { temporaryFolder } from "../support/cli.ts";
import { serve } from "../support/sandbox.ts";

const REGION = "us-east-1";
const ACCOUNT = "123456789012";
const signal = new AbortController().signal;
const policy = (sid: string, more: object = {}): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: sid,
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "*",
        ...more,
      },
    ],
  });
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

interface Case {
  inputs: PropertyMap;
  /** A change that can be made in place. */
  change?: PropertyMap;
  /** An input whose change makes a new resource. */
  replace: PropertyMap;
}

/** What a service must hold before: made with AWS's own clients. */
async function prepare(endpoint: string): Promise<string> {
  const { sqs, sns, lambda, iam, logs } = clientsOf({ AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: ACCOUNT }, REGION);
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "inbox" }));
  await sns.send(new CreateTopicCommand({ Name: "users" }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: "/aws/events/x" }));
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: "lambda", AssumeRolePolicyDocument: trust.replace("events", "lambda") }),
  );
  const zip = Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64");
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "save",
      Runtime: "nodejs22.x",
      Handler: "i.h",
      Role: Role?.Arn,
      Code: { ZipFile: zip },
    }),
  );
  return QueueUrl;
}

const bus = { eventBusName: "mine" };
const CASES: Record<string, (queueUrl: string) => Case> = {
  "aws:cloudwatch/eventBus:EventBus": () => ({
    inputs: { name: "mine", description: "one", tags: { a: "1", b: "2" } },
    change: { description: "two", tags: { a: "3" } },
    replace: { name: "other" },
  }),
  "aws:cloudwatch/eventRule:EventRule": () => ({
    inputs: { ...bus, name: "rule", eventPattern: '{"source":["x"]}', description: "one", tags: { a: "1" } },
    change: { eventPattern: '{"source":["y"]}', state: "DISABLED", tags: { b: "2" } },
    replace: { name: "other" },
  }),
  "aws:cloudwatch/eventTarget:EventTarget": () => ({
    inputs: {
      ...bus,
      rule: "rule",
      targetId: "q",
      arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:inbox`,
      retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: 60 },
    },
    change: { inputPath: "$.detail" },
    replace: { targetId: "other" },
  }),
  "aws:cloudwatch/eventArchive:EventArchive": () => ({
    inputs: { name: "archive", eventSourceArn: `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/mine`, retentionDays: 3 },
    change: { retentionDays: 4, description: "kept" },
    replace: { name: "other" },
  }),
  "aws:sqs/queue:Queue": () => ({
    inputs: { name: "made", messageRetentionSeconds: 1_209_600, tags: { a: "1" } },
    change: { messageRetentionSeconds: 600, tags: { b: "2" } },
    replace: { name: "other" },
  }),
  "aws:sqs/queuePolicy:QueuePolicy": (queueUrl) => ({
    inputs: { queueUrl, policy: policy("Auth0Streams1") },
    change: { policy: policy("Auth0Streams1", { Action: "sqs:*" }) },
    replace: { queueUrl: `${queueUrl}2` },
  }),
  "aws:sns/topicPolicy:TopicPolicy": () => ({
    inputs: {
      arn: `arn:aws:sns:${REGION}:${ACCOUNT}:users`,
      policy: policy("Auth0Streams1", { Action: "sns:Publish" }),
    },
    change: { policy: policy("Auth0Streams1", { Action: "sns:Publish", Principal: "*" }) },
    replace: { arn: `arn:aws:sns:${REGION}:${ACCOUNT}:other` },
  }),
  "aws:iam/role:Role": () => ({
    inputs: { name: "made", assumeRolePolicy: trust, tags: { a: "1" } },
    change: { assumeRolePolicy: trust.replace("events", "sns"), description: "two", tags: { b: "2" } },
    replace: { name: "other" },
  }),
  "aws:iam/rolePolicy:RolePolicy": () => ({
    inputs: {
      name: "rights",
      role: "made",
      policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kinesis:PutRecord","Resource":"*"}]}',
    },
    change: {
      policy: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kinesis:PutRecords","Resource":"*"}]}',
    },
    replace: { name: "other" },
  }),
  "aws:lambda/permission:Permission": () => ({
    inputs: {
      statementId: "s",
      action: "lambda:InvokeFunction",
      function: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:save`,
      principal: "events.amazonaws.com",
      sourceArn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/mine/rule`,
    },
    replace: { sourceArn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/mine/other` },
  }),
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": () => ({
    inputs: { policyName: "p", policyDocument: policy("x", { Action: "logs:PutLogEvents" }) },
    change: { policyDocument: policy("x", { Action: "logs:CreateLogStream" }) },
    replace: { policyName: "other" },
  }),
};

/** Each type's whole life, in the order that one needs the other; deleted the other way round. */
function lives(endpointOf: () => string, withoutUpdate: readonly string[] = []): void {
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

  test.each(cases)("%s is made, read back without a difference, changed, and recovered", async (type, caseOf) => {
    const driver = driverOf(type);
    const { inputs: given, change, replace } = caseOf(queueUrl);
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
  let served: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    served = await serve(temporaryFolder());
  });
  afterAll(() => served.stop());
  lives(() => served.exports["AWS_ENDPOINT_URL"] ?? "");
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
    // moto has no UpdateEventBus.
    lives(() => endpoint, ["aws:cloudwatch/eventBus:EventBus"]);
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
