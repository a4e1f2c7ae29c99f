import type { EventBus } from "@pulumi/aws/cloudwatch/eventBus.js";
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import * as pulumi from "@pulumi/pulumi";
import { patternOfRule } from "../../kinds/index.ts";
import type { RuleSpec } from "../../kinds/index.ts";
import { EventBusTarget } from "./event-bus-target.ts";
import { grantAccess } from "./target-access.ts";
import type { TargetInput } from "./target-args.ts";

/** A rule as a manifest has it; names and patterns are plain. */
export type RuleInput = Omit<RuleSpec, "targets"> & { targets: TargetInput[] };

/** Arguments of {@link EventBusRule}. */
export interface EventBusRuleArgs {
  /** The bus, or the name of one that something else makes. */
  bus: EventBus | pulumi.Input<string>;
  /** A rule as in a manifest's `eventBus.rules[]`. */
  rule: RuleInput;
  tags?: Record<string, pulumi.Input<string>>;
}

/** An event rule with its targets, and all that is needed for events to arrive there. */
export class EventBusRule extends pulumi.ComponentResource {
  readonly rule: EventRule;
  /** Its targets, by name. */
  readonly targets: Readonly<Record<string, EventBusTarget>>;

  /** @param connect makes the targets; a bus makes those of all its rules together. */
  constructor(
    name: string,
    args: EventBusRuleArgs,
    options?: pulumi.ComponentResourceOptions,
    connect: typeof connectTargets | undefined = connectTargets,
  ) {
    super("auth0-streams:index:EventBusRule", name, {}, options);
    const { bus, rule, tags } = args;
    const eventBusName = typeof bus === "object" && "eventSourceName" in bus ? bus.name : (bus as pulumi.Input<string>);
    this.rule = new EventRule(
      name,
      {
        name: rule.name,
        eventBusName,
        eventPattern: JSON.stringify(patternOfRule(rule)),
        state: rule.state ?? "ENABLED",
        ...(rule.description === undefined ? {} : { description: rule.description }),
        ...(tags ? { tags } : {}),
      },
      { parent: this },
    );
    this.targets = connect?.(name, [{ component: this, rule }], tags, { parent: this })[rule.name] ?? {};
    this.registerOutputs({});
  }
}

/** Makes the targets of rules, and lets the rules reach them. @returns the targets by rule and name. */
export function connectTargets(
  name: string,
  rules: readonly { component: EventBusRule; rule: RuleInput }[],
  tags: EventBusRuleArgs["tags"],
  options: pulumi.CustomResourceOptions,
): Record<string, Record<string, EventBusTarget>> {
  const targets = rules.flatMap(({ component, rule }) =>
    rule.targets.map((target) => ({ component, name: rule.name, rule: component.rule, target })),
  );
  const accessOf = grantAccess(name, targets, options);
  const made: Record<string, Record<string, EventBusTarget>> = {};
  for (const { component, name: ruleName, rule, target } of targets) {
    const args = { rule, target, access: accessOf(rule, target), ...(tags ? { tags } : {}) };
    const logical = `${name}-${ruleName}-${target.name}`;
    (made[ruleName] ??= {})[target.name] = new EventBusTarget(logical, args, { parent: component });
  }
  return made;
}
