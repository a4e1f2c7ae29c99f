import type { PropertyMap, PropertyValue } from "../../../values/index.ts";
import type { InputOf } from "../access.ts";
import { block, given, requireText, text } from "../properties.ts";

type WireTarget = NonNullable<InputOf<"events", "PutTargetsCommand">["Targets"]>[number];

/** Blocks of a target: Pulumi's property, AWS's field, and the names within. */
export const BLOCKS: readonly { property: string; field: keyof WireTarget; names: Readonly<Record<string, string>> }[] =
  [
    { property: "deadLetterConfig", field: "DeadLetterConfig", names: { arn: "Arn" } },
    {
      property: "retryPolicy",
      field: "RetryPolicy",
      names: { maximumRetryAttempts: "MaximumRetryAttempts", maximumEventAgeInSeconds: "MaximumEventAgeInSeconds" },
    },
    {
      property: "inputTransformer",
      field: "InputTransformer",
      names: { inputPaths: "InputPathsMap", inputTemplate: "InputTemplate" },
    },
    { property: "sqsTarget", field: "SqsParameters", names: { messageGroupId: "MessageGroupId" } },
    { property: "kinesisTarget", field: "KinesisParameters", names: { partitionKeyPath: "PartitionKeyPath" } },
    {
      property: "httpTarget",
      field: "HttpParameters",
      names: {
        headerParameters: "HeaderParameters",
        queryStringParameters: "QueryStringParameters",
        pathParameterValues: "PathParameterValues",
      },
    },
  ];

/** A target as PutTargets takes it. */
export function toWire(inputs: PropertyMap): WireTarget {
  const target: Record<string, unknown> = { Id: requireText(inputs, "targetId"), Arn: requireText(inputs, "arn") };
  for (const [property, field] of [
    ["roleArn", "RoleArn"],
    ["input", "Input"],
    ["inputPath", "InputPath"],
  ] as const)
    if (text(inputs[property])) target[field] = inputs[property];
  for (const { property, field, names } of BLOCKS) {
    const wanted = block(inputs[property]);
    if (!wanted) continue;
    const entries = Object.entries(names).filter(([name]) => wanted[name] !== undefined && wanted[name] !== null);
    target[field] = Object.fromEntries(entries.map(([name, wire]) => [wire, wanted[name]]));
  }
  const [ecs, batch] = [block(inputs["ecsTarget"]), block(inputs["batchTarget"])];
  if (ecs) target["EcsParameters"] = ecsToWire(ecs);
  if (batch)
    target["BatchParameters"] = {
      JobDefinition: batch["jobDefinition"],
      JobName: batch["jobName"],
      ...(batch["arraySize"] ? { ArrayProperties: { Size: batch["arraySize"] } } : {}),
      ...(batch["jobAttempts"] ? { RetryStrategy: { Attempts: batch["jobAttempts"] } } : {}),
    };
  const instances = inputs["runCommandTargets"];
  if (Array.isArray(instances) && instances.length > 0)
    target["RunCommandParameters"] = {
      RunCommandTargets: instances.map((each) => ({ Key: block(each)?.["key"], Values: block(each)?.["values"] })),
    };
  return target as unknown as WireTarget;
}

function ecsToWire(ecs: PropertyMap): Record<string, unknown> {
  const network = block(ecs["networkConfiguration"]);
  const optional = { LaunchType: ecs["launchType"], PlatformVersion: ecs["platformVersion"], Group: ecs["group"] };
  return {
    TaskDefinitionArn: ecs["taskDefinitionArn"],
    TaskCount: ecs["taskCount"] ?? 1,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value)),
    ...(network
      ? {
          NetworkConfiguration: {
            awsvpcConfiguration: {
              Subnets: network["subnets"],
              ...(network["securityGroups"] ? { SecurityGroups: network["securityGroups"] } : {}),
              AssignPublicIp: network["assignPublicIp"] === true ? "ENABLED" : "DISABLED",
            },
          },
        }
      : {}),
  };
}

/** A target as ListTargetsByRule gives it; blocks that it lacks are null. */
export function fromWire(target: WireTarget): PropertyMap {
  const { BatchParameters: batch, RunCommandParameters: command } = target;
  const properties: PropertyMap = {
    arn: target.Arn,
    roleArn: target.RoleArn ?? "",
    input: target.Input ?? "",
    inputPath: target.InputPath ?? "",
  };
  for (const { property, field, names } of BLOCKS) {
    const live = target[field] as Record<string, PropertyValue> | undefined;
    const entries = Object.entries(names).filter(([, wire]) => live?.[wire] !== undefined);
    properties[property] = live ? Object.fromEntries(entries.map(([name, wire]) => [name, live[wire]])) : null;
  }
  properties["ecsTarget"] = ecsFromWire(target);
  properties["batchTarget"] = batch
    ? given({
        jobDefinition: batch.JobDefinition,
        jobName: batch.JobName,
        arraySize: batch.ArrayProperties?.Size,
        jobAttempts: batch.RetryStrategy?.Attempts,
      })
    : null;
  properties["runCommandTargets"] = command?.RunCommandTargets
    ? command.RunCommandTargets.map(({ Key, Values }) => ({ key: Key, values: Values }))
    : null;
  return properties;
}

function ecsFromWire({ EcsParameters: ecs }: WireTarget): PropertyMap | null {
  if (!ecs) return null;
  const network = ecs.NetworkConfiguration?.awsvpcConfiguration;
  return given({
    taskDefinitionArn: ecs.TaskDefinitionArn,
    taskCount: ecs.TaskCount,
    launchType: ecs.LaunchType,
    platformVersion: ecs.PlatformVersion,
    group: ecs.Group,
    networkConfiguration:
      network &&
      given({
        subnets: network.Subnets,
        securityGroups: network.SecurityGroups,
        assignPublicIp: network.AssignPublicIp === "ENABLED",
      }),
  });
}
