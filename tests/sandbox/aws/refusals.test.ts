import { beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, awsOverHttp } from "../../support/aws-http.ts";

const aws = awsOverHttp();
const entry = { Source: "s", DetailType: "d", Detail: "{}" };
const url = (name: string): string => `http://sandbox.localhost/${ACCOUNT}/${name}`;
const topic = (name: string): string => `arn:aws:sns:us-east-1:${ACCOUNT}:${name}`;
const trust = '{"Version":"2012-10-17","Statement":[]}';
const FUNCTION = "/2015-03-31/functions/fn";

beforeAll(async () => {
  await aws.json("events", "CreateEventBus", { Name: "bus" });
  await aws.json("events", "PutRule", { Name: "kept", EventPattern: '{"a":["x"]}' });
  await aws.json("sqs", "CreateQueue", { QueueName: "queue" });
  await aws.query("sns", "CreateTopic", {
    Name: "topic",
    "Tags.member.1.Key": "a",
    "Tags.member.1.Value": "b",
  });
  await aws.json("logs", "CreateLogGroup", { logGroupName: "group" });
  await aws.rest("POST", "/2015-03-31/functions", { FunctionName: "fn", Role: "r", Runtime: "nodejs24.x" });
});

/** Service, operation, parameters, and the code that AWS's model or documentation gives. */
const JSON_REFUSALS: ["events" | "sqs" | "logs", string, object, string][] = [
  ["events", "CreateEventBus", { Name: "a/b" }, "ValidationException"],
  ["events", "CreateEventBus", { Name: "" }, "ValidationException"],
  ["events", "PutRule", { Name: "r", ScheduleExpression: "every day" }, "ValidationException"],
  ["events", "PutRule", { Name: "r", ScheduleExpression: "rate(0 minutes)" }, "ValidationException"],
  ["events", "PutRule", { Name: "r", ScheduleExpression: "rate(5 minute)" }, "ValidationException"],
  ["events", "PutRule", { Name: "r", ScheduleExpression: "cron(1 2 3)" }, "ValidationException"],
  ["events", "PutRule", { Name: "r", EventBusName: "bus", ScheduleExpression: "rate(1 day)" }, "ValidationException"],
  ["events", "PutRule", { Name: "r", EventPattern: '{"a":["x"]}', State: "ON" }, "ValidationException"],
  ["events", "PutEvents", { Entries: [] }, "ValidationException"],
  ["events", "PutEvents", { Entries: Array.from({ length: 11 }, () => entry) }, "ValidationException"],
  ["events", "PutEvents", {}, "ValidationException"],
  ["events", "PutEvents", { Entries: "x" }, "SerializationException"],
  ["events", "TestEventPattern", { EventPattern: '{"a":"x"}', Event: "{}" }, "InvalidEventPatternException"],
  ["events", "TestEventPattern", { EventPattern: '{"a":["x"]}', Event: "no" }, "ValidationException"],
  ["events", "PutTargets", { Rule: "kept", Targets: "x" }, "SerializationException"],
  ["sqs", "CreateQueue", { QueueName: "q", Attributes: { Colour: "red" } }, "InvalidAttributeName"],
  ["sqs", "CreateQueue", { QueueName: "q", Attributes: { DelaySeconds: "99999" } }, "InvalidAttributeValue"],
  ["sqs", "SetQueueAttributes", { QueueUrl: url("queue"), Attributes: { Colour: "red" } }, "InvalidAttributeName"],
  [
    "sqs",
    "SetQueueAttributes",
    { QueueUrl: url("queue"), Attributes: { MessageRetentionPeriod: "1" } },
    "InvalidAttributeValue",
  ],
  ["sqs", "SetQueueAttributes", { QueueUrl: url("queue"), Attributes: { Policy: "{" } }, "InvalidAttributeValue"],
  ["sqs", "GetQueueAttributes", { QueueUrl: url("queue"), AttributeNames: ["Colour"] }, "InvalidAttributeName"],
  ["sqs", "DeleteMessage", { QueueUrl: url("queue"), ReceiptHandle: "nothing" }, "ReceiptHandleIsInvalid"],
  ["sqs", "SendMessage", { QueueUrl: url("queue"), MessageBody: "x".repeat(1_048_577) }, "InvalidParameterValue"],
  ["sqs", "ReceiveMessage", { QueueUrl: url("queue"), MaxNumberOfMessages: 11 }, "InvalidParameterValue"],
  ["logs", "CreateLogGroup", { logGroupName: "a b" }, "InvalidParameterException"],
  ["logs", "PutResourcePolicy", { policyName: "p", policyDocument: "no" }, "InvalidParameterException"],
  ["logs", "PutRetentionPolicy", { logGroupName: "group", retentionInDays: 2 }, "InvalidParameterException"],
  ["logs", "PutRetentionPolicy", { logGroupName: "none", retentionInDays: 1 }, "ResourceNotFoundException"],
  ["logs", "Nothing", {}, "UnknownOperationException"],
  ["events", "constructor", {}, "UnknownOperationException"],
  ["events", "__proto__", {}, "UnknownOperationException"],
  ["sqs", "toString", {}, "UnknownOperationException"],
];

