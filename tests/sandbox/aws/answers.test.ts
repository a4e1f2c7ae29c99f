import { beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, awsOverHttp } from "../../support/aws-http.ts";

const aws = awsOverHttp();
const { json, query, rest } = aws;
const QUEUE = { QueueUrl: `http://sandbox.localhost/${ACCOUNT}/q` };
const FUNCTION = "/2015-03-31/functions/fn";
const topic = `arn:aws:sns:us-east-1:${ACCOUNT}:topic`;

/** `<key>a</key><value>b</value>` of an XML answer. */
const entriesOf = (xml: string): Record<string, string> =>
  Object.fromEntries([...xml.matchAll(/<key>(.*?)<\/key><value>(.*?)<\/value>/gi)].map(([, k = "", v = ""]) => [k, v]));

beforeAll(async () => {
  await json("events", "CreateEventBus", { Name: "bus", Description: "d", Tags: [{ Key: "a", Value: "b" }] });
  await json("sqs", "CreateQueue", { QueueName: "q" });
  await query("sns", "CreateTopic", { Name: "topic" });
  await rest("POST", "/2015-03-31/functions", {
    FunctionName: "fn",
    Role: "r",
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Tags: { team: "id" },
    Environment: { Variables: { SANDBOX_RESPONSE: '{"ok":true}' } },
  });
});

describe("EventBridge", () => {
  test("PutEvents gives one result for each entry, in order", async () => {
    const entry = { Source: "s", DetailType: "d", Detail: "{}" };
    const Entries = [
      entry,
      { ...entry, EventBusName: "none" },
      { ...entry, Detail: "{" },
      { ...entry, Source: "" },
      { ...entry, EventBusName: "bus" },
    ];
    const { body } = await json("events", "PutEvents", { Entries });
    const results = body["Entries"] as { EventId?: string; ErrorCode?: string }[];
    expect(results.map(({ EventId, ErrorCode }) => ErrorCode ?? typeof EventId)).toEqual([
      "string",
      "ResourceNotFoundException",
      "MalformedDetail",
      "InvalidArgument",
      "string",
    ]);
    expect(body["FailedEntryCount"]).toBe(3);
  });

  test.each([
    ["CreateEventBus", { Name: "other", Description: "d" }, ["Description", "EventBusArn"]],
    ["DescribeEventBus", { Name: "bus" }, ["Arn", "CreationTime", "Description", "LastModifiedTime", "Name"]],
    ["UpdateEventBus", { Name: "bus", Description: "e" }, ["Arn", "Description", "Name"]],
  ])("%s returns what AWS returns, and no more", async (operation, params, members) => {
    const { body } = await json("events", operation, params);
    expect(Object.keys(body).toSorted()).toEqual(members);
  });

  test("lists say less than descriptions", async () => {
    const buses = (await json("events", "ListEventBuses")).body["EventBuses"] as object[];
    expect(Object.keys(buses.at(-1) ?? {}).toSorted()).toEqual([
      "Arn",
      "CreationTime",
      "Description",
      "LastModifiedTime",
      "Name",
    ]);
    const EventSourceArn = `arn:aws:events:us-east-1:${ACCOUNT}:event-bus/bus`;
    await json("events", "CreateArchive", {
      ArchiveName: "a",
      EventSourceArn,
      Description: "d",
      EventPattern: '{"a":["x"]}',
    });
    const archives = (await json("events", "ListArchives")).body["Archives"] as object[];
    expect(Object.keys(archives[0] ?? {})).not.toContain("EventPattern");
    expect(Object.keys(archives[0] ?? {})).not.toContain("Description");
  });

  test("numbers of events are matched and delivered as they are written", async () => {
    const id = "12345678901234567891";
    await json("sqs", "CreateQueue", { QueueName: "exact" });
    const Arn = `arn:aws:sqs:us-east-1:${ACCOUNT}:exact`;
    const Policy = JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }] });
    const url = `http://sandbox.localhost/${ACCOUNT}/exact`;
    await json("sqs", "SetQueueAttributes", { QueueUrl: url, Attributes: { Policy } });
    await json("events", "PutRule", { Name: "exact", EventPattern: `{"detail":{"id":[${id}]}}` });
    await json("events", "PutTargets", { Rule: "exact", Targets: [{ Id: "q", Arn }] });
    for (const Detail of [`{"id":${id}}`, `{"id":${id.slice(0, -1)}2}`])
      await json("events", "PutEvents", { Entries: [{ Source: "s", DetailType: "d", Detail }] });
    const { body } = await json("sqs", "ReceiveMessage", { QueueUrl: url, MaxNumberOfMessages: 10 });
    const messages = body["Messages"] as { Body: string }[];
    expect(messages).toHaveLength(1);
    expect(messages[0]?.Body).toContain(`{"id":${id}}`);
  });
});

