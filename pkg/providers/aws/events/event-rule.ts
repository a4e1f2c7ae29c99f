import { sameDocument } from "../../../aws/policies/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import { Refusal, answered, isAwsError, isMissing, undefinedIfMissing } from "../errors.ts";
import { busOf, given, requireText, text, textMap } from "../properties.ts";
import type { Aws, AwsResourceType } from "../resource.ts";
import { tagList } from "../tags.ts";
import { changeEventTags, eventTags } from "./event-tags.ts";

/** How often to try while AWS does not see the bus yet. */
const BUS_TRIES = 4;

/** `aws:cloudwatch/eventRule:EventRule`. */
export const eventRule: AwsResourceType = {
  type: "aws:cloudwatch/eventRule:EventRule",
  required: [],
  replaceOn: ["name", "namePrefix", "eventBusName"],
  documents: ["eventPattern"],
  defaults: {
    description: "",
    eventBusName: "default",
    eventPattern: "",
    forceDestroy: false,
    namePrefix: "",
    roleArn: "",
    scheduleExpression: "",
    state: "ENABLED",
    tags: {},
  },
  computed: ["arn"],
  autoName: { property: "name", limit: 64 },
  coexists: (changed) => changed.includes("name") || changed.includes("eventBusName"),
  idOf: (properties) => `${busOf(properties)}/${requireText(properties, "name")}`,
  knownFrom: ruleFromId,
  isOurs,
  async create(inputs, aws) {
    const [bus, name] = [busOf(inputs), requireText(inputs, "name")];
    // PutRule would overwrite what somebody else made.
    const old = await undefinedIfMissing(describeRule(bus, name, aws));
    if (old && !isOurs({ eventPattern: old.EventPattern }, inputs))
      throw new Refusal(
        `there is a rule ${name} with another pattern on the bus already`,
        "rename the rule, or delete the one that is there",
      );
    return putRule(inputs, aws, !old);
  },
  async update(inputs, old, aws) {
    const live = await putRule(inputs, aws, false);
    await changeEventTags(requireText(old, "arn"), old["tags"], inputs["tags"], aws);
    return live;
  },
  async delete(old, aws) {
    const [bus, name] = [busOf(old), requireText(old, "name")];
    try {
      await undefinedIfMissing(aws.send("events", "DeleteRuleCommand", { Name: name, EventBusName: bus }));
    } catch (error) {
      if (!isAwsError(error, "ValidationException")) throw error;
      const { Targets = [] } = await aws.send("events", "ListTargetsByRuleCommand", { Rule: name, EventBusName: bus });
      const ids = Targets.map(({ Id }) => Id).join(", ");
      throw new Refusal(
        `rule ${name} has targets that are not of this stack: ${ids}`,
        "remove them, then run it again",
      );
    }
  },
  async read(known, aws) {
    const rule = await undefinedIfMissing(describeRule(busOf(known), requireText(known, "name"), aws));
    if (!rule) return undefined;
    const arn = answered(rule.Arn, "events:DescribeRule Arn");
    return {
      name: requireText(known, "name"),
      arn,
      eventBusName: busOf(known),
      description: rule.Description ?? "",
      eventPattern: rule.EventPattern ?? "",
      roleArn: rule.RoleArn ?? "",
      scheduleExpression: rule.ScheduleExpression ?? "",
      state: rule.State ?? "ENABLED",
      tags: await eventTags(arn, aws),
    };
  },
};

/** A rule of the name is taken for ours when it has our pattern, or none. */
function isOurs({ eventPattern: live }: PropertyMap, { eventPattern }: PropertyMap): boolean {
  return live === undefined || live === "" || sameDocument(live, eventPattern);
}

const describeRule = (bus: string, name: string, aws: Aws) =>
  aws.send("events", "DescribeRuleCommand", { Name: name, EventBusName: bus });

/** `bus/rule`, where a partner bus has slashes of its own. */
function ruleFromId(id: string): PropertyMap {
  const cut = id.lastIndexOf("/");
  return cut < 0 ? { name: id } : { eventBusName: id.slice(0, cut), name: id.slice(cut + 1) };
}

async function putRule(inputs: PropertyMap, aws: Aws, isNew: boolean): Promise<PropertyMap> {
  const state = text(inputs["state"]) === "DISABLED" ? "DISABLED" : "ENABLED";
  const put = (): Promise<{ RuleArn?: string | undefined }> =>
    aws.send("events", "PutRuleCommand", {
      Name: requireText(inputs, "name"),
      EventBusName: busOf(inputs),
      State: state,
      ...given({
        Description: text(inputs["description"]),
        EventPattern: text(inputs["eventPattern"]),
        RoleArn: text(inputs["roleArn"]),
        ScheduleExpression: text(inputs["scheduleExpression"]),
      }),
      // AWS refuses tags for a rule that exists.
      ...(isNew ? { Tags: tagList(textMap(inputs["tags"])) } : {}),
    });
  const { RuleArn } = await aws.retry(put, (error) => isNew && isMissing(error), BUS_TRIES);
  return { arn: answered(RuleArn, "events:PutRule RuleArn") };
}