const QUERY_REFUSALS: [string, string, Record<string, string>, string][] = [
  ["sns", "CreateTopic", { Name: "a b" }, "InvalidParameter"],
  [
    "sns",
    "CreateTopic",
    { Name: "t", "Attributes.entry.1.key": "Colour", "Attributes.entry.1.value": "red" },
    "InvalidParameter",
  ],
  ["sns", "CreateTopic", { Name: "topic", "Tags.member.1.Key": "a", "Tags.member.1.Value": "c" }, "InvalidParameter"],
  [
    "sns",
    "SetTopicAttributes",
    { TopicArn: topic("topic"), AttributeName: "Colour", AttributeValue: "x" },
    "InvalidParameter",
  ],
  [
    "sns",
    "SetTopicAttributes",
    { TopicArn: topic("topic"), AttributeName: "Policy", AttributeValue: "{" },
    "InvalidParameter",
  ],
  ["sns", "GetTopicAttributes", { TopicArn: "topic" }, "InvalidParameter"],
  ["sns", "GetTopicAttributes", { TopicArn: topic("none") }, "NotFound"],
  ["sns", "ListTagsForResource", { ResourceArn: topic("none") }, "ResourceNotFound"],
  ["sns", "GetSubscriptionAttributes", { SubscriptionArn: `${topic("topic")}:x` }, "NotFound"],
  ["iam", "CreateRole", { RoleName: "a b", AssumeRolePolicyDocument: trust }, "ValidationError"],
  ["iam", "CreateRole", { RoleName: "r".repeat(65), AssumeRolePolicyDocument: trust }, "ValidationError"],
  ["iam", "CreateRole", { RoleName: "r", AssumeRolePolicyDocument: "no" }, "MalformedPolicyDocument"],
  ["iam", "__proto__", {}, "InvalidAction"],
  ["sts", "constructor", {}, "InvalidAction"],
];

const permission = { StatementId: "s", Action: "lambda:InvokeFunction", Principal: "events.amazonaws.com" };

const REST_REFUSALS: [string, string, object | undefined, string, number][] = [
  ["POST", `${FUNCTION}/policy`, { ...permission, Action: "invoke it" }, "ValidationException", 400],
  ["POST", `${FUNCTION}/policy`, { ...permission, StatementId: "a b" }, "ValidationException", 400],
  ["GET", `${FUNCTION}/policy`, undefined, "ResourceNotFoundException", 404],
  ["GET", "/2015-03-31/event-source-mappings", undefined, "UnknownOperationException", 404],
  ["GET", `${FUNCTION}/nothing/at/all`, undefined, "UnknownOperationException", 404],
  ["POST", "/2015-03-31/somewhere", {}, "UnknownOperationException", 404],
  ["GET", "/2015-03-31/functions/%zz", undefined, "ValidationException", 400],
  ["GET", `${FUNCTION}/aliases/live`, undefined, "ResourceNotFoundException", 404],
  ["POST", `${FUNCTION}/aliases`, { Name: "live", FunctionVersion: "7" }, "ResourceNotFoundException", 404],
  ["POST", "/2015-03-31/functions", { FunctionName: "a b", Role: "r" }, "ValidationException", 400],
];

describe("what AWS refuses, the sandbox refuses with AWS's code", () => {
  test.each(JSON_REFUSALS)("%s %s (%#)", async (service, operation, params, code) => {
    const answer = await aws.json(service, operation, params);
    expect([answer.status, answer.code]).toEqual([400, code]);
  });

  test.each(QUERY_REFUSALS)("%s %s (%#)", async (service, operation, params, code) => {
    const answer = await aws.query(service, operation, params);
    expect(answer.code).toBe(code);
    expect(answer.status).toBe(code.includes("NotFound") ? 404 : 400);
  });

  test.each(REST_REFUSALS)("lambda %s %s (%#)", async (method, path, body, code, status) => {
    const answer = await aws.rest(method, path, body);
    expect([answer.status, answer.code]).toEqual([status, code]);
  });

  test("the policy of a function is gone with its last statement", async () => {
    await aws.rest("POST", `${FUNCTION}/policy`, permission);
    expect((await aws.rest("GET", `${FUNCTION}/policy`)).status).toBe(200);
    await aws.rest("DELETE", `${FUNCTION}/policy/s`);
    expect((await aws.rest("GET", `${FUNCTION}/policy`)).code).toBe("ResourceNotFoundException");
  });

  test("a form's keys do not reach what all objects share", async () => {
    await aws.query("iam", "GetRole", { RoleName: "r", "__proto__.polluted": "yes", "constructor.prototype.x": "1" });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
