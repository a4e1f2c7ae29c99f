import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import { join } from "node:path";
import { openSandbox } from "../../pkg/sandbox/index.ts";

/** AWS's own clients against a sandbox that is served, as `sandbox serve`'s exports say. */
export function clientsOf(exports: Record<string, string>, region = "us-east-1") {
  const config = {
    region,
    endpoint: exports["AWS_ENDPOINT_URL"] ?? "",
    credentials: { accessKeyId: exports["AWS_ACCESS_KEY_ID"] ?? "", secretAccessKey: "sandbox" },
    maxAttempts: 1,
  };
  return {
    events: new EventBridgeClient(config),
    sqs: new SQSClient(config),
    sns: new SNSClient(config),
    lambda: new LambdaClient(config),
    iam: new IAMClient(config),
    sts: new STSClient(config),
    logs: new CloudWatchLogsClient(config),
  };
}

/** What `sandbox status -o json` says. */
export interface StatusJson {
  streams: { id: string; name: string }[];
  aws: { account: string; region: string; type: string; name: string; detail?: string }[];
  targetArrivals: {
    rule: string;
    target: string;
    outcome: string;
    attempts: number;
    detail: string;
    eventId: string;
  }[];
}

/** The state of a folder's sandbox, as `sandbox status -o json` prints it. */
export async function statusOf(cwd: string): Promise<StatusJson> {
  return openSandbox(join(cwd, ".sandbox")).status() as unknown as StatusJson;
}

/** Kinds of things that the sandbox provides because a user's account would have them. */
const PROVIDED = ["queue", "topic", "log-group", "function"];

/** What is at the sandbox's AWS besides what it provided itself, as `type name`. */
export async function leftAt(cwd: string, provided: readonly string[] = []): Promise<string[]> {
  const { aws } = await statusOf(cwd);
  return aws
    .filter(({ type, name }) => !(PROVIDED.includes(type) && provided.includes(name)))
    .map(({ type, name }) => `${type} ${name}`);
}

/** A manifest of a stream to EventBridge with an event bus. @param bus YAML below `eventBus`, as JSON. */
export function busManifest(
  name: string,
  bus: object,
  { region = "us-east-1", account = "123456789012" } = {},
): string {
  return JSON.stringify({
    apiVersion: "auth0.openmcf.org/v1",
    kind: "Auth0EventStream",
    metadata: { name },
    spec: {
      destinationType: "eventbridge",
      subscriptions: ["user.created", "user.deleted"],
      eventbridgeConfiguration: { awsAccountId: account, awsRegion: region },
      eventBus: bus,
    },
  });
}

/** A target that is a queue of the account. */
export function queueTarget(
  name: string,
  more: { region?: string; account?: string; [field: string]: unknown } = {},
): object {
  const { region = "us-east-1", account = "123456789012", ...rest } = more;
  return { name, sqs: { arn: `arn:aws:sqs:${region}:${account}:${name}` }, ...rest };
}
