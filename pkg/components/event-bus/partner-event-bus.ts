import { EventArchive } from "@pulumi/aws/cloudwatch/eventArchive.js";
import { EventBus } from "@pulumi/aws/cloudwatch/eventBus.js";
import * as pulumi from "@pulumi/pulumi";
import { archiveName } from "../../kinds/index.ts";
import type { EventBusSpec, eventBusOutputs } from "../../kinds/index.ts";
import { EventBusRule, connectTargets } from "./event-bus-rule.ts";
import type { RuleInput } from "./event-bus-rule.ts";
import type { EventBusTarget } from "./event-bus-target.ts";
import { partnerSourceState, waitForPartnerSource } from "./partner-source.ts";
import type { DeepInput } from "./target-args.ts";

/** Arguments of {@link PartnerEventBus}: a partner event source, and a manifest's `eventBus`. */
export interface PartnerEventBusArgs extends DeepInput<Omit<EventBusSpec, "rules" | "archive" | "associate">> {
  /** Name of the partner event source, e.g. an event stream's `awsPartnerEventSource`; the bus gets the same name. */
  source: pulumi.Input<string>;
  archive?: EventBusSpec["archive"];
  rules?: RuleInput[];
}

const TIMEOUT_S = 300;

/**
 * The AWS half of a stream to EventBridge: the event bus associated with its partner event source, an archive, rules and
 * their targets.
 *
 * @example
 * const bus = new PartnerEventBus("logins", {
 *   source: stream.awsPartnerEventSource,
 *   archive: { retentionDays: 30 },
 *   rules: [{ name: "all", targets: [{ name: "queue", sqs: { arn: queue.arn } }] }],
 * });
 */
export class PartnerEventBus extends pulumi.ComponentResource {
  readonly bus: EventBus;
  readonly archive?: EventArchive;
  /** The rules, by name. */
  readonly rules: Readonly<Record<string, EventBusRule>>;
  /** Name of the bus and of its source. */
  readonly busName: pulumi.Output<string>;
  readonly busArn: pulumi.Output<string>;
  readonly #outputs: Record<keyof typeof eventBusOutputs, pulumi.Input<unknown>>;

  constructor(name: string, args: PartnerEventBusArgs, options?: pulumi.ComponentResourceOptions) {
    super("auth0-streams:index:PartnerEventBus", name, {}, options);
    const { source, description, kmsKeyIdentifier, deadLetterQueueArn, tags, archive, rules = [] } = args;
    const own = { parent: this };
    const timeout = pulumi.output(args.timeoutSeconds ?? TIMEOUT_S);
    // In a preview nothing is waited for: the source may come with the stream.
    const visible = pulumi.all([source, timeout]).apply(async ([text, seconds]) => {
      if (!pulumi.runtime.isDryRun()) await waitForPartnerSource(text, seconds * 1000, this);
      return text;
    });
    const settings = { description, kmsKeyIdentifier, deadLetterQueueArn, tags };
    this.bus = associatedBus(name, visible, settings, own);
    if (archive) this.archive = archiveOf(name, this.bus, archive, kmsKeyIdentifier, own);
    const tagging = tags ? { tags } : {};
    const made = rules.map((rule) => ({
      rule,
      component: new EventBusRule(`${name}-${rule.name}`, { bus: this.bus, rule, ...tagging }, own, () => ({})),
    }));
    const targets = connectTargets(name, made, tags, own);
    this.rules = Object.fromEntries(made.map(({ rule, component }) => [rule.name, component]));
    this.busName = this.bus.name;
    this.busArn = this.bus.arn;
    this.#outputs = {
      eventBusName: this.bus.name,
      eventBusArn: this.bus.arn,
      partnerEventSourceState: pulumi.all([this.bus.name, this.bus.arn]).apply(async ([text]) =>
        // Read when the bus exists; a preview shows what it will be.
        pulumi.runtime.isDryRun() ? "ACTIVE" : ((await partnerSourceState(text, this)) ?? null),
      ),
      ruleArns: Object.fromEntries(made.map(({ rule, component }) => [rule.name, component.rule.arn])),
      archiveName: this.archive?.name ?? null,
      archiveArn: this.archive?.arn ?? null,
      deadLetterQueueUrls: byTarget(targets, ({ deadLetterQueue }) => deadLetterQueue?.url),
      roleNames: byTarget(targets, ({ role }) => role?.name),
    };
    this.registerOutputs(this.#outputs);
  }

  /** The outputs under the names of `status.outputs`. */
  statusOutputs(): Record<keyof typeof eventBusOutputs, pulumi.Input<unknown>> {
    return this.#outputs;
  }
}

/** The event bus of a partner event source. */
function associatedBus(
  name: string,
  source: pulumi.Input<string>,
  { description, kmsKeyIdentifier, deadLetterQueueArn, tags }: Partial<Omit<PartnerEventBusArgs, "source">>,
  options: pulumi.CustomResourceOptions,
): EventBus {
  return new EventBus(
    name,
    {
      // AWS takes no other name for a partner's bus.
      name: source,
      eventSourceName: source,
      ...(description === undefined ? {} : { description }),
      ...(kmsKeyIdentifier === undefined ? {} : { kmsKeyIdentifier }),
      ...(deadLetterQueueArn === undefined ? {} : { deadLetterConfig: { arn: deadLetterQueueArn } }),
      ...(tags ? { tags } : {}),
    },
    options,
  );
}

function archiveOf(
  name: string,
  bus: EventBus,
  archive: NonNullable<EventBusSpec["archive"]>,
  kmsKeyIdentifier: pulumi.Input<string> | undefined,
  options: pulumi.CustomResourceOptions,
): EventArchive {
  const { eventPattern, description, retentionDays } = archive;
  return new EventArchive(
    name,
    {
      name: archiveName({ archive }, name),
      eventSourceArn: bus.arn,
      ...(description === undefined ? {} : { description }),
      ...(retentionDays === undefined ? {} : { retentionDays }),
      ...(eventPattern === undefined ? {} : { eventPattern: JSON.stringify(eventPattern) }),
      ...(kmsKeyIdentifier === undefined ? {} : { kmsKeyIdentifier }),
    },
    options,
  );
}

/** What targets have of something, by `rule/target`. */
function byTarget(
  targets: ReturnType<typeof connectTargets>,
  pick: (target: EventBusTarget) => pulumi.Output<string> | undefined,
): Record<string, pulumi.Output<string>> {
  const picked: Record<string, pulumi.Output<string>> = {};
  for (const [rule, list] of Object.entries(targets))
    for (const [target, component] of Object.entries(list)) {
      const value = pick(component);
      if (value !== undefined) picked[`${rule}/${target}`] = value;
    }
  return picked;
}
