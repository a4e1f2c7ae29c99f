import { createHash } from "node:crypto";
import type { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { LogResourcePolicy } from "@pulumi/aws/cloudwatch/logResourcePolicy.js";
import { Permission } from "@pulumi/aws/lambda/permission.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { OUR_SID, withStatement } from "../../aws/policies/index.ts";
import { logPolicy, sendStatement } from "./policies.ts";
import { arnOf, kindOf, plainly } from "./target-args.ts";
import type { TargetInput } from "./target-args.ts";

/** A target and the rule that it belongs to. */
export interface RuleTarget {
  rule: EventRule;
  target: TargetInput;
}

type Options = pulumi.CustomResourceOptions;

/**
 * Lets rules reach the targets that have policies of their own: a permission for each rule and function, one statement
 * for each queue and topic (whatever else is in the policy stays), one policy for all log groups. Targets with a
 * `roleArn` are reached by that role.
 * @param name of the component all this belongs to; statements are told apart by it.
 * @returns what the targets must wait for.
 */
export function grantAccess(name: string, targets: readonly RuleTarget[], options: Options): pulumi.Resource[] {
  const id = createHash("sha256")
    .update([pulumi.getProject(), pulumi.getStack(), name].join("/"))
    .digest("hex")
    .slice(0, 12);
  const open = targets.filter(({ target }) => target.roleArn === undefined);
  const of = (kind: "lambda" | "sqs" | "sns" | "logGroup"): RuleTarget[] =>
    open.filter(({ target }) => kindOf(target) === kind);
  // Dead letters are let in by the queue's policy, role or not.
  const deadLetters = targets.flatMap(({ rule, target }) =>
    target.deadLetterQueueArn === undefined ? [] : [{ rule, arn: target.deadLetterQueueArn }],
  );
  const queues = byArn([...of("sqs").map(({ rule, target }) => ({ rule, arn: arnOf(target, "sqs") })), ...deadLetters]);
  const topics = byArn(of("sns").map(({ rule, target }) => ({ rule, arn: arnOf(target, "sns") })));
  return [
    ...lambdaPermissions(name, id, of("lambda"), options),
    ...queues.map((queue) => queuePolicy(name, id, queue, options)),
    ...topics.map((topic) => topicPolicy(name, id, topic, options)),
    ...logAccess(name, id, of("logGroup"), options),
  ];
}

/** Something that several rules send to. */
interface Shared {
  arn: pulumi.Input<string>;
  /** For logical names: the resource's own name, or a number where its ARN is not known yet. */
  label: string;
  rules: EventRule[];
}

function byArn(uses: readonly { rule: EventRule; arn: pulumi.Input<string> }[]): Shared[] {
  const shared = new Map<pulumi.Input<string>, Shared>();
  for (const { rule, arn } of uses) {
    let entry = shared.get(arn);
    if (!entry) {
      const label = typeof arn === "string" ? (arn.split(":").at(-1) ?? "") : String(shared.size + 1);
      shared.set(arn, (entry = { arn, label, rules: [] }));
    }
    if (!entry.rules.includes(rule)) entry.rules.push(rule);
  }
  return [...shared.values()];
}

function lambdaPermissions(
  name: string,
  id: string,
  targets: readonly RuleTarget[],
  options: Options,
): pulumi.Resource[] {
  const seen = new Map<EventRule, Set<pulumi.Input<string>>>();
  return targets.flatMap(({ rule, target }) => {
    const arn = arnOf(target, "lambda");
    const known = seen.get(rule) ?? new Set();
    seen.set(rule, known);
    if (known.has(arn)) return [];
    known.add(arn);
    const logical = `${name}-${target.name}-${seen.size}`;
    const split = pulumi
      .output(arn)
      .apply((text) => /^(.*:function:[^:]+)(?::(.+))?$/.exec(text) ?? [text, text, undefined]);
    const qualifier = split.apply(([, , alias]) => alias as unknown as string);
    const hasQualifier = typeof arn !== "string" || /:function:[^:]+:.+$/.test(arn);
    return [
      new Permission(
        logical,
        {
          action: "lambda:InvokeFunction",
          function: split.apply(([, fn = ""]) => fn),
          principal: "events.amazonaws.com",
          // One for each rule: a permission for one of them lets none of the others through.
          sourceArn: rule.arn,
          statementId: pulumi.output(rule.name).apply((ruleName) => `${OUR_SID}-${id}-${ruleName}`.slice(0, 100)),
          ...(hasQualifier ? { qualifier } : {}),
        },
        options,
      ),
    ];
  });
}

function queuePolicy(name: string, id: string, { arn, label, rules }: Shared, options: Options): pulumi.Resource {
  const logical = `${name}-${label}`;
  const url = plainly(arn, queueUrlOf);
  // What is in the policy now, so that it stays there.
  const live = Queue.get(logical, url, {}, options);
  const policy = pulumi
    .all([live.policy, arn, pulumi.all(rules.map((rule) => rule.arn))])
    .apply(([text, queueArn, ruleArns]) =>
      withStatement(text, sendStatement(id, "sqs:SendMessage", queueArn, ruleArns)),
    );
  return new QueuePolicy(logical, { queueUrl: url, policy }, options);
}

function topicPolicy(name: string, id: string, { arn, label, rules }: Shared, options: Options): pulumi.Resource {
  const logical = `${name}-${label}`;
  const live = Topic.get(logical, arn, {}, options);
  const policy = pulumi
    .all([live.policy, arn, pulumi.all(rules.map((rule) => rule.arn))])
    .apply(([text, topicArn, ruleArns]) => withStatement(text, sendStatement(id, "sns:Publish", topicArn, ruleArns)));
  return new TopicPolicy(logical, { arn, policy }, options);
}

function logAccess(name: string, id: string, targets: readonly RuleTarget[], options: Options): pulumi.Resource[] {
  if (targets.length === 0) return [];
  const arns = [...new Set(targets.map(({ target }) => arnOf(target, "logGroup")))];
  const rules = [...new Set(targets.map(({ rule }) => rule))];
  const policyDocument = pulumi
    .all([pulumi.all(arns), pulumi.all(rules.map((rule) => rule.arn))])
    .apply(([groups, ruleArns]) => logPolicy(groups, ruleArns));
  return [new LogResourcePolicy(`${name}-logs`, { policyName: `${OUR_SID}-${id}`, policyDocument }, options)];
}

/** `https://sqs.<region>.amazonaws.com/<account>/<name>` of a queue's ARN. */
function queueUrlOf(arn: string): string {
  const [, partition, , region, account, name] = arn.split(":");
  const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://sqs.${region}.${domain}/${account}/${name}`;
}
