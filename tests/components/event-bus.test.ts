import { Provider } from "@pulumi/aws/provider.js";
import { EventBus } from "@pulumi/aws/cloudwatch/eventBus.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import {
  CreatePartnerEventSourceCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EventBusRule, EventBusTarget, PartnerEventBus } from "../../pkg/entry/index.ts";
import { needsRole, rolePolicy } from "../../pkg/components/event-bus/policies.ts";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { OperationResult, Program } from "../../pkg/engine/index.ts";
import { awsPlugin } from "../../pkg/providers/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { clientsOf, leftAt } from "../support/aws.ts";
import { temporaryFolder } from "../support/cli.ts";
import { serve } from "../support/sandbox.ts";

const ACCOUNT = "123456789012";
const SOURCE = "aws.partner/auth0.com/acme-1/auth0.logs";

describe("components in a program of one's own", () => {
  let folder: string;
  let served: Awaited<ReturnType<typeof serve>>;
  let run: (program: Program) => Promise<OperationResult>;
  let destroy: () => Promise<OperationResult>;
  beforeEach(async () => {
    folder = temporaryFolder();
    served = await serve(folder);
    const endpoint = served.exports["AWS_ENDPOINT_URL"] ?? "";
    const credentials = (account: string) => ({ accessKeyId: account || ACCOUNT, secretAccessKey: "x" });
    const engine = createEmbeddedEngine({
      backend: new FileBackend(folder),
      plugins: [awsPlugin({ env: { AWS_REGION: "us-east-1" }, override: async () => ({ endpoint, credentials }) })],
      passphrase: () => "correct-horse",
    });
    const id = { project: "p", stack: "dev" };
    run = (program) => engine.up({ ...id, program });
    destroy = () => engine.destroy(id);
  });
  afterEach(() => served.stop());

  test("a partner event bus of a source from elsewhere, with a queue that the same program makes", async () => {
    const { events, sqs } = clientsOf(served.exports);
    await events.send(new CreatePartnerEventSourceCommand({ Name: SOURCE, Account: ACCOUNT }));
    const program = async () => {
      const queue = new Queue("logins");
      const bus = new PartnerEventBus("logins", {
        source: SOURCE,
        rules: [{ name: "all", logTypes: ["s"], targets: [{ name: "queue", sqs: { arn: queue.arn } }] }],
      });
      return { url: queue.url, ...bus.statusOutputs() };
    };
    const { result, diagnostics, outputs } = await run(program);
    expect([result, diagnostics]).toEqual(["succeeded", []]);
    expect(outputs).toMatchObject({ eventBusName: SOURCE, partnerEventSourceState: "ACTIVE" });
    const rule = await events.send(new DescribeRuleCommand({ EventBusName: SOURCE, Name: "all" }));
    expect(JSON.parse(rule.EventPattern ?? "")).toEqual({ detail: { data: { type: ["s"] } } });
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: outputs["url"] as string, AttributeNames: ["Policy"] }),
    );
    expect(Attributes?.Policy).toContain(rule.Arn);
    const again = await run(program);
    expect(again.steps.filter(({ op }) => op !== "same" && op !== "read")).toEqual([]);
    expect((await destroy()).result).toBe("succeeded");
    expect(await leftAt(folder)).toEqual([]);
  });

  test("a rule on a bus of one's own, and one more target for it", async () => {
    const arn = `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/s`;
    const program = async () => {
      const provider = new Provider("aws", { region: "us-east-1" });
      const bus = new EventBus("mine", { name: "mine" }, { provider });
      const options = { providers: [provider] };
      const pattern = { source: ["app"] };
      const { rule } = new EventBusRule(
        "rule",
        { bus, rule: { name: "all", eventPattern: pattern, targets: [{ name: "stream", kinesis: { arn } }] } },
        options,
      );
      new EventBusTarget("more", { rule, target: { name: "more", kinesis: { arn }, inputPath: "$.detail" } }, options);
    };
    expect((await run(program)).diagnostics).toEqual([]);
    const { Targets = [] } = await clientsOf(served.exports).events.send(
      new ListTargetsByRuleCommand({ EventBusName: "mine", Rule: "all" }),
    );
    expect(Targets.map(({ Id, InputPath }) => [Id, InputPath])).toEqual(
      expect.arrayContaining([
        ["stream", undefined],
        ["more", "$.detail"],
      ]),
    );
    expect(new Set(Targets.map(({ RoleArn }) => RoleArn)).size).toBe(2);
    expect((await destroy()).result).toBe("succeeded");
    expect(await leftAt(folder)).toEqual([]);
  });
});

test("roles have the least rights: the target's own resource, and no other action", () => {
  const arn = (service: string, resource: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;
  const cases = {
    kinesis: { arn: arn("kinesis", "stream/s") },
    firehose: { arn: arn("firehose", "deliverystream/s") },
    stepFunctions: { arn: arn("states", "stateMachine:m") },
    eventBus: { arn: arn("events", "event-bus/b") },
    apiDestination: { arn: arn("events", "api-destination/d/1") },
    batch: { arn: arn("batch", "job-queue/q"), jobDefinition: "work" },
    ecs: { arn: arn("ecs", "cluster/c"), taskDefinitionArn: arn("ecs", "task-definition/t:1") },
    runCommand: {
      arn: "arn:aws:ssm:us-east-1::document/AWS-RunShellScript",
      instances: [{ key: "InstanceIds", values: ["i-1"] }],
    },
  } as const;
  const rights = Object.entries(cases).map(([kind, facts]) => {
    const { Statement } = JSON.parse(rolePolicy(kind as keyof typeof cases, facts)) as {
      Statement: { Action: string | string[]; Resource: string | string[]; Condition?: object }[];
    };
    return [
      kind,
      Statement.map(({ Action, Resource, Condition }) => [Action, Resource, ...(Condition ? [Condition] : [])]),
    ];
  });
  expect(Object.fromEntries(rights)).toEqual({
    kinesis: [[["kinesis:PutRecord", "kinesis:PutRecords"], arn("kinesis", "stream/s")]],
    firehose: [[["firehose:PutRecord", "firehose:PutRecordBatch"], arn("firehose", "deliverystream/s")]],
    stepFunctions: [["states:StartExecution", arn("states", "stateMachine:m")]],
    eventBus: [["events:PutEvents", arn("events", "event-bus/b")]],
    apiDestination: [["events:InvokeApiDestination", arn("events", "api-destination/d/1")]],
    batch: [["batch:SubmitJob", [arn("batch", "job-queue/q"), arn("batch", "job-definition/work*")]]],
    ecs: [
      ["ecs:RunTask", arn("ecs", "task-definition/t:1"), { ArnEquals: { "ecs:cluster": arn("ecs", "cluster/c") } }],
      [
        "iam:PassRole",
        `arn:aws:iam::${ACCOUNT}:role/*`,
        { StringLike: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      ],
    ],
    runCommand: [
      ["ssm:SendCommand", "arn:aws:ssm:us-east-1::document/AWS-RunShellScript"],
      ["ssm:SendCommand", ["arn:aws:ec2:us-east-1:*:instance/i-1"]],
    ],
  });
  expect((["lambda", "sqs", "sns", "logGroup"] as const).some(needsRole)).toBe(false);
});
