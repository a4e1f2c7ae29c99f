import { given, maybe, need, tagMap } from "../cloud.ts";
import type { Cloud, Operation } from "../cloud.ts";
import { AwsFault } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import type { Item } from "../store.ts";
import { MAX_RULES } from "./limits.ts";
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
