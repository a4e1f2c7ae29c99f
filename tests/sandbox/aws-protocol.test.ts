import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  CreatePartnerEventSourceCommand,
  DeactivateEventSourceCommand,
  DeleteEventBusCommand,
  DeletePartnerEventSourceCommand,
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeEventSourceCommand,
  ListEventBusesCommand,
  ListTagsForResourceCommand,
  PutEventsCommand,
  PutPartnerEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  GetFunctionCommand,
  GetPolicyCommand,
  InvokeCommand,
  RemovePermissionCommand,
} from "@aws-sdk/client-lambda";
import { CreateTopicCommand, GetTopicAttributesCommand, PublishCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientsOf } from "../support/aws.ts";
import { temporaryFolder } from "../support/cli.ts";
import { serve } from "../support/sandbox.ts";

let served: Awaited<ReturnType<typeof serve>>;
let aws: ReturnType<typeof clientsOf>;
beforeAll(async () => {
  served = await serve(temporaryFolder());
  aws = clientsOf(served.exports);
});
afterAll(() => served.stop());

const ACCOUNT = "123456789012";
const SOURCE = "aws.partner/auth0.com/acme-1/auth0.logs";
const refusal = (name: string, message?: RegExp | string) =>
  expect.objectContaining({
    name,
    ...(message ? { message: typeof message === "string" ? message : expect.stringMatching(message) } : {}),
  }) as Error;
const allowAll = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

