import { RemoteFailure, diagnostic } from "../../diagnostics/index.ts";
import type { PropertyMap, PropertyValue } from "../../values/index.ts";
import type { InputOf } from "./access.ts";
import { eventually } from "./access.ts";
import { NOT_FOUND, isAwsError } from "./errors.ts";
import { unlessGone } from "./events.ts";
import { needed, text } from "./resource.ts";
import type { Aws, AwsResourceType } from "./resource.ts";

type WireTarget = NonNullable<InputOf<"events", "PutTargetsCommand">["Targets"]>[number];

/** Blocks of a target: Pulumi's property, AWS's field, and the names within. */
const BLOCKS: readonly { property: string; field: keyof WireTarget; names: Readonly<Record<string, string>> }[] = [
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

/** `aws:cloudwatch/eventTarget:EventTarget`. */
export const eventTarget: AwsResourceType = {
  type: "aws:cloudwatch/eventTarget:EventTarget",
  required: ["rule", "arn"],
  replaceOn: ["rule", "eventBusName", "targetId"],
  documents: ["input"],
  defaults: {
    eventBusName: "default",
    forceDestroy: false,
    input: "",
    inputPath: "",
    roleArn: "",
    ...Object.fromEntries(BLOCKS.map(({ property }) => [property, null])),
    ecsTarget: null,
    batchTarget: null,
    runCommandTargets: null,
  },
  computed: [],
  comparable: withEcsDefaults,
  autoName: { property: "targetId", limit: 64 },
  coexists: (changed) => changed.includes("rule") || changed.includes("eventBusName"),
  idOf(properties) {
    const [bus, rule, id] = [busOf(properties), needed(properties, "rule"), needed(properties, "targetId")];
    return bus === "default" ? `${rule}-${id}` : `${bus}-${rule}-${id}`;
  },
  /** `bus/rule/target`, as the provider imports it; ids cannot be taken apart. */
  knownFrom(id) {
    const [, bus, rule, targetId] = /^(?:(.+)\/)?([^/]+)\/([^/]+)$/.exec(id) ?? [];
    return rule === undefined ? {} : { ...(bus ? { eventBusName: bus } : {}), rule, targetId };
  },
  create: put,
  update: (inputs, _, aws) => put(inputs, aws),
  async delete(old, aws) {
    const removed = await unlessGone(
      aws.send("events", "RemoveTargetsCommand", {
        Rule: needed(old, "rule"),
        EventBusName: busOf(old),
        Ids: [needed(old, "targetId")],
      }),
    );
    refuseFailures(removed?.FailedEntries, "remove");
  },
  async read(known, aws) {
    const [rule, id] = [needed(known, "rule"), needed(known, "targetId")];
    let token: string | undefined;
    do {
      const page = await unlessGone(
        aws.send("events", "ListTargetsByRuleCommand", {
          Rule: rule,
          EventBusName: busOf(known),
          ...(token ? { NextToken: token } : {}),
        }),
      );
      const found = page?.Targets?.find((target) => target.Id === id);
      if (found) return { rule, eventBusName: busOf(known), targetId: id, ...fromWire(found) };
      token = page?.NextToken;
    } while (token !== undefined);
    return undefined;
  },
};

/** What AWS fills in of an ECS target, so that saying it and leaving it out are one. */
function withEcsDefaults(properties: PropertyMap): PropertyMap {
  const ecs = block(properties["ecsTarget"]);
  if (!ecs) return properties;
  const network = block(ecs["networkConfiguration"]);
  const filled = {
    taskCount: 1,
    ...ecs,
    ...(network
      ? {
          networkConfiguration: {
            assignPublicIp: false,
            ...network,
          },
        }
      : {}),
  };
  return { ...properties, ecsTarget: filled };
}

const busOf = (properties: PropertyMap): string => text(properties["eventBusName"]) ?? "default";

async function put(inputs: PropertyMap, aws: Aws): Promise<PropertyMap> {
  const request = { Rule: needed(inputs, "rule"), EventBusName: busOf(inputs), Targets: [toWire(inputs)] };
  // A role that was just made may not be known everywhere yet.
  const isTransient = (error: unknown): boolean =>
    isAwsError(error, ...NOT_FOUND) || (isAwsError(error, "ValidationException") && /role|assume/i.test(error.message));
  const { FailedEntries } = await eventually(
    () => aws.send("events", "PutTargetsCommand", request),
    isTransient,
    aws.signal,
    3,
  );
  refuseFailures(FailedEntries, "put");
  return {};
}

/** PutTargets and RemoveTargets answer 200 even when they failed. */
function refuseFailures(
  entries:
    | readonly { TargetId?: string | undefined; ErrorCode?: string | undefined; ErrorMessage?: string | undefined }[]
    | undefined,
  verb: string,
): void {
  const [first] = entries ?? [];
  if (!first) return;
  const message = `AWS did not ${verb} target ${first.TargetId}: ${first.ErrorCode}: ${first.ErrorMessage}`;
  throw new RemoteFailure(diagnostic("operation-failed", message));
}

function block(value: PropertyValue | undefined): PropertyMap | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

function toWire(inputs: PropertyMap): WireTarget {
  const target: Record<string, unknown> = { Id: needed(inputs, "targetId"), Arn: needed(inputs, "arn") };
  for (const [property, field] of [
    ["roleArn", "RoleArn"],
    ["input", "Input"],
    ["inputPath", "InputPath"],
  ] as const)
    if (text(inputs[property])) target[field] = inputs[property];
  for (const { property, field, names } of BLOCKS) {
    const given = block(inputs[property]);
    if (!given) continue;
    const entries = Object.entries(names).filter(([name]) => given[name] !== undefined && given[name] !== null);
    target[field] = Object.fromEntries(entries.map(([name, wire]) => [wire, given[name]]));
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

function fromWire(target: WireTarget): PropertyMap {
  const { EcsParameters: ecs, BatchParameters: batch, RunCommandParameters: command } = target;
  const properties: PropertyMap = {
    arn: target.Arn,
    roleArn: target.RoleArn ?? "",
    input: target.Input ?? "",
    inputPath: target.InputPath ?? "",
  };
  for (const { property, field, names } of BLOCKS) {
    const given = target[field] as Record<string, PropertyValue> | undefined;
    const entries = Object.entries(names).filter(([, wire]) => given?.[wire] !== undefined);
    properties[property] = given ? Object.fromEntries(entries.map(([name, wire]) => [name, given[wire]])) : null;
  }
  const network = ecs?.NetworkConfiguration?.awsvpcConfiguration;
  properties["ecsTarget"] = ecs
    ? withoutAbsent({
        taskDefinitionArn: ecs.TaskDefinitionArn,
        taskCount: ecs.TaskCount,
        launchType: ecs.LaunchType,
        platformVersion: ecs.PlatformVersion,
        group: ecs.Group,
        networkConfiguration: network
          ? withoutAbsent({
              subnets: network.Subnets,
              securityGroups: network.SecurityGroups,
              assignPublicIp: network.AssignPublicIp === "ENABLED",
            })
          : undefined,
      })
    : null;
  properties["batchTarget"] = batch
    ? withoutAbsent({
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

function withoutAbsent(properties: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
