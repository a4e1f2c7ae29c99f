import * as z from "zod";
import { targetSchema } from "./targets.ts";

const pattern = (description: string): z.ZodRecord<z.ZodString, z.ZodUnknown> =>
  z.record(z.string(), z.unknown()).meta({ description });
const name = (description: string): z.ZodString =>
  z
    .string()
    .min(1, { error: "is empty" })
    .regex(/^[.\-_A-Za-z0-9]+$/, { error: 'has characters other than letters, digits, ".", "-" and "_"' })
    .meta({ description });
const types = (description: string): z.ZodArray<z.ZodString> =>
  z
    .array(z.string().min(1, { error: "is empty" }))
    .min(1, { error: "needs at least one entry" })
    .meta({ description });

const ruleSchema = () =>
  z
    .strictObject({
      name: name("Name of the rule, unique on the bus; at most 64 characters."),
      description: z.string().max(512, { error: "is longer than 512 characters" }).optional(),
      state: z
        .enum(["ENABLED", "DISABLED"])
        .meta({ description: "Whether the rule matches events; ENABLED when left out." })
        .optional(),
      eventPattern: pattern("EventBridge event pattern, written as YAML.").optional(),
      eventTypes: types("Shorthand: event types of an Auth0 event stream, e.g. `user.created`.").optional(),
      logTypes: types("Shorthand: type codes of Auth0 tenant logs, e.g. `s`.").optional(),
      targets: z
        .array(targetSchema())
        .min(1, { error: "needs at least one target" })
        .meta({ description: "Where matching events go; at most 5." }),
    })
    .meta({ description: "Sends matching events to targets. Without a pattern or a shorthand every event matches." });

const archiveSchema = () =>
  z
    .strictObject({
      name: name(
        "Name of the archive, unique in account and region, at most 48 characters; by default the manifest's.",
      ).optional(),
      description: z.string().max(512, { error: "is longer than 512 characters" }).optional(),
      retentionDays: z
        .int()
        .min(0)
        .meta({ description: "Days to keep events; 0, or left out, is for ever." })
        .optional(),
      eventPattern: pattern("Which events to keep; all when left out.").optional(),
    })
    .meta({ description: "Keeps events so that they can be replayed." });

/** The schema of the AWS half of a stream with an EventBridge destination. Built when asked for. */
export const eventBusSchema = () =>
  z
    .strictObject({
      associate: z
        .literal(true)
        .meta({ description: "Associate the partner event source with a bus of the same name; always done." })
        .optional(),
      description: z.string().max(512, { error: "is longer than 512 characters" }).optional(),
      kmsKeyIdentifier: z
        .string()
        .min(1, { error: "is empty" })
        .max(2048)
        .meta({ description: "KMS key (id, ARN or alias) that encrypts events at rest.", ref: true })
        .optional(),
      deadLetterQueueArn: z
        .string()
        .regex(/^arn:aws[a-z-]*:sqs:[a-z0-9-]+:[0-9]{12}:.+$/, { error: "is not the ARN of an SQS queue" })
        .meta({ description: "Queue for events that the bus could not encrypt or decrypt.", ref: true })
        .optional(),
      tags: z.record(z.string(), z.string()).meta({ description: "Tags of everything made at AWS." }).optional(),
      timeoutSeconds: z
        .int()
        .min(1)
        .max(3600)
        .meta({ description: "How long to wait for AWS to show the partner event source; 300 when left out." })
        .optional(),
      archive: archiveSchema().optional(),
      rules: z.array(ruleSchema()).meta({ description: "Rules of the bus." }).optional(),
    })
    .meta({
      description: "The AWS half: associates the partner event source with an event bus; rules, targets, archive.",
    });

/** `spec.eventBus`, as validated. */
export type EventBusSpec = z.infer<ReturnType<typeof eventBusSchema>>;
/** One rule of it. */
export type RuleSpec = z.infer<ReturnType<typeof ruleSchema>>;
