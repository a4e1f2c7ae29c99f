import { CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateFunctionCommand } from "@aws-sdk/client-lambda";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import type { PropertyMap } from "../../pkg/values/index.ts";
import { clientsOf } from "./aws.ts";

/** Where the cases are. */
export const REGION = "us-east-1";
export const ACCOUNT = "123456789012";
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

/** A resource of a type, and how it may change. */
export interface Case {
  inputs: PropertyMap;
  /** A change that can be made in place. */
  change?: PropertyMap;
  /** An input whose change makes a new resource. */
  replace: PropertyMap;
}

/** What a service must hold before: made with AWS's own clients. */
export async function prepare(endpoint: string): Promise<string> {
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
/** A case for each resource type that a driver manages, in the order that one needs the other. */
export const CASES: Record<string, (queueUrl: string) => Case> = {
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
