import type { PropertyMap } from "../../../values/index.ts";
import { Refusal, answered, isAwsError, undefinedIfMissing } from "../errors.ts";
import type { AwsError } from "../errors.ts";
import { everyPage } from "../pages.ts";
import { block, given, requireText, text, textMap } from "../properties.ts";
import type { Aws, AwsResourceType } from "../resource.ts";
import { tagList } from "../tags.ts";
import { changeEventTags, eventTags } from "./event-tags.ts";

/** Rules that AWS makes for an archive, and removes with it. */
const MANAGED_RULE = /^Events-Archive-/;

function busSettings(inputs: PropertyMap): {
  Description?: string;
  KmsKeyIdentifier?: string;
  DeadLetterConfig?: { Arn?: string };
} {
  const deadLetters = text(block(inputs["deadLetterConfig"])?.["arn"]);
  return given({
    Description: text(inputs["description"]),
    KmsKeyIdentifier: text(inputs["kmsKeyIdentifier"]),
    DeadLetterConfig: deadLetters === undefined ? undefined : { Arn: deadLetters },
  });
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
  idOf: (properties) => requireText(properties, "name"),
  knownFrom: (id) => ({ name: id }),
  async madeAt(known, aws) {
    const bus = await undefinedIfMissing(
      aws.send("events", "DescribeEventBusCommand", { Name: requireText(known, "name") }),
    );
    return bus?.CreationTime;
  },
  async create(inputs, aws) {
    const name = requireText(inputs, "name");
    const source = text(inputs["eventSourceName"]);
    const tags = textMap(inputs["tags"]);
    try {
      const settings = { ...busSettings(inputs), ...given({ EventSourceName: source }), Tags: tagList(tags) };
      const { EventBusArn } = await aws.send("events", "CreateEventBusCommand", { Name: name, ...settings });
      return { arn: answered(EventBusArn, "events:CreateEventBus EventBusArn") };
    } catch (error) {
      if (isAwsError(error, "InvalidStateException")) throw taken(source ?? name, error);
      if (!isAwsError(error, "ResourceAlreadyExistsException")) throw error;
      if (source === undefined) throw error.withHint("choose another name, or import the event bus");
      await requireAssociation(name, source, aws);
      const { Arn } = await aws.send("events", "DescribeEventBusCommand", { Name: name });
      const arn = answered(Arn, "events:DescribeEventBus Arn");
      await aws.send("events", "UpdateEventBusCommand", { Name: name, ...busSettings(inputs) });
      await changeEventTags(arn, await eventTags(arn, aws), tags, aws);
      return { arn };
    }
  },
  async update(inputs, old, aws) {
    const name = requireText(inputs, "name");
    await aws.send("events", "UpdateEventBusCommand", { Name: name, ...busSettings(inputs) });
    await changeEventTags(requireText(old, "arn"), old["tags"], inputs["tags"], aws);
    return { arn: old["arn"] };
  },
  async delete(old, aws) {
    const name = requireText(old, "name");
    const names = await aws.retry(
      () => otherRules(name, aws),
      (error) => error instanceof OnlyManagedRules,
    );
    if (names.length > 0)
      throw new Refusal(
        `the event bus holds rules that are not of this stack: ${names.join(", ")}`,
        "delete them, or move them into the manifest, then run it again; the bus and the stream are left as they are",
      );
    await aws.send("events", "DeleteEventBusCommand", { Name: name });
  },
  async read(known, aws) {
    const name = requireText(known, "name");
    const bus = await undefinedIfMissing(aws.send("events", "DescribeEventBusCommand", { Name: name }));
    if (!bus) return undefined;
    const arn = answered(bus.Arn, "events:DescribeEventBus Arn");
    return {
      name,
      arn,
      // A partner bus is named after its source.
      eventSourceName: name.startsWith("aws.partner/") ? name : "",
      description: bus.Description ?? "",
      kmsKeyIdentifier: bus.KmsKeyIdentifier ?? "",
      deadLetterConfig: bus.DeadLetterConfig?.Arn ? { arn: bus.DeadLetterConfig.Arn } : null,
      tags: await eventTags(arn, aws),
    };
  },
};

/** A bus of the name is there: it must be the association of the source, and not one left over. */
async function requireAssociation(name: string, source: string, aws: Aws): Promise<void> {
  const live = await undefinedIfMissing(aws.send("events", "DescribeEventSourceCommand", { Name: source }));
  if (live?.State === "ACTIVE") return;
  if (live?.State === "PENDING")
    throw new Refusal(
      `the event bus is there, but its partner event source is deactivated`,
      `run aws events activate-event-source --name ${source} --region ${aws.region}`,
    );
  throw new Refusal(
    `a stale event bus ${name} is in the way: Auth0 has deleted its partner event source`,
    `delete its rules and the bus (aws events delete-event-bus --name ${name} --region ${aws.region}), then apply again`,
  );
}

/** The source is not free, though no bus of its name is here: EventBridge's newer buses take sources, too. */
function taken(source: string, error: AwsError): AwsError {
  return error.withHint(`it is associated elsewhere; see aws events describe-event-source --name ${source}`);
}

/** Only rules that AWS itself will remove are left. */
class OnlyManagedRules extends Error {
  override name = "OnlyManagedRules";
}

async function otherRules(bus: string, aws: Aws): Promise<string[]> {
  const names: string[] = [];
  const pages = everyPage(`the rules of ${bus}`, (page) =>
    undefinedIfMissing(aws.send("events", "ListRulesCommand", { EventBusName: bus, ...page })),
  );
  for await (const { Rules = [] } of pages)
    names.push(...Rules.map(({ Name }) => answered(Name, "events:ListRules Name")));
  const own = names.filter((name) => !MANAGED_RULE.test(name));
  if (own.length === 0 && names.length > 0) throw new OnlyManagedRules(`waiting for ${names.join(", ")} to go`);
  return own;
}
