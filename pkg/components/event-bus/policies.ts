import type { TargetKind } from "../../kinds/index.ts";
import { OUR_SID } from "../../aws/policies/index.ts";
import type { Statement } from "../../aws/policies/index.ts";

const EVENTS = { Service: "events.amazonaws.com" };
const VERSION = "2012-10-17";

/** What a role or a policy needs to know of a target: its values, resolved. */
export interface TargetFacts {
  /** ARN that events go to. */
  arn: string;
  taskDefinitionArn?: string;
  passRoleArns?: readonly string[];
  jobDefinition?: string;
  /** `tag:NAME` or `InstanceIds`, with its values. */
  instances?: readonly { key: string; values: readonly string[] }[];
}

/** Lets one rule of EventBridge, and no other principal, assume a role. */
export function trustPolicy(ruleArn: string): string {
  const statement = {
    Effect: "Allow",
    Principal: EVENTS,
    Action: "sts:AssumeRole",
    Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
  };
  return JSON.stringify({ Version: VERSION, Statement: [statement] });
}

/** The least rights that EventBridge needs to reach a target of a kind. */
export function rolePolicy(kind: TargetKind, facts: TargetFacts): string {
  const statements = STATEMENTS[kind]?.(facts) ?? [];
  return JSON.stringify({ Version: VERSION, Statement: statements });
}

/** Kinds that EventBridge reaches by a role; the others have policies of their own. */
export function needsRole(kind: TargetKind): boolean {
  return STATEMENTS[kind] !== undefined;
}

const allow = (Action: string | string[], Resource: string | string[], Condition?: object): object => ({
  Effect: "Allow",
  Action,
  Resource,
  ...(Condition ? { Condition } : {}),
});

const STATEMENTS: Partial<Record<TargetKind, (facts: TargetFacts) => object[]>> = {
  kinesis: ({ arn }) => [allow(["kinesis:PutRecord", "kinesis:PutRecords"], arn)],
  firehose: ({ arn }) => [allow(["firehose:PutRecord", "firehose:PutRecordBatch"], arn)],
  stepFunctions: ({ arn }) => [allow("states:StartExecution", arn)],
  eventBus: ({ arn }) => [allow("events:PutEvents", arn)],
  apiDestination: ({ arn }) => [allow("events:InvokeApiDestination", arn)],
  batch: ({ arn, jobDefinition = "" }) => [
    allow("batch:SubmitJob", [
      arn,
      jobDefinition.startsWith("arn:") ? jobDefinition : sibling(arn, `job-definition/${jobDefinition}*`),
    ]),
  ],
  ecs: ({ arn, taskDefinitionArn = "", passRoleArns }) => [
    allow("ecs:RunTask", taskDefinitionArn, { ArnEquals: { "ecs:cluster": arn } }),
    // Tasks have roles of their own, which EventBridge hands over.
    allow("iam:PassRole", passRoleArns?.length ? [...passRoleArns] : anyRole(arn), {
      StringLike: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
    }),
  ],
  runCommand: ({ arn, instances = [] }) => {
    const [first] = instances;
    const [, partition = "aws", , region = "", account] = arn.split(":");
    // AWS's own documents are of no account.
    const instance = (id: string): string => `arn:${partition}:ec2:${region}:${account || "*"}:instance/${id}`;
    const documents = allow("ssm:SendCommand", arn);
    if (!first?.key.startsWith("tag:"))
      return [documents, allow("ssm:SendCommand", (first?.values ?? []).map(instance))];
    const tagged = { StringEquals: { [`ssm:resourceTag/${first.key.slice("tag:".length)}`]: first.values } };
    return [documents, allow("ssm:SendCommand", instance("*"), tagged)];
  },
};

/** An ARN of the same service, region and account. */
function sibling(arn: string, resource: string): string {
  return [...arn.split(":").slice(0, 5), resource].join(":");
}

function anyRole(arn: string): string {
  const [, partition = "aws", , , account = ""] = arn.split(":");
  return `arn:${partition}:iam::${account}:role/*`;
}

/** Our statement in the policy of a queue or topic. @param id distinguishes this stack's statement from those of others. */
export function sendStatement(
  id: string,
  action: "sqs:SendMessage" | "sns:Publish",
  resource: string,
  ruleArns: readonly string[],
): Statement {
  return {
    Sid: `${OUR_SID}${id}`,
    Effect: "Allow",
    Principal: EVENTS,
    Action: action,
    Resource: resource,
    Condition: { ArnEquals: { "aws:SourceArn": ruleArns.length === 1 ? ruleArns[0] : ruleArns.toSorted() } },
  };
}

/** Lets rules write to log groups. CloudWatch Logs has one list of such policies for a whole region. */
export function logPolicy(groupArns: readonly string[], ruleArns: readonly string[]): string {
  const statement = {
    Effect: "Allow",
    Principal: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: groupArns.map((arn) => `${arn}:*`),
    Condition: { ArnEquals: { "aws:SourceArn": ruleArns.toSorted() } },
  };
  return JSON.stringify({ Version: VERSION, Statement: [statement] });
}
