import { RemoteFailure, diagnostic } from "../../../diagnostics/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import { isAwsError, isMissing, undefinedIfMissing } from "../errors.ts";
import { everyPage } from "../pages.ts";
import { block, busOf, requireText } from "../properties.ts";
import type { Aws, AwsResourceType } from "../resource.ts";
import { BLOCKS, fromWire, toWire } from "./event-target-wire.ts";

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
    const [bus, rule, id] = [busOf(properties), requireText(properties, "rule"), requireText(properties, "targetId")];
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
    const removed = await undefinedIfMissing(
      aws.send("events", "RemoveTargetsCommand", {
        Rule: requireText(old, "rule"),
        EventBusName: busOf(old),
        Ids: [requireText(old, "targetId")],
      }),
    );
    refuseFailures(removed?.FailedEntries, "remove");
  },
  async read(known, aws) {
    const [rule, id] = [requireText(known, "rule"), requireText(known, "targetId")];
    const request = { Rule: rule, EventBusName: busOf(known) };
    const pages = everyPage(`the targets of rule ${rule}`, (page) =>
      undefinedIfMissing(aws.send("events", "ListTargetsByRuleCommand", { ...request, ...page })),
    );
    for await (const { Targets = [] } of pages) {
      const found = Targets.find((target) => target.Id === id);
      if (found) return { rule, eventBusName: busOf(known), targetId: id, ...fromWire(found) };
    }
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

async function put(inputs: PropertyMap, aws: Aws): Promise<PropertyMap> {
  const request = { Rule: requireText(inputs, "rule"), EventBusName: busOf(inputs), Targets: [toWire(inputs)] };
  // A role that was just made may not be known everywhere yet.
  const isTransient = (error: unknown): boolean =>
    isMissing(error) || (isAwsError(error, "ValidationException") && /role|assume/i.test(error.message));
  const { FailedEntries } = await aws.retry(() => aws.send("events", "PutTargetsCommand", request), isTransient, 3);
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
