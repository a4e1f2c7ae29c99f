import * as z from "zod/mini";
import { atMost, block, count, described, eventBridgeName, shortText, stringMap, text, word } from "../fields.ts";

const arn = (description: string): z.ZodMiniString =>
  described(
    z.string().check(z.regex(/^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}|aws)?:.+$/, { error: "is not an ARN" })),
    { description, ref: true },
  );
const list = (description: string): z.ZodMiniArray<z.ZodMiniString> => described(z.array(word()), { description });
const jsonPath = () => z.string().check(z.regex(/^\$/, { error: "does not start with $" }));

/** Functions, queues, streams and workflows. */
const deliveryKinds = () => ({
  lambda: block("AWS Lambda function. Each rule gets its own permission to invoke it.", {
    arn: arn("ARN of the function, with `:alias` or `:version` if need be."),
  }),
  sqs: block("Amazon SQS queue, standard or FIFO. Its policy gets a statement; others' statements stay.", {
    arn: arn("ARN of the queue."),
    messageGroupId: z.optional(
      described(word().check(atMost(128)), {
        description: "Message group, needed for a FIFO queue.",
        ref: true,
      }),
    ),
  }),
  sns: block("Amazon SNS topic. Its policy gets a statement; others' statements stay.", {
    arn: arn("ARN of the topic."),
  }),
  kinesis: block("Amazon Kinesis data stream.", {
    arn: arn("ARN of the stream."),
    partitionKeyPath: z.optional(text("JSON path of the partition key, `$.detail.id`; the event's id when left out.")),
  }),
  firehose: block("Amazon Data Firehose.", { arn: arn("ARN of the delivery stream.") }),
  stepFunctions: block("AWS Step Functions state machine; each event starts an execution.", {
    arn: arn("ARN of the state machine."),
  }),
});

/** Services that run a job for each event. */
const taskKinds = () => ({
  ecs: block("Amazon ECS tasks.", {
    clusterArn: arn("ARN of the cluster."),
    taskDefinitionArn: arn("ARN of the task definition."),
    taskCount: z.optional(count(1, 10, "Tasks for each event; 1 when left out.")),
    launchType: z.optional(described(z.enum(["EC2", "EXTERNAL", "FARGATE"]), { description: "Where tasks run." })),
    platformVersion: z.optional(text("Fargate platform version.")),
    group: z.optional(text("Task group.")),
    subnets: z.optional(list("Subnets of the tasks (awsvpc).")),
    securityGroups: z.optional(list("Security groups of the tasks (awsvpc).")),
    assignPublicIp: z.optional(described(z.boolean(), { description: "Give tasks a public address (awsvpc)." })),
    passRoleArns: z.optional(
      described(z.array(arn("ARN of a role.")), {
        description: "Task and execution roles that may be passed; any role of the account when left out.",
      }),
    ),
  }),
  batch: block("AWS Batch job.", {
    jobQueueArn: arn("ARN of the job queue."),
    jobDefinition: text("Name or ARN of the job definition."),
    jobName: text("Name of the jobs."),
    attempts: z.optional(count(1, 10, "Tries of a job.")),
    arraySize: z.optional(count(2, 10_000, "Size of an array job.")),
  }),
});

/** Logs, other buses, HTTPS endpoints and instances. */
const otherKinds = () => ({
  logGroup: block("CloudWatch Logs group; a resource policy lets events in.", { arn: arn("ARN of the log group.") }),
  eventBus: block("Another event bus. One of another account must allow this account to put events.", {
    arn: arn("ARN of the bus; it may be of another region or account."),
  }),
  apiDestination: block("EventBridge API destination: any HTTPS endpoint.", {
    arn: arn("ARN of the API destination."),
    headerParameters: z.optional(stringMap("Headers to send.")),
    queryStringParameters: z.optional(stringMap("Query parameters to send.")),
    pathParameterValues: z.optional(list("Values for `*` in the destination's path.")),
  }),
  runCommand: block("Systems Manager Run Command on EC2 instances.", {
    documentArn: arn("ARN of the Systems Manager document, e.g. AWS-RunShellScript's."),
    instances: described(
      z
        .array(
          z.strictObject({
            key: text("`InstanceIds` or `tag:NAME`."),
            values: described(z.array(word()).check(z.minLength(1, { error: "needs at least one value" })), {
              description: "Instance ids, or values of the tag.",
            }),
          }),
        )
        .check(
          z.minLength(1, { error: "needs at least one entry" }),
          z.maxLength(1, { error: "takes one entry: EventBridge allows no more" }),
        ),
      { description: "Which EC2 instances." },
    ),
  }),
});

