import { given, maybe, need, violates } from "../call-input.ts";
import { tagMap } from "../tags.ts";
import type { Cloud, Operation } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";
import { parseJsonText } from "../../../aws/event-pattern/index.ts";
import { MAX_RULES } from "./limits.ts";
import { isSchedule } from "./schedule.ts";
import { checkPattern } from "./patterns.ts";
import { findRule, placeOfRules, ruleArn, shownRule } from "./rules.ts";
import type { Rule } from "./rules.ts";

/** Rules, and testing patterns. */
export const ruleOperations: Readonly<Record<string, Operation>> = {
  PutRule(call, cloud) {
    const name = need(call, "Name");
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name))
      throw new AwsFault(
        "ValidationException",
        `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
      );
    const { bus, shelf } = placeOfRules(call, cloud);
    if (call.params["EventPattern"] === undefined && call.params["ScheduleExpression"] === undefined)
      throw new AwsFault("ValidationException", "Parameter(s) EventPattern or ScheduleExpression must be specified.");
    if (call.params["EventPattern"] !== undefined) checkPattern(call);
    checkSchedule(maybe(call, "ScheduleExpression"), bus);
    const state = maybe(call, "State") ?? "ENABLED";
    if (!STATES.includes(state)) throw violates(state, "state", `satisfy enum value set: [${STATES.join(", ")}]`);
    const old = cloud.store.get(shelf, name);
    if (!old && cloud.store.all(shelf).length >= MAX_RULES)
      throw new AwsFault("LimitExceededException", "The requested resource exceeds the maximum number allowed.");
    const rule: Rule = {
      ...given(call, ["EventPattern", "ScheduleExpression", "Description", "RoleArn"]),
      Name: name,
      State: state,
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
    const { shelf } = placeOfRules(call, cloud);
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
    const { bus, shelf } = placeOfRules(call, cloud);
    const prefix = maybe(call, "NamePrefix") ?? "";
    const rules = cloud.store.all(shelf).filter(([name]) => name.startsWith(prefix));
    return { Rules: rules.map(([, rule]) => shownRule(call, bus, rule as Rule)) };
  },
  TestEventPattern(call) {
    const pattern = checkPattern(call);
    const event = eventIn(need(call, "Event"));
    const missing = ["id", "account", "source", "time", "region", "resources", "detail-type"].find(
      (key) => event[key] === undefined,
    );
    if (missing) throw new AwsFault("ValidationException", `Event is not valid: ${missing} is missing`);
    return { Result: pattern.matches(event) };
  },
};

const STATES: readonly string[] = ["ENABLED", "DISABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"];

function checkSchedule(schedule: string | undefined, bus: string): void {
  if (schedule === undefined) return;
  if (!isSchedule(schedule)) throw new AwsFault("ValidationException", "Parameter ScheduleExpression is not valid.");
  if (bus !== "default")
    throw new AwsFault("ValidationException", "ScheduleExpression is supported only on the default event bus.");
}

/** The event that a call gives as text. @throws AwsFault when it is none. */
function eventIn(text: string): Record<string, unknown> {
  try {
    const event = parseJsonText(text);
    if (typeof event === "object" && event !== null && !Array.isArray(event)) return event as Record<string, unknown>;
  } catch {
    // Falls through to the same answer.
  }
  throw new AwsFault("ValidationException", "Parameter Event is not valid.");
}

function setState(call: AwsCall, cloud: Cloud, state: string): Item {
  const { shelf, rule } = findRule(call, cloud, "Name");
  cloud.store.put(shelf, rule.Name, { ...rule, State: state });
  return {};
}
