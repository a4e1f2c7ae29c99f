import { sameDocument } from "../../aws/policies/index.ts";
import { RemoteFailure, diagnostic } from "../../diagnostics/index.ts";
import type { PropertyMap, PropertyValue } from "../../values/index.ts";
import { eventually } from "./access.ts";
import { NOT_FOUND, isAwsError } from "./errors.ts";
import { needed, text, textMap } from "./resource.ts";
import type { Aws, AwsResourceType } from "./resource.ts";

/** How often to try while AWS does not see the bus yet. */
const TRIES = 4;
/** Rules that AWS makes for an archive, and removes with it. */
const MANAGED_RULE = /^Events-Archive-/;

/** `undefined` instead of "there is no such thing". */
export async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isAwsError(error, ...NOT_FOUND)) return undefined;
    throw error;
  }
}

const tagList = (map: Record<string, string>): { Key: string; Value: string }[] =>
  Object.entries(map).map(([Key, Value]) => ({ Key, Value }));

/** Brings the tags of an event resource in line. */
async function tag(
  arn: string,
  before: PropertyValue | undefined,
  now: PropertyValue | undefined,
  aws: Aws,
): Promise<void> {
  const [old, wanted] = [textMap(before), textMap(now)];
  const gone = Object.keys(old).filter((key) => !Object.hasOwn(wanted, key));
  const changed = Object.fromEntries(Object.entries(wanted).filter(([key, value]) => old[key] !== value));
  if (gone.length > 0) await aws.send("events", "UntagResourceCommand", { ResourceARN: arn, TagKeys: gone });
  if (Object.keys(changed).length > 0)
    await aws.send("events", "TagResourceCommand", { ResourceARN: arn, Tags: tagList(changed) });
}

