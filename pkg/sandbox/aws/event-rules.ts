import { given, maybe, need, shelfOf, tagMap } from "./cloud.ts";
import type { Cloud, Operation } from "./cloud.ts";
import { busName, findBus } from "./event-buses.ts";
import { checkPattern } from "./event-pattern.ts";
import { AwsFault } from "./protocol.ts";
import type { AwsCall } from "./protocol.ts";
import type { Item } from "./store.ts";

const MAX_RULES = 300;
const MAX_TARGETS = 5;
/** Services that EventBridge reaches only with a role. */
const NEEDS_ROLE = /^arn:[^:]+:(kinesis|firehose|states|ecs|batch|ssm):|:api-destination\//;

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

function place(call: AwsCall, cloud: Cloud): { bus: string; shelf: string } {
  const bus = busName(maybe(call, "EventBusName"));
  findBus(call, cloud, bus);
  return { bus, shelf: shelfOf(call, `rule/${bus}`) };
}

function findRule(call: AwsCall, cloud: Cloud, parameter: "Name" | "Rule"): { shelf: string; bus: string; rule: Rule } {
  const { bus, shelf } = place(call, cloud);
  const name = need(call, parameter);
  const rule = cloud.store.get(shelf, name);
  if (!rule) throw new AwsFault("ResourceNotFoundException", `Rule ${name} does not exist on EventBus ${bus}.`);
  return { shelf, bus, rule: rule as Rule };
}

function shownRule(call: AwsCall, bus: string, kept: Rule): Item {
  const { Targets: _, Tags: __, ...rule } = kept;
  return { ...rule, Arn: ruleArn(call, bus, rule.Name), EventBusName: bus };
}

/** Rules, targets, and testing patterns. */
export const eventRuleOperations: Readonly<Record<string, Operation>> = {
  PutRule(call, cloud) {
    const name = need(call, "Name");
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name))
      throw new AwsFault(
        "ValidationException",
        `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
      );
    const { bus, shelf } = place(call, cloud);
    if (call.params["EventPattern"] === undefined && call.params["ScheduleExpression"] === undefined)
      throw new AwsFault("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.");
    if (call.params["EventPattern"] !== undefined) checkPattern(call);
    const old = cloud.store.get(shelf, name);
    if (!old && cloud.store.all(shelf).length >= MAX_RULES)
      throw new AwsFault("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
    const rule: Rule = {
      ...given(call, ["EventPattern", "ScheduleExpression", "Description", "RoleArn"]),
      Name: name,
      State: maybe(call, "State") ?? "ENABLED",
      Targets: (old?.["Targets"] as Rule["Targets"] | undefined) ?? {},
      // Tags of a rule that exists are left alone.
      Tags: old?.["Tags"] ?? tagMap(call.params["Tags"]),
    };
    cloud.store.put(shelf, name, rule);
    return { RuleArn: ruleArn(call, bus, name) };
  },
  DescribeRule(call, cloud) {
    const { bus, rule } = findRule(call, cloud, "Name");
    return shownRule(call, bus, rule);
  },
  DeleteRule(call, cloud) {
    const { shelf } = place(call, cloud);
    const name = need(call, "Name");
    const rule = cloud.store.get(shelf, name) as Rule | undefined;
    if (!rule) return {};
    if (Object.keys(rule.Targets).length > 0)
      throw new AwsFault("ValidationException", "Rule can't be deleted since it has targets.");
    cloud.store.remove(shelf, name);
    return {};
  },
  EnableRule: (call, cloud) => setState(call, cloud, "ENABLED"),
  DisableRule: (call, cloud) => setState(call, cloud, "DISABLED"),
  ListRules(call, cloud) {
    const { bus, shelf } = place(call, cloud);
    const prefix = maybe(call, "NamePrefix") ?? "";
    const rules = cloud.store.all(shelf).filter(([name]) => name.startsWith(prefix));
    return { Rules: rules.map(([, rule]) => shownRule(call, bus, rule as Rule)) };
  },
  PutTargets(call, cloud) {
    const { shelf, rule } = findRule(call, cloud, "Rule");
    const added = (call.params["Targets"] ?? []) as Target[];
    if (added.length > 10) throw new AwsFault("ValidationException", "At most 10 targets can be given.");
    const targets = { ...rule.Targets };
    for (const target of added) {
      checkTarget(target);
      targets[target.Id] = target;
    }
    if (Object.keys(targets).length > MAX_TARGETS)
      throw new AwsFault("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
    cloud.store.put(shelf, rule.Name, { ...rule, Targets: targets });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
  RemoveTargets(call, cloud) {
    const { shelf, rule } = findRule(call, cloud, "Rule");
    const gone = (call.params["Ids"] ?? []) as string[];
    const targets = Object.entries(rule.Targets).filter(([id]) => !gone.includes(id));
    cloud.store.put(shelf, rule.Name, { ...rule, Targets: Object.fromEntries(targets) });
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
  ListTargetsByRule: (call, cloud) => ({ Targets: Object.values(findRule(call, cloud, "Rule").rule.Targets) }),
  ListRuleNamesByTarget(call, cloud) {
    const { shelf } = place(call, cloud);
    const arn = need(call, "TargetArn");
    const rules = cloud.store
      .all(shelf)
      .filter(([, rule]) => Object.values((rule as Rule).Targets).some(({ Arn }) => Arn === arn));
    return { RuleNames: rules.map(([name]) => name) };
  },
  TestEventPattern(call) {
    const event = JSON.parse(need(call, "Event")) as Record<string, unknown>;
    const missing = ["id", "account", "source", "time", "region", "resources", "detail-type"].find(
      (key) => event[key] === undefined,
    );
    if (missing) throw new AwsFault("ValidationException", `Event is not valid: ${missing} is missing`);
    return { Result: checkPattern(call).matches(event) };
  },
};

function setState(call: AwsCall, cloud: Cloud, state: string): Item {
  const { shelf, rule } = findRule(call, cloud, "Name");
  cloud.store.put(shelf, rule.Name, { ...rule, State: state });
  return {};
}

function checkTarget({ Id, Arn, RoleArn, SqsParameters, DeadLetterConfig }: Target): void {
  const refuse = (message: string): never => {
    throw new AwsFault("ValidationException", message);
  };
  if (!Id || !/^[.\-_A-Za-z0-9]{1,64}$/.test(Id)) refuse(`Target id ${Id} is not valid.`);
  if (!Arn || !Arn.startsWith("arn:")) refuse(`Provided Arn is not in correct format. Reason: ${Arn}`);
  if (NEEDS_ROLE.test(Arn) && !RoleArn) refuse(`RoleArn is required for target ${Arn}.`);
  if (/:sqs:.*\.fifo$/.test(Arn) && !SqsParameters?.MessageGroupId)
    refuse(`Parameter(s) SqsParameters must be specified for target: ${Id}.`);
  if (DeadLetterConfig?.Arn !== undefined && !/:sqs:/.test(DeadLetterConfig.Arn))
    refuse(`Dead letter queue ${DeadLetterConfig.Arn} is not an SQS queue.`);
}
