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
 * @param name of the component all this belongs to; it distinguishes its statements from those of others.
 * @returns what each target must wait for: what lets its own rule reach it, and nothing else. What a resource depends on
 * is in its record, so that waiting for everything would make the state of a bus grow with the square of its rules.
 */
export function grantAccess(name: string, targets: readonly RuleTarget[], options: Options): AccessOf {
  const id = createHash("sha256")
    .update([pulumi.getProject(), pulumi.getStack(), name].join("/"))
    .digest("hex")
    .slice(0, 12);
  const uses = targets.flatMap(usesOf);
  const of = (kind: AccessKind): Use[] => uses.filter((use) => use.kind === kind);
  const made: Granted[] = [
    ...lambdaPermissions(name, id, of("lambda"), options),
    ...byArn(of("sqs")).map((shared) => ({ ...shared, resource: queuePolicy(name, id, shared, options) })),
    ...byArn(of("sns")).map((shared) => ({ ...shared, resource: topicPolicy(name, id, shared, options) })),
    ...logAccess(name, id, of("logGroup"), options),
  ];
  return (rule, target) =>
    usesOf({ rule, target }).flatMap(({ kind, arn }) =>
      made
        .filter((each) => each.kind === kind && each.rules.includes(rule) && (each.arn ?? arn) === arn)
        .map(({ resource }) => resource),
    );
}

/** What lets a rule reach a target: the resources that the target must wait for. */
export type AccessOf = (rule: EventRule, target: TargetInput) => pulumi.Resource[];

type AccessKind = "lambda" | "sqs" | "sns" | "logGroup";

/** Something that a rule sends to and whose own policy must let it in. */
interface Use {
  kind: AccessKind;
  rule: EventRule;
  arn: pulumi.Input<string>;
  /** For logical names. */
  targetName: string;
}

/** A resource that lets rules in. */
interface Granted {
  kind: AccessKind;
  rules: readonly EventRule[];
  /** What it lets them reach; everything of the kind when absent. */
  arn?: pulumi.Input<string>;
  resource: pulumi.Resource;
}

function usesOf({ rule, target }: RuleTarget): Use[] {
  const kind = kindOf(target);
  const isOwn = kind === "lambda" || kind === "sqs" || kind === "sns" || kind === "logGroup";
  const uses: Use[] =
    isOwn && target.roleArn === undefined ? [{ kind, rule, arn: arnOf(target, kind), targetName: target.name }] : [];
  // Dead letters are let in by the queue's policy, role or not.
  if (target.deadLetterQueueArn !== undefined)
    uses.push({ kind: "sqs", rule, arn: target.deadLetterQueueArn, targetName: target.name });
  return uses;
}

/** Something that several rules send to. */
interface Shared {
  kind: AccessKind;
  arn: pulumi.Input<string>;
  /** For logical names: the resource's own name, or a number where its ARN is not known yet. */
  label: string;
  rules: EventRule[];
}

function byArn(uses: readonly Use[]): Shared[] {
  const shared = new Map<pulumi.Input<string>, Shared>();
  for (const { kind, rule, arn } of uses) {
    let entry = shared.get(arn);
    if (!entry) {
      const label = typeof arn === "string" ? (arn.split(":").at(-1) ?? "") : String(shared.size + 1);
      shared.set(arn, (entry = { kind, arn, label, rules: [] }));
    }
    if (!entry.rules.includes(rule)) entry.rules.push(rule);
  }
  return [...shared.values()];
}

/** One for each rule and function: a permission for one rule lets none of the others through. */
function lambdaPermissions(name: string, id: string, uses: readonly Use[], options: Options): Granted[] {
  const made: Granted[] = [];
  for (const { kind, rule, arn, targetName } of uses) {
    if (made.some((each) => each.rules.includes(rule) && each.arn === arn)) continue;
    const number = new Set([...made.flatMap(({ rules }) => rules), rule]).size;
    const resource = lambdaPermission(`${name}-${targetName}-${number}`, id, rule, arn, options);
    made.push({ kind, rules: [rule], arn, resource });
  }
  return made;
}

function lambdaPermission(
  logical: string,
  id: string,
  rule: EventRule,
  arn: pulumi.Input<string>,
  options: Options,
): Permission {
  const split = pulumi
    .output(arn)
    .apply((text) => /^(.*:function:[^:]+)(?::(.+))?$/.exec(text) ?? [text, text, undefined]);
  const qualifier = split.apply(([, , alias]) => alias as unknown as string);
  const hasQualifier = typeof arn !== "string" || /:function:[^:]+:.+$/.test(arn);
  return new Permission(
    logical,
    {
      action: "lambda:InvokeFunction",
      function: split.apply(([, fn = ""]) => fn),
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
      statementId: pulumi.output(rule.name).apply((ruleName) => `${OUR_SID}-${id}-${ruleName}`.slice(0, 100)),
      ...(hasQualifier ? { qualifier } : {}),
    },
    options,
  );
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

function logAccess(name: string, id: string, uses: readonly Use[], options: Options): Granted[] {
  if (uses.length === 0) return [];
  const arns = [...new Set(uses.map(({ arn }) => arn))];
  const rules = [...new Set(uses.map(({ rule }) => rule))];
  const policyDocument = pulumi
    .all([pulumi.all(arns), pulumi.all(rules.map((rule) => rule.arn))])
    .apply(([groups, ruleArns]) => logPolicy(groups, ruleArns));
  const policyName = `${OUR_SID}-${id}`;
  const resource = new LogResourcePolicy(`${name}-logs`, { policyName, policyDocument }, options);
  return [{ kind: "logGroup", rules, resource }];
}

/** `https://sqs.<region>.amazonaws.com/<account>/<name>` of a queue's ARN. */
function queueUrlOf(arn: string): string {
  const [, partition, , region, account, name] = arn.split(":");
  const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://sqs.${region}.${domain}/${account}/${name}`;
}