describe("SQS", () => {
  const attributes = async (): Promise<Record<string, string>> =>
    (await json("sqs", "GetQueueAttributes", { ...QUEUE, AttributeNames: ["All"] })).body["Attributes"] as Record<
      string,
      string
    >;

  test("All has the attributes that AWS shows of a queue", async () => {
    expect(Object.keys(await attributes()).toSorted()).toEqual([
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesDelayed",
      "ApproximateNumberOfMessagesNotVisible",
      "CreatedTimestamp",
      "DelaySeconds",
      "LastModifiedTimestamp",
      "MaximumMessageSize",
      "MessageRetentionPeriod",
      "QueueArn",
      "ReceiveMessageWaitTimeSeconds",
      "SqsManagedSseEnabled",
      "VisibilityTimeout",
    ]);
  });

  test.each([
    ["RedrivePolicy", '{"maxReceiveCount":3}', undefined],
    ["Policy", '{"Statement":[]}', undefined],
    ["KmsMasterKeyId", "alias/aws/sqs", undefined],
    ["DelaySeconds", "5", "0"],
  ])("an empty %s takes it back", async (name, value, initial) => {
    await json("sqs", "SetQueueAttributes", { ...QUEUE, Attributes: { [name]: value } });
    expect((await attributes())[name]).toBe(value);
    await json("sqs", "SetQueueAttributes", { ...QUEUE, Attributes: { [name]: "" } });
    expect((await attributes())[name]).toBe(initial);
  });

  test("a message has the id that its sender was told; batches say which entries failed", async () => {
    const sent = (await json("sqs", "SendMessage", { ...QUEUE, MessageBody: "hello" })).body["MessageId"];
    const received = (await json("sqs", "ReceiveMessage", QUEUE)).body["Messages"] as {
      MessageId: string;
      ReceiptHandle: string;
    }[];
    expect(received.map(({ MessageId }) => MessageId)).toEqual([sent]);
    const Entries = [
      { Id: "a", ReceiptHandle: received[0]?.ReceiptHandle },
      { Id: "b", ReceiptHandle: "nothing" },
    ];
    const { body } = await json("sqs", "DeleteMessageBatch", { ...QUEUE, Entries });
    expect(body).toMatchObject({ Successful: [{ Id: "a" }], Failed: [{ Id: "b", Code: "ReceiptHandleIsInvalid" }] });
  });
});

describe("SNS", () => {
  test("topics have tags", async () => {
    const tag = { ResourceArn: topic, "Tags.member.1.Key": "team", "Tags.member.1.Value": "id" };
    await query("sns", "TagResource", tag);
    expect((await query("sns", "ListTagsForResource", { ResourceArn: topic })).text).toContain(
      "<member><Key>team</Key><Value>id</Value></member>",
    );
    await query("sns", "UntagResource", { ResourceArn: topic, "TagKeys.member.1": "team" });
    expect((await query("sns", "ListTagsForResource", { ResourceArn: topic })).text).not.toContain("team");
  });

  test("subscriptions have attributes; the same one is not made twice", async () => {
    const subscription = { TopicArn: topic, Protocol: "sqs", Endpoint: `arn:aws:sqs:us-east-1:${ACCOUNT}:q` };
    const { text } = await query("sns", "Subscribe", subscription);
    const [, SubscriptionArn = ""] = /<SubscriptionArn>(.*?)</.exec(text) ?? [];
    expect((await query("sns", "Subscribe", subscription)).text).toContain(SubscriptionArn);
    const read = async () => entriesOf((await query("sns", "GetSubscriptionAttributes", { SubscriptionArn })).text);
    expect(await read()).toMatchObject({ TopicArn: topic, Protocol: "sqs", RawMessageDelivery: "false" });
    await query("sns", "SetSubscriptionAttributes", {
      SubscriptionArn,
      AttributeName: "RawMessageDelivery",
      AttributeValue: "true",
    });
    expect(await read()).toMatchObject({ RawMessageDelivery: "true", PendingConfirmation: "false" });
  });
});

