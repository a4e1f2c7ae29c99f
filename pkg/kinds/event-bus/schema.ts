import * as z from "zod/mini";
import { atMost, block, count, described, eventBridgeName, eventType, shortText, stringMap, word } from "../fields.ts";
import { targetSchema } from "./targets.ts";

const pattern = (description: string): z.ZodMiniRecord<z.ZodMiniString, z.ZodMiniUnknown> =>
  described(z.record(z.string(), z.unknown()), { description });
const types = (description: string, item = word()): z.ZodMiniArray<z.ZodMiniString> =>
  described(z.array(item).check(z.minLength(1, { error: "needs at least one entry" })), { description });

const ruleSchema = () =>
  block("Sends matching events to targets. Without a pattern or a shorthand every event matches.", {
    name: eventBridgeName("Name of the rule, unique on the bus; at most 64 characters."),
    description: z.optional(shortText(512)),
    state: z.optional(
      described(z.enum(["ENABLED", "DISABLED"]), {
        description: "Whether the rule matches events; ENABLED when left out.",
      }),
    ),
    eventPattern: z.optional(pattern("EventBridge event pattern, written as YAML.")),
    eventTypes: z.optional(types("Shorthand: event types of an Auth0 event stream, e.g. `user.created`.", eventType())),
    logTypes: z.optional(types("Shorthand: type codes of Auth0 tenant logs, e.g. `s`.")),
    targets: described(z.array(targetSchema()).check(z.minLength(1, { error: "needs at least one target" })), {
      description: "Where matching events go; at most 5.",
    }),
  });

const archiveSchema = () =>
  block("Keeps events so that they can be replayed.", {
    name: z.optional(
      eventBridgeName(
        "Name of the archive, unique in account and region, at most 48 characters; by default the manifest's.",
      ),
    ),
    description: z.optional(shortText(512)),
    retentionDays: z.optional(count(0, Infinity, "Days to keep events; 0, or left out, is for ever.")),
    eventPattern: z.optional(pattern("Which events to keep; all when left out.")),
  });

/** The schema of the AWS half of a stream with an EventBridge destination. Built when asked for. */
export const eventBusSchema = () =>
  block("The AWS half: associates the partner event source with an event bus; rules, targets, archive.", {
    associate: z.optional(
      described(z.literal(true), {
        description: "Associate the partner event source with a bus of the same name; always done.",
      }),
    ),
    description: z.optional(shortText(512)),
    kmsKeyIdentifier: z.optional(
      described(word().check(atMost(2048)), {
        description: "KMS key (id, ARN or alias) that encrypts events at rest.",
        ref: true,
      }),
    ),
    deadLetterQueueArn: z.optional(
      described(
        z
          .string()
          .check(z.regex(/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:.+$/, { error: "is not the ARN of an SQS queue" })),
        { description: "Queue for events that the bus could not encrypt or decrypt.", ref: true },
      ),
    ),
    tags: z.optional(stringMap("Tags of everything made at AWS.")),
    timeoutSeconds: z.optional(
      count(1, 3600, "How long to wait for AWS to show the partner event source; 300 when left out."),
    ),
    archive: z.optional(archiveSchema()),
    rules: z.optional(described(z.array(ruleSchema()), { description: "Rules of the bus." })),
  });

/** `spec.eventBus`, as validated. */
export type EventBusSpec = z.infer<ReturnType<typeof eventBusSchema>>;
/** One rule of it. */
export type RuleSpec = z.infer<ReturnType<typeof ruleSchema>>;
