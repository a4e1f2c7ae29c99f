import type { OutputDoc } from "../kind.ts";

/** `status.outputs` of the AWS half; there only when the manifest has an `eventBus`. */
export const eventBusOutputs = {
  eventBusName: { type: "string", description: "Name of the event bus: that of the partner event source." },
  eventBusArn: { type: "string", description: "ARN of the event bus." },
  partnerEventSourceState: { type: "string", description: "`ACTIVE` once the bus is associated, `PENDING` before." },
  ruleArns: { type: "map of strings", description: "ARNs of the rules, by name." },
  archiveName: { type: "string", description: "Name of the archive; null without one." },
  archiveArn: { type: "string", description: "ARN of the archive; null without one." },
  deadLetterQueueUrls: { type: "map of strings", description: "Queues made for dead letters, by `rule/target`." },
  roleNames: { type: "map of strings", description: "Roles made for targets, by `rule/target`." },
} satisfies Record<string, Omit<OutputDoc, "only">>;

/** The same for a kind that has `spec.eventBus`: left out without it. */
export const outputsWithEventBus: Readonly<Record<string, OutputDoc>> = Object.fromEntries(
  Object.entries(eventBusOutputs).map(([name, doc]) => [name, { ...doc, only: "eventBus" }]),
);
