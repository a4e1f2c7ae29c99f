import { maybe, need } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";
import { busName, findBus } from "./buses.ts";

/** A target as PutTargets takes it. */
export interface Target {
  Id: string;
  Arn: string;
  RoleArn?: string;
  Input?: string;
  InputPath?: string;
  InputTransformer?: { InputPathsMap?: Record<string, string>; InputTemplate: string };
  SqsParameters?: { MessageGroupId?: string };
  EcsParameters?: { TaskDefinitionArn: string };
  RunCommandParameters?: { RunCommandTargets: { Key: string; Values: string[] }[] };
  DeadLetterConfig?: { Arn?: string };
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
}

/** A rule as it is kept. */
export interface Rule extends Item {
  Name: string;
  EventPattern?: string;
  State: string;
  Targets: Record<string, Target>;
}

/** The ARN of a rule; the default bus is left out of it. */
export function ruleArn({ account, region }: Pick<AwsCall, "account" | "region">, bus: string, name: string): string {
  return `arn:aws:events:${region}:${account}:rule/${bus === "default" ? "" : `${bus}/`}${name}`;
}

/** Where the rules of a call's bus stand. */
export function placeOfRules(call: AwsCall, cloud: Cloud): { bus: string; shelf: string } {
  const bus = busName(maybe(call, "EventBusName"));
  findBus(call, cloud, bus);
  return { bus, shelf: shelfOf(call, `rule/${bus}`) };
}

/** The rule that a call names. @throws AwsFault ResourceNotFoundException. */
export function findRule(
  call: AwsCall,
  cloud: Cloud,
  parameter: "Name" | "Rule",
): { shelf: string; bus: string; rule: Rule } {
  const { bus, shelf } = placeOfRules(call, cloud);
  const name = need(call, parameter);
  const rule = cloud.store.get(shelf, name);
  if (!rule) throw new AwsFault("ResourceNotFoundException", `Rule ${name} does not exist on EventBus ${bus}.`);
  return { shelf, bus, rule: rule as Rule };
}

/** A rule as the API answers it. */
export function shownRule(call: AwsCall, bus: string, kept: Rule): Item {
  const { Targets: _, Tags: __, ...rule } = kept;
  return { ...rule, Arn: ruleArn(call, bus, rule.Name), EventBusName: bus };
}