/** Where a rule may send events: one block a service. */
const targetKinds = () => ({ ...deliveryKinds(), ...taskKinds(), ...otherKinds() });

/** The name of a target's block. */
export type TargetKind = keyof ReturnType<typeof targetKinds>;

/** What a target's ARN must be of, and which field it stands in. */
export const TARGET_ARNS: Readonly<Record<TargetKind, { field: string; service: string; resource: RegExp }>> = {
  lambda: { field: "arn", service: "lambda", resource: /^function:/ },
  sqs: { field: "arn", service: "sqs", resource: /^[A-Za-z0-9_-]{1,80}(\.fifo)?$/ },
  sns: { field: "arn", service: "sns", resource: /^[A-Za-z0-9_.-]{1,256}$/ },
  kinesis: { field: "arn", service: "kinesis", resource: /^stream\// },
  firehose: { field: "arn", service: "firehose", resource: /^deliverystream\// },
  stepFunctions: { field: "arn", service: "states", resource: /^stateMachine:/ },
  ecs: { field: "clusterArn", service: "ecs", resource: /^cluster\// },
  batch: { field: "jobQueueArn", service: "batch", resource: /^job-queue\// },
  logGroup: { field: "arn", service: "logs", resource: /^log-group:/ },
  eventBus: { field: "arn", service: "events", resource: /^event-bus\// },
  apiDestination: { field: "arn", service: "events", resource: /^api-destination\// },
  runCommand: { field: "documentArn", service: "ssm", resource: /^document\// },
};

/** All names of target blocks. */
export const TARGET_KINDS = Object.keys(TARGET_ARNS) as TargetKind[];

const inputTransformer = () =>
  block("Builds what the target gets from parts of the event.", {
    inputPaths: z.optional(
      described(z.record(z.string(), jsonPath()), { description: "Variables, each with the JSON path of its value." }),
    ),
    inputTemplate: described(shortText(8192).check(z.minLength(1, { error: "is empty" })), {
      description: "What the target gets; `<variable>` stands for its value.",
    }),
  });

/** The schema of one target of a rule. Built when asked for: it is large, and most manifests have no event bus. */
export const targetSchema = () =>
  block("Where the rule sends events; exactly one of the service blocks.", {
    name: eventBridgeName("Id of the target, unique within the rule; at most 64 characters."),
    ...optionalOf(targetKinds()),
    input: z.optional(
      described(z.unknown(), {
        description: "What the target gets instead of the event: any JSON, written as YAML.",
      }),
    ),
    inputPath: z.optional(
      described(jsonPath().check(atMost(256)), {
        description: "JSON path of the part of the event that the target gets, e.g. `$.detail`.",
      }),
    ),
    inputTransformer: z.optional(inputTransformer()),
    retryPolicy: z.optional(
      block("How often a failed delivery is tried again.", {
        maximumRetryAttempts: z.optional(count(0, 185, "Retries; 185 when left out.")),
        maximumEventAgeInSeconds: z.optional(count(60, 86_400, "How long to try; 24 hours when left out.")),
      }),
    ),
    deadLetterQueueArn: z.optional(arn("ARN of an SQS standard queue that gets what could not be delivered.")),
    deadLetterQueue: z.optional(
      block("A dead-letter queue of the target's own.", {
        create: described(z.literal(true), { description: "Make a queue for what could not be delivered." }),
        messageRetentionSeconds: z.optional(count(60, 1_209_600, "How long it keeps messages; 14 days when left out.")),
      }),
    ),
    roleArn: z.optional(
      arn("Role that EventBridge takes on to reach the target; made with the least rights when left out."),
    ),
  });

/** A target, as validated. */
export type TargetSpec = z.infer<ReturnType<typeof targetSchema>>;

type Optional<Shape extends Record<string, z.ZodMiniType>> = { [Name in keyof Shape]: z.ZodMiniOptional<Shape[Name]> };

function optionalOf<Shape extends Record<string, z.ZodMiniType>>(shape: Shape): Optional<Shape> {
  const entries = Object.entries(shape).map(([name, schema]) => [name, z.optional(schema)]);
  return Object.fromEntries(entries) as Optional<Shape>;
}