describe("CloudWatch Logs", () => {
  test("log groups have a retention, tags and streams", async () => {
    const group = { logGroupName: "group" };
    await json("logs", "CreateLogGroup", { ...group, tags: { a: "1" } });
    await json("logs", "PutRetentionPolicy", { ...group, retentionInDays: 14 });
    const shown = async () =>
      ((await json("logs", "DescribeLogGroups")).body["logGroups"] as Record<string, unknown>[])[0] ?? {};
    expect(await shown()).toMatchObject({ logGroupName: "group", retentionInDays: 14, logGroupClass: "STANDARD" });
    await json("logs", "DeleteRetentionPolicy", group);
    expect(await shown()).not.toHaveProperty("retentionInDays");
    const { logGroupArn: resourceArn } = await shown();
    await json("logs", "TagResource", { resourceArn, tags: { b: "2" } });
    expect((await json("logs", "ListTagsForResource", { resourceArn })).body).toEqual({ tags: { a: "1", b: "2" } });
    await json("logs", "UntagResource", { resourceArn, tagKeys: ["a"] });
    expect((await json("logs", "ListTagsLogGroup", group)).body).toEqual({ tags: { b: "2" } });
    expect((await json("logs", "DescribeLogStreams", group)).body).toEqual({ logStreams: [] });
  });
});

describe("Lambda", () => {
  test("versions are published when something has changed; aliases name them", async () => {
    const publish = async () => (await rest("POST", `${FUNCTION}/versions`, {})).body["Version"];
    expect([await publish(), await publish()]).toEqual(["1", "1"]);
    await rest("PUT", `${FUNCTION}/configuration`, { Timeout: 9 });
    expect(await publish()).toBe("2");
    const versions = (await rest("GET", `${FUNCTION}/versions`)).body["Versions"] as Record<string, unknown>[];
    expect(versions.map(({ Version, Timeout }) => [Version, Timeout])).toEqual([
      ["$LATEST", 9],
      ["1", 3],
      ["2", 9],
    ]);
    const alias = await rest("POST", `${FUNCTION}/aliases`, { Name: "live", FunctionVersion: "1" });
    expect([alias.status, alias.body["AliasArn"]]).toEqual([
      201,
      `arn:aws:lambda:us-east-1:${ACCOUNT}:function:fn:live`,
    ]);
    expect((await rest("GET", `${FUNCTION}/configuration?Qualifier=live`)).body["Timeout"]).toBe(3);
    await rest("PUT", `${FUNCTION}/aliases/live`, { FunctionVersion: "2" });
    expect((await rest("GET", `${FUNCTION}/aliases/live`)).body["FunctionVersion"]).toBe("2");
    expect((await rest("DELETE", `${FUNCTION}/aliases/live`)).status).toBe(204);
    expect((await rest("GET", `${FUNCTION}/aliases/live`)).status).toBe(404);
  });

  test("an invocation says which version ran; an asynchronous one is accepted, a dry one does nothing", async () => {
    const invoke = (type?: string) =>
      rest("POST", `${FUNCTION}/invocations`, {}, type ? { "x-amz-invocation-type": type } : {});
    const answered = await invoke();
    expect([answered.status, answered.headers.get("x-amz-executed-version"), answered.body]).toEqual([
      200,
      "$LATEST",
      { ok: true },
    ]);
    const accepted = await invoke("Event");
    expect([accepted.status, accepted.text]).toEqual([202, ""]);
    expect((await invoke("DryRun")).status).toBe(204);
  });

  test("the tags and the code signing of a function can be read", async () => {
    const arn = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:fn`;
    expect((await rest("GET", `/2017-03-31/tags/${arn}`)).body).toEqual({ Tags: { team: "id" } });
    expect((await rest("GET", FUNCTION)).body["Tags"]).toEqual({ team: "id" });
    const signing = await rest("GET", "/2020-06-30/functions/fn/code-signing-config");
    expect([signing.status, signing.body]).toEqual([200, { FunctionName: "fn" }]);
  });
});