describe("AWS's own SDK against the sandbox", () => {
  test("EventBridge: a partner event source goes from PENDING to ACTIVE to DELETED, its bus by the rules", async () => {
    const { events } = aws;
    const describeSource = async (): Promise<string | undefined> =>
      (await events.send(new DescribeEventSourceCommand({ Name: SOURCE }))).State;
    await expect(describeSource()).rejects.toEqual(
      refusal("ResourceNotFoundException", `Event source ${SOURCE} does not exist.`),
    );
    await events.send(new CreatePartnerEventSourceCommand({ Name: SOURCE, Account: ACCOUNT }));
    const pending = await events.send(new DescribeEventSourceCommand({ Name: SOURCE }));
    expect([pending.State, pending.CreatedBy, pending.Arn]).toEqual([
      "PENDING",
      "aws.partner/auth0.com",
      `arn:aws:events:us-east-1::event-source/${SOURCE}`,
    ]);
    expect(pending.ExpirationTime?.getTime()).toBeGreaterThan(Date.now());

    await expect(events.send(new CreateEventBusCommand({ Name: SOURCE }))).rejects.toEqual(
      refusal("ValidationException", "EventBus name starting with 'aws.' is not valid."),
    );
    await expect(events.send(new CreateEventBusCommand({ Name: "other", EventSourceName: SOURCE }))).rejects.toEqual(
      refusal("ValidationException"),
    );
    const { EventBusArn = "" } = await events.send(
      new CreateEventBusCommand({ Name: SOURCE, EventSourceName: SOURCE, Tags: [{ Key: "a", Value: "b" }] }),
    );
    expect(EventBusArn).toBe(`arn:aws:events:us-east-1:${ACCOUNT}:event-bus/${SOURCE}`);
    expect(await describeSource()).toBe("ACTIVE");
    expect((await events.send(new ListTagsForResourceCommand({ ResourceARN: EventBusArn }))).Tags).toEqual([
      { Key: "a", Value: "b" },
    ]);
    await expect(events.send(new CreateEventBusCommand({ Name: SOURCE, EventSourceName: SOURCE }))).rejects.toEqual(
      refusal("ResourceAlreadyExistsException", `Event bus ${SOURCE} already exists.`),
    );
    await events.send(new DeactivateEventSourceCommand({ Name: SOURCE }));
    expect(await describeSource()).toBe("PENDING");

    await events.send(
      new PutRuleCommand({ Name: "r", EventBusName: SOURCE, EventPattern: '{"source":[{"prefix":"aws.partner"}]}' }),
    );
    await expect(events.send(new DeleteEventBusCommand({ Name: SOURCE }))).rejects.toEqual(
      refusal("ValidationException", /rules/),
    );
    await events.send(
      new PutTargetsCommand({
        Rule: "r",
        EventBusName: SOURCE,
        Targets: [{ Id: "q", Arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:q` }],
      }),
    );
    await expect(events.send(new DeleteRuleCommand({ Name: "r", EventBusName: SOURCE }))).rejects.toEqual(
      refusal("ValidationException", "Rule can't be deleted since it has targets."),
    );
    await events.send(new RemoveTargetsCommand({ Rule: "r", EventBusName: SOURCE, Ids: ["q"] }));
    await events.send(new DeleteRuleCommand({ Name: "r", EventBusName: SOURCE }));
    await events.send(new DeletePartnerEventSourceCommand({ Name: SOURCE, Account: ACCOUNT }));
    expect(await describeSource()).toBe("DELETED");
    await events.send(new DeleteEventBusCommand({ Name: SOURCE }));
    await expect(describeSource()).rejects.toEqual(refusal("ResourceNotFoundException"));
    expect((await events.send(new ListEventBusesCommand({}))).EventBuses?.map(({ Name }) => Name)).toEqual(["default"]);
  });

  test("EventBridge: refusals of rules, targets and archives are AWS's", async () => {
    const { events } = aws;
    const put = (EventPattern: string, more: object = {}) =>
      events.send(new PutRuleCommand({ Name: "rule", EventPattern, ...more }));
    await expect(put('{"a":[{"prefx":"x"}]}')).rejects.toEqual(
      refusal("InvalidEventPatternException", "Event pattern is not valid. Reason: Unrecognized match type prefx"),
    );
    await expect(put('{"a":["x"]}', { EventBusName: "nowhere" })).rejects.toEqual(
      refusal("ResourceNotFoundException", "Event bus nowhere does not exist."),
    );
    await put('{"a":["x"]}');
    const target = (number: number) => ({ Id: `t${number}`, Arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:q${number}` });
    const targets = (...Targets: { Id: string; Arn: string }[]) =>
      events.send(new PutTargetsCommand({ Rule: "rule", Targets }));
    await expect(targets(...[1, 2, 3, 4, 5, 6].map(target))).rejects.toEqual(refusal("LimitExceededException"));
    await expect(targets({ Id: "k", Arn: `arn:aws:kinesis:us-east-1:${ACCOUNT}:stream/s` })).rejects.toEqual(
      refusal("ValidationException", /RoleArn is required/),
    );
    await expect(targets({ Id: "f", Arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:q.fifo` })).rejects.toEqual(
      refusal("ValidationException", /SqsParameters/),
    );
    await expect(events.send(new DescribeEventBusCommand({ Name: "nowhere" }))).rejects.toEqual(
      refusal("ResourceNotFoundException"),
    );
    await expect(
      events.send(
        new CreateArchiveCommand({
          ArchiveName: "a",
          EventSourceArn: `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/nowhere`,
        }),
      ),
    ).rejects.toEqual(refusal("ResourceNotFoundException"));
    const event = {
      id: "1",
      account: ACCOUNT,
      source: "s",
      time: "2026-01-01T00:00:00Z",
      region: "us-east-1",
      resources: [],
      "detail-type": "t",
    };
    const verdict = async (pattern: string) =>
      (await events.send(new TestEventPatternCommand({ EventPattern: pattern, Event: JSON.stringify(event) }))).Result;
    expect([await verdict('{"source":["s"]}'), await verdict('{"source":["t"]}')]).toEqual([true, false]);
  });

  test("events go from a bus through a topic to a queue, and from a partner source only while it is active", async () => {
    const { events, sqs, sns } = aws;
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "via-topic" }));
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "t" }));
    await sns.send(
      new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: `arn:aws:sqs:us-east-1:${ACCOUNT}:via-topic` }),
    );
    await sns.send(new PublishCommand({ TopicArn, Message: "hello" }));
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect((JSON.parse(Messages[0]?.Body ?? "{}") as { Message: string }).Message).toBe("hello");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle }));
    expect((await sns.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes?.["SubscriptionsConfirmed"]).toBe(
      "1",
    );

    const { QueueUrl: direct = "" } = await sqs.send(
      new CreateQueueCommand({ QueueName: "direct", Attributes: { Policy: allowAll } }),
    );
    const received = async (): Promise<number> =>
      ((await sqs.send(new ReceiveMessageCommand({ QueueUrl: direct, MaxNumberOfMessages: 10 }))).Messages ?? [])
        .length;
    await events.send(new CreateEventBusCommand({ Name: "mine" }));
    await events.send(new PutRuleCommand({ Name: "all", EventBusName: "mine", EventPattern: '{"source":["app"]}' }));
    await events.send(
      new PutTargetsCommand({
        Rule: "all",
        EventBusName: "mine",
        Targets: [{ Id: "q", Arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:direct` }],
      }),
    );
    const entry = { EventBusName: "mine", Source: "app", DetailType: "made", Detail: "{}" };
    const answer = await events.send(
      new PutEventsCommand({ Entries: [entry, { ...entry, Source: "other" }, { ...entry, Detail: "no" }] }),
    );
    expect([answer.FailedEntryCount, await received()]).toEqual([1, 1]);

    const name = "aws.partner/auth0.com/acme-2/auth0.logs";
    await events.send(new CreatePartnerEventSourceCommand({ Name: name, Account: ACCOUNT }));
    const partner = () =>
      events.send(new PutPartnerEventsCommand({ Entries: [{ Source: name, DetailType: "Auth0 log", Detail: "{}" }] }));
    expect((await partner()).FailedEntryCount).toBe(0);
    await events.send(new CreateEventBusCommand({ Name: name, EventSourceName: name }));
    await events.send(
      new PutRuleCommand({ Name: "logs", EventBusName: name, EventPattern: '{"detail-type":["Auth0 log"]}' }),
    );
    await events.send(
      new PutTargetsCommand({
        Rule: "logs",
        EventBusName: name,
        Targets: [{ Id: "q", Arn: `arn:aws:sqs:us-east-1:${ACCOUNT}:direct` }],
      }),
    );
    await partner();
    expect(await received()).toBe(1);
  });

  test("SQS, Lambda, IAM, Logs and STS answer and refuse as AWS does", async () => {
    const { sqs, lambda, iam, logs, sts } = aws;
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: "nowhere" }))).rejects.toEqual(
      refusal("QueueDoesNotExist"),
    );
    const { QueueUrl = "" } = await sqs.send(
      new CreateQueueCommand({ QueueName: "f.fifo", Attributes: { FifoQueue: "true" } }),
    );
    await expect(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }))).rejects.toEqual(
      refusal("MissingParameter"),
    );
    for (const _ of [1, 2]) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageGroupId: "g" }));
    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages).toHaveLength(1);

    const code = {
      Role: `arn:aws:iam::${ACCOUNT}:role/r`,
      Code: { ZipFile: new Uint8Array() },
      Handler: "i.h",
      Runtime: "nodejs22.x" as const,
    };
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "f",
        ...code,
        Environment: { Variables: { SANDBOX_RESPONSE: '{"ok":true}' } },
      }),
    );
    expect((await lambda.send(new GetFunctionCommand({ FunctionName: "f" }))).Configuration?.FunctionArn).toBe(
      `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`,
    );
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: "f", Payload: "{}" }));
    expect(Buffer.from(Payload ?? []).toString()).toBe('{"ok":true}');
    const statement = {
      FunctionName: "f",
      StatementId: "s",
      Action: "lambda:InvokeFunction",
      Principal: "events.amazonaws.com",
    };
    await lambda.send(new AddPermissionCommand(statement));
    await expect(lambda.send(new AddPermissionCommand(statement))).rejects.toEqual(
      refusal("ResourceConflictException", /already exists/),
    );
    expect((await lambda.send(new GetPolicyCommand({ FunctionName: "f" }))).Policy).toContain('"Sid":"s"');
    await lambda.send(new RemovePermissionCommand({ FunctionName: "f", StatementId: "s" }));
    await expect(lambda.send(new GetPolicyCommand({ FunctionName: "f" }))).rejects.toEqual(
      refusal("ResourceNotFoundException"),
    );

    await iam.send(
      new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: allowAll, Tags: [{ Key: "a", Value: "b" }] }),
    );
    await iam.send(new PutRolePolicyCommand({ RoleName: "r", PolicyName: "p", PolicyDocument: allowAll }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "r" }));
    expect([Role?.Arn, Role?.Tags]).toEqual([`arn:aws:iam::${ACCOUNT}:role/r`, [{ Key: "a", Value: "b" }]]);
    const { PolicyDocument = "" } = await iam.send(new GetRolePolicyCommand({ RoleName: "r", PolicyName: "p" }));
    expect(decodeURIComponent(PolicyDocument)).toBe(allowAll);
    await expect(iam.send(new DeleteRoleCommand({ RoleName: "r" }))).rejects.toEqual(
      refusal("DeleteConflictException"),
    );
    await expect(iam.send(new GetRoleCommand({ RoleName: "nobody" }))).rejects.toEqual(
      refusal("NoSuchEntityException"),
    );

    await logs.send(new CreateLogGroupCommand({ logGroupName: "/aws/events/x" }));
    expect(
      (await logs.send(new DescribeLogGroupsCommand({}))).logGroups?.map(({ logGroupName }) => logGroupName),
    ).toEqual(["/aws/events/x"]);
    const policy = (number: number) =>
      logs.send(new PutResourcePolicyCommand({ policyName: `p${number}`, policyDocument: allowAll }));
    for (let number = 0; number < 10; number += 1) await policy(number);
    await expect(policy(10)).rejects.toEqual(refusal("LimitExceededException"));
    expect((await sts.send(new GetCallerIdentityCommand({}))).Account).toBe(ACCOUNT);
  });
});