async function tagsOf(arn: string, aws: Aws): Promise<Record<string, string>> {
  const { Tags = [] } = await aws.send("events", "ListTagsForResourceCommand", { ResourceARN: arn });
  return Object.fromEntries(Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
}

const isMissing = (error: unknown): boolean => isAwsError(error, ...NOT_FOUND);

function nested(properties: PropertyMap, block: string): PropertyMap | undefined {
  const value = properties[block];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

function busSettings(inputs: PropertyMap): {
  Description?: string;
  KmsKeyIdentifier?: string;
  DeadLetterConfig?: { Arn?: string };
} {
  const [description, key] = [text(inputs["description"]), text(inputs["kmsKeyIdentifier"])];
  const deadLetters = text(nested(inputs, "deadLetterConfig")?.["arn"]);
  return {
    ...(description ? { Description: description } : {}),
    ...(key ? { KmsKeyIdentifier: key } : {}),
    ...(deadLetters ? { DeadLetterConfig: { Arn: deadLetters } } : {}),
  };
}

/** `aws:cloudwatch/eventBus:EventBus`. A partner bus that is there already, of this very source, is adopted. */
export const eventBus: AwsResourceType = {
  type: "aws:cloudwatch/eventBus:EventBus",
  required: ["name"],
  replaceOn: ["name", "eventSourceName"],
  defaults: {
    description: "",
    eventSourceName: "",
    kmsKeyIdentifier: "",
    deadLetterConfig: null,
    logConfig: null,
    tags: {},
  },
  computed: ["arn"],
  coexists: (changed) => changed.includes("name"),
  idOf: (properties) => needed(properties, "name"),
  knownFrom: (id) => ({ name: id }),
  async create(inputs, aws) {
    const name = needed(inputs, "name");
    const source = text(inputs["eventSourceName"]);
    const tags = textMap(inputs["tags"]);
    try {
      const settings = { ...busSettings(inputs), ...(source ? { EventSourceName: source } : {}) };
      const { EventBusArn } = await aws.send("events", "CreateEventBusCommand", {
        Name: name,
        ...settings,
        Tags: tagList(tags),
      });
      return { arn: EventBusArn };
    } catch (error) {
      if (isAwsError(error, "InvalidStateException")) throw taken(source ?? name, error);
      if (!isAwsError(error, "ResourceAlreadyExistsException")) throw error;
      await requireAssociation(name, source, aws);
      const { Arn = "" } = await aws.send("events", "DescribeEventBusCommand", { Name: name });
      await aws.send("events", "UpdateEventBusCommand", { Name: name, ...busSettings(inputs) });
      await tag(Arn, await tagsOf(Arn, aws), tags, aws);
      return { arn: Arn };
    }
  },
  async update(inputs, old, aws) {
    const name = needed(inputs, "name");
    await aws.send("events", "UpdateEventBusCommand", { Name: name, ...busSettings(inputs) });
    await tag(needed(old, "arn"), old["tags"], inputs["tags"], aws);
    return { arn: old["arn"] };
  },
  async delete(old, aws) {
    const name = needed(old, "name");
    const names = await eventually(
      () => otherRules(name, aws),
      (error) => error instanceof OnlyManagedRules,
      aws.signal,
    );
    if (names.length > 0)
      throw new RemoteFailure(
        diagnostic("operation-failed", `the event bus holds rules that are not of this stack: ${names.join(", ")}`, {
          hint: "delete them, or move them into the manifest, then run it again; the bus and the stream are left as they are",
        }),
      );
    await aws.send("events", "DeleteEventBusCommand", { Name: name });
  },
  async read(known, aws) {
    const name = needed(known, "name");
    const bus = await unlessGone(aws.send("events", "DescribeEventBusCommand", { Name: name }));
    if (!bus) return undefined;
    const arn = bus.Arn ?? "";
    return {
      name,
      arn,
      // A partner bus is named after its source.
      eventSourceName: name.startsWith("aws.partner/") ? name : "",
      description: bus.Description ?? "",
      kmsKeyIdentifier: bus.KmsKeyIdentifier ?? "",
      deadLetterConfig: bus.DeadLetterConfig?.Arn ? { arn: bus.DeadLetterConfig.Arn } : null,
      tags: await tagsOf(arn, aws),
    };
  },
};

/** A bus of the name is there: it must be the association of the source, and not one left over. */
async function requireAssociation(name: string, source: string | undefined, aws: Aws): Promise<void> {
  const refuse = (message: string, hint: string): never => {
    throw new RemoteFailure(diagnostic("operation-failed", message, { hint }));
  };
  if (source === undefined) return refuse(`there is an event bus ${name} already`, "choose another name, or import it");
  const live = await unlessGone(aws.send("events", "DescribeEventSourceCommand", { Name: source }));
  if (live?.State === "ACTIVE") return;
  if (live?.State === "PENDING")
    return refuse(
      `the event bus is there, but its partner event source is deactivated`,
      `run aws events activate-event-source --name ${source} --region ${aws.region}`,
    );
  return refuse(
    `a stale event bus ${name} is in the way: Auth0 has deleted its partner event source`,
    `delete its rules and the bus (aws events delete-event-bus --name ${name} --region ${aws.region}), then apply again`,
  );
}

/** The source is not free, though no bus of its name is here: EventBridge's newer buses take sources, too. */
function taken(source: string, { message }: Error): RemoteFailure {
  const hint = `it is associated elsewhere; see aws events describe-event-source --name ${source}`;
  return new RemoteFailure(diagnostic("operation-failed", message, { hint }));
}

/** Only rules that AWS itself will remove are left. */
class OnlyManagedRules extends Error {
  override name = "OnlyManagedRules";
}

async function otherRules(bus: string, aws: Aws): Promise<string[]> {
  const listed = await unlessGone(aws.send("events", "ListRulesCommand", { EventBusName: bus }));
  const names = (listed?.Rules ?? []).map(({ Name = "" }) => Name);
  const own = names.filter((name) => !MANAGED_RULE.test(name));
  if (own.length === 0 && names.length > 0) throw new OnlyManagedRules(`waiting for ${names.join(", ")} to go`);
  return own;
}

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
  idOf: (properties) => `${busOf(properties)}/${needed(properties, "name")}`,
  knownFrom: ruleFromId,
  async create(inputs, aws) {
    const [bus, name] = [busOf(inputs), needed(inputs, "name")];
    // PutRule would overwrite what somebody else made.
    const old = await unlessGone(describeRule(bus, name, aws));
    const isOurs = !old || old.EventPattern === undefined || sameDocument(old.EventPattern, inputs["eventPattern"]);
    if (!isOurs)
      throw new RemoteFailure(
        diagnostic("operation-failed", `there is a rule ${name} with another pattern on the bus already`, {
          hint: "rename the rule, or delete the one that is there",
        }),
      );
    return putRule(inputs, aws, !old);
  },
  async update(inputs, old, aws) {
    const live = await putRule(inputs, aws, false);
    await tag(needed(old, "arn"), old["tags"], inputs["tags"], aws);
    return live;
  },
  async delete(old, aws) {
    const [bus, name] = [busOf(old), needed(old, "name")];
    try {
      await unlessGone(aws.send("events", "DeleteRuleCommand", { Name: name, EventBusName: bus }));
    } catch (error) {
      if (!isAwsError(error, "ValidationException")) throw error;
      const { Targets = [] } = await aws.send("events", "ListTargetsByRuleCommand", { Rule: name, EventBusName: bus });
      const ids = Targets.map(({ Id }) => Id).join(", ");
      throw new RemoteFailure(
        diagnostic("operation-failed", `rule ${name} has targets that are not of this stack: ${ids}`, {
          hint: "remove them, then run it again",
        }),
      );
    }
  },
  async read(known, aws) {
    const rule = await unlessGone(describeRule(busOf(known), needed(known, "name"), aws));
    if (!rule) return undefined;
    return {
      name: rule.Name,
      arn: rule.Arn,
      eventBusName: busOf(known),
      description: rule.Description ?? "",
      eventPattern: rule.EventPattern ?? "",
      roleArn: rule.RoleArn ?? "",
      scheduleExpression: rule.ScheduleExpression ?? "",
      state: rule.State ?? "ENABLED",
      tags: await tagsOf(rule.Arn ?? "", aws),
    };
  },
};

const busOf = (properties: PropertyMap): string => text(properties["eventBusName"]) ?? "default";

const describeRule = (bus: string, name: string, aws: Aws) =>
  aws.send("events", "DescribeRuleCommand", { Name: name, EventBusName: bus });

/** `bus/rule`, where a partner bus has slashes of its own. */
function ruleFromId(id: string): PropertyMap {
  const cut = id.lastIndexOf("/");
  return cut < 0 ? { name: id } : { eventBusName: id.slice(0, cut), name: id.slice(cut + 1) };
}

async function putRule(inputs: PropertyMap, aws: Aws, isNew: boolean): Promise<PropertyMap> {
  const [description, pattern, role, schedule] = ["description", "eventPattern", "roleArn", "scheduleExpression"].map(
    (name) => text(inputs[name]),
  );
  const state = text(inputs["state"]) === "DISABLED" ? "DISABLED" : "ENABLED";
  const put = (): Promise<{ RuleArn?: string | undefined }> =>
    aws.send("events", "PutRuleCommand", {
      Name: needed(inputs, "name"),
      EventBusName: busOf(inputs),
      State: state,
      ...(description ? { Description: description } : {}),
      ...(pattern ? { EventPattern: pattern } : {}),
      ...(role ? { RoleArn: role } : {}),
      ...(schedule ? { ScheduleExpression: schedule } : {}),
      // AWS refuses tags for a rule that exists.
      ...(isNew ? { Tags: tagList(textMap(inputs["tags"])) } : {}),
    });
  const { RuleArn } = await eventually(put, (error) => isNew && isMissing(error), aws.signal, TRIES);
  return { arn: RuleArn };
}

/** `aws:cloudwatch/eventArchive:EventArchive`. */
export const eventArchive: AwsResourceType = {
  type: "aws:cloudwatch/eventArchive:EventArchive",
  required: ["eventSourceArn"],
  replaceOn: ["name", "eventSourceArn"],
  documents: ["eventPattern"],
  defaults: { description: "", eventPattern: "", kmsKeyIdentifier: "", retentionDays: 0 },
  computed: ["arn"],
  autoName: { property: "name", limit: 48 },
  coexists: (changed) => changed.includes("name"),
  idOf: (properties) => needed(properties, "name"),
  knownFrom: (id) => ({ name: id }),
  async create(inputs, aws) {
    const name = needed(inputs, "name");
    const source = needed(inputs, "eventSourceArn");
    try {
      const { ArchiveArn } = await eventually(
        () =>
          aws.send("events", "CreateArchiveCommand", {
            ArchiveName: name,
            EventSourceArn: source,
            ...archiveSettings(inputs),
          }),
        isMissing,
        aws.signal,
        TRIES,
      );
      return { arn: ArchiveArn };
    } catch (error) {
      if (!isAwsError(error, "ResourceAlreadyExistsException")) throw error;
      const live = await aws.send("events", "DescribeArchiveCommand", { ArchiveName: name });
      if (live.EventSourceArn !== source)
        throw new RemoteFailure(
          diagnostic("archive-name-clash", `there is an archive ${name} of another bus in ${aws.region} already`, {
            hint: "give eventBus.archive.name another name",
          }),
        );
      await aws.send("events", "UpdateArchiveCommand", { ArchiveName: name, ...archiveSettings(inputs) });
      return { arn: live.ArchiveArn };
    }
  },
  async update(inputs, old, aws) {
    await aws.send("events", "UpdateArchiveCommand", {
      ArchiveName: needed(inputs, "name"),
      ...archiveSettings(inputs),
    });
    return { arn: old["arn"] };
  },
  async delete(old, aws) {
    await unlessGone(aws.send("events", "DeleteArchiveCommand", { ArchiveName: needed(old, "name") }));
  },
  async read(known, aws) {
    const live = await unlessGone(aws.send("events", "DescribeArchiveCommand", { ArchiveName: needed(known, "name") }));
    if (!live) return undefined;
    return {
      name: live.ArchiveName,
      arn: live.ArchiveArn,
      eventSourceArn: live.EventSourceArn,
      description: live.Description ?? "",
      eventPattern: live.EventPattern ?? "",
      kmsKeyIdentifier: live.KmsKeyIdentifier ?? "",
      retentionDays: live.RetentionDays ?? 0,
    };
  },
};

function archiveSettings(inputs: PropertyMap): {
  Description?: string;
  EventPattern?: string;
  RetentionDays?: number;
  KmsKeyIdentifier?: string;
} {
  const [description, pattern, key] = ["description", "eventPattern", "kmsKeyIdentifier"].map((name) =>
    text(inputs[name]),
  );
  return {
    RetentionDays: Number(inputs["retentionDays"] ?? 0),
    ...(description ? { Description: description } : {}),
    ...(pattern ? { EventPattern: pattern } : {}),
    ...(key ? { KmsKeyIdentifier: key } : {}),
  };
}
