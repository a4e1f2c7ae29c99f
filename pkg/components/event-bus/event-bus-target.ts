import type { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Queue } from "@pulumi/aws/sqs/queue.js";
import type { QueueArgs } from "@pulumi/aws/sqs/queue.js";
import { QueuePolicy } from "@pulumi/aws/sqs/queuePolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { withStatement } from "../../aws/policies/index.ts";
import { needsRole, rolePolicy, sendStatement, trustPolicy } from "./policies.ts";
import { grantAccess } from "./target-access.ts";
import { factsOf, kindOf, targetArgs } from "./target-args.ts";
import type { TargetInput } from "./target-args.ts";

/** Arguments of {@link EventBusTarget}. */
export interface EventBusTargetArgs {
  /** The rule whose events it gets. */
  rule: EventRule;
  /** A target as in a manifest's `eventBus.rules[].targets[]`. */
  target: TargetInput;
  /** Tags of what is made. */
  tags?: Record<string, pulumi.Input<string>>;
  /** Resources that let the rule reach the target, when they are made elsewhere; made here when left out. */
  access?: pulumi.Resource[];
}

const TWO_WEEKS_S = 1_209_600;
/** An event is not larger. AWS's default has become 1 MiB, the official providers' has not: so it is said. */
const MAX_MESSAGE_BYTES = 262_144;

/**
 * Where a rule sends its events, with all that is needed for them to arrive: a role with the least rights, or a statement
 * in the policy of the function, queue, topic or log group; a dead-letter queue if asked for.
 */
export class EventBusTarget extends pulumi.ComponentResource {
  readonly target: EventTarget;
  /** The role made for it, if one was. */
  readonly role?: Role;
  /** The dead-letter queue made for it, if one was. */
  readonly deadLetterQueue?: Queue;

  constructor(name: string, args: EventBusTargetArgs, options?: pulumi.ComponentResourceOptions) {
    super("auth0-streams:index:EventBusTarget", name, {}, options);
    const { rule, target, tags } = args;
    const kind = kindOf(target);
    const own = { parent: this };
    const tagging = tags ? { tags } : {};
    const access = [...(args.access ?? grantAccess(name, [{ rule, target }], own)(rule, target))];

    if (needsRole(kind) && target.roleArn === undefined) {
      this.role = new Role(name, { assumeRolePolicy: rule.arn.apply(trustPolicy), ...tagging }, own);
      const policy = factsOf(target, kind).apply((facts) => rolePolicy(kind, facts));
      access.push(new RolePolicy(name, { role: this.role.name, policy }, own));
    }
    let deadLetterArn = target.deadLetterQueueArn;
    if (target.deadLetterQueue) {
      const messageRetentionSeconds = target.deadLetterQueue.messageRetentionSeconds ?? TWO_WEEKS_S;
      const { queue, policy } = deadLetters(`${name}-dlq`, rule, { messageRetentionSeconds, ...tagging }, own);
      access.push(policy);
      this.deadLetterQueue = queue;
      deadLetterArn = queue.arn;
    }
    const roleArn = target.roleArn ?? this.role?.arn;
    this.target = new EventTarget(
      name,
      {
        ...targetArgs(target, kind),
        rule: rule.name,
        // Of the bus by way of the rule: nothing may come before either.
        eventBusName: rule.eventBusName,
        ...(roleArn === undefined ? {} : { roleArn }),
        ...(deadLetterArn === undefined ? {} : { deadLetterConfig: { arn: deadLetterArn } }),
      },
      { ...own, dependsOn: access },
    );
    this.registerOutputs({});
  }
}

/** A queue that takes what a rule could not deliver, and the policy that lets the rule in. */
function deadLetters(
  name: string,
  rule: EventRule,
  settings: QueueArgs,
  options: pulumi.CustomResourceOptions,
): { queue: Queue; policy: QueuePolicy } {
  const queue = new Queue(name, { maxMessageSize: MAX_MESSAGE_BYTES, ...settings }, options);
  const policy = pulumi
    .all([queue.arn, rule.arn])
    .apply(([queueArn, ruleArn]) =>
      withStatement(undefined, sendStatement("DeadLetters", "sqs:SendMessage", queueArn, [ruleArn])),
    );
  return { queue, policy: new QueuePolicy(name, { queueUrl: queue.url, policy }, options) };
}
