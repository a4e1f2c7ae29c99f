import type { EventTargetArgs } from "@pulumi/aws/cloudwatch/eventTarget.js";
import * as pulumi from "@pulumi/pulumi";
import { TARGET_ARNS, kindOfTarget } from "../../kinds/index.ts";
import type { TargetKind, TargetSpec } from "../../kinds/index.ts";
import type { TargetFacts } from "./policies.ts";

/** A type whose texts and numbers may be outputs of other resources. */
export type DeepInput<T> = T extends string | number | boolean
  ? pulumi.Input<T>
  : T extends readonly (infer Item)[]
    ? DeepInput<Item>[]
    : T extends object
      ? { [Key in keyof T]: DeepInput<T[Key]> }
      : T;

/** A target as a manifest has it; names are plain, everything else may be an output. */
export type TargetInput = DeepInput<Omit<TargetSpec, "name" | "input">> & { name: string; input?: unknown };

/** The service a target is of. @throws Error unless there is exactly one. */
export function kindOf(target: TargetInput): TargetKind {
  const kind = kindOfTarget(target as unknown as TargetSpec);
  if (!kind) throw new pulumi.RunError(`target ${target.name} must have exactly one service block`);
  return kind;
}

/** The ARN that events go to, as EventBridge wants it. */
export function arnOf(target: TargetInput, kind: TargetKind): pulumi.Input<string> {
  const arn = (target[kind] as Record<string, pulumi.Input<string>>)[TARGET_ARNS[kind].field] ?? "";
  // A log group's ARN is often copied with its streams.
  return kind === "logGroup" ? plainly(arn, (text) => text.replace(/:\*$/, "")) : arn;
}

/** Maps a value that is known now at once, and an output when it is. */
export function plainly<T, U>(value: pulumi.Input<T>, map: (value: T) => U): pulumi.Input<U> {
  if (pulumi.Output.isInstance(value) || value instanceof Promise)
    return pulumi.output(value).apply((known) => map(known as T));
  return map(value);
}

/** What a policy needs to know of a target. */
export function factsOf(target: TargetInput, kind: TargetKind): pulumi.Output<TargetFacts> {
  const { taskDefinitionArn, passRoleArns } = target.ecs ?? {};
  const known = {
    arn: arnOf(target, kind),
    taskDefinitionArn,
    passRoleArns,
    jobDefinition: target.batch?.jobDefinition,
    instances: target.runCommand?.instances,
  };
  return pulumi.output(known);
}

/** What the rule's target is given, besides its rule, role and dead-letter queue. */
export function targetArgs(target: TargetInput, kind: TargetKind): Omit<EventTargetArgs, "rule"> {
  const { input, inputPath, inputTransformer, retryPolicy } = target;
  return {
    targetId: target.name,
    arn: arnOf(target, kind),
    ...(input === undefined ? {} : { input: JSON.stringify(input) }),
    ...(inputPath === undefined ? {} : { inputPath }),
    ...(inputTransformer === undefined ? {} : { inputTransformer }),
    ...(retryPolicy === undefined ? {} : { retryPolicy }),
    ...serviceArgs(target),
  };
}

function serviceArgs({ sqs, kinesis, ecs, batch, apiDestination, runCommand }: TargetInput): Partial<EventTargetArgs> {
  if (sqs?.messageGroupId !== undefined) return { sqsTarget: { messageGroupId: sqs.messageGroupId } };
  if (kinesis?.partitionKeyPath !== undefined) return { kinesisTarget: { partitionKeyPath: kinesis.partitionKeyPath } };
  if (ecs) {
    const { clusterArn: _, passRoleArns: __, subnets, securityGroups, assignPublicIp, ...task } = ecs;
    const network = subnets && {
      subnets,
      ...(securityGroups ? { securityGroups } : {}),
      ...(assignPublicIp === undefined ? {} : { assignPublicIp }),
    };
    return { ecsTarget: { ...task, ...(network ? { networkConfiguration: network } : {}) } };
  }
  if (batch) {
    const { jobDefinition, jobName, attempts, arraySize } = batch;
    return {
      batchTarget: {
        jobDefinition,
        jobName,
        ...(attempts === undefined ? {} : { jobAttempts: attempts }),
        ...(arraySize === undefined ? {} : { arraySize }),
      },
    };
  }
  if (apiDestination) {
    const { arn: _, ...http } = apiDestination;
    return Object.keys(http).length > 0 ? { httpTarget: http } : {};
  }
  return runCommand ? { runCommandTargets: runCommand.instances } : {};
}
