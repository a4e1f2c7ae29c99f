import * as z from "zod";

/** A string that may also be `{value}` or `{valueFrom}`. */
const text = (description: string): z.ZodString =>
  z.string().min(1, { error: "is empty" }).meta({ description, ref: true });
const arn = (description: string): z.ZodString =>
  z
    .string()
    .regex(/^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}|aws)?:.+$/, { error: "is not an ARN" })
    .meta({ description, ref: true });
const strings = (description: string): z.ZodRecord<z.ZodString, z.ZodString> =>
  z.record(z.string(), z.string()).meta({ description });
const list = (description: string): z.ZodArray<z.ZodString> =>
  z.array(z.string().min(1, { error: "is empty" })).meta({ description });

/** Where a rule may send events: one block a service. */
const targetKinds = () => ({
  lambda: z
    .strictObject({ arn: arn("ARN of the function, with `:alias` or `:version` if need be.") })
    .meta({ description: "AWS Lambda function. Each rule gets its own permission to invoke it." }),
  sqs: z
    .strictObject({
      arn: arn("ARN of the queue."),
      messageGroupId: text("Message group, needed for a FIFO queue.").max(128).optional(),
    })
    .meta({ description: "Amazon SQS queue, standard or FIFO. Its policy gets a statement; others' statements stay." }),
  sns: z
    .strictObject({ arn: arn("ARN of the topic.") })
    .meta({ description: "Amazon SNS topic. Its policy gets a statement; others' statements stay." }),
  kinesis: z
    .strictObject({
      arn: arn("ARN of the stream."),
      partitionKeyPath: text("JSON path of the partition key, `$.detail.id`; the event's id when left out.").optional(),
    })
    .meta({ description: "Amazon Kinesis data stream." }),
  firehose: z.strictObject({ arn: arn("ARN of the delivery stream.") }).meta({ description: "Amazon Data Firehose." }),
  stepFunctions: z
    .strictObject({ arn: arn("ARN of the state machine.") })
    .meta({ description: "AWS Step Functions state machine; each event starts an execution." }),
  ecs: z
    .strictObject({
      clusterArn: arn("ARN of the cluster."),
      taskDefinitionArn: arn("ARN of the task definition."),
      taskCount: z.int().min(1).max(10).meta({ description: "Tasks for each event; 1 when left out." }).optional(),
      launchType: z.enum(["EC2", "EXTERNAL", "FARGATE"]).meta({ description: "Where tasks run." }).optional(),
      platformVersion: text("Fargate platform version.").optional(),
      group: text("Task group.").optional(),
      subnets: list("Subnets of the tasks (awsvpc).").optional(),
      securityGroups: list("Security groups of the tasks (awsvpc).").optional(),
      assignPublicIp: z.boolean().meta({ description: "Give tasks a public address (awsvpc)." }).optional(),
      passRoleArns: z
        .array(arn("ARN of a role."))
        .meta({ description: "Task and execution roles that may be passed; any role of the account when left out." })
        .optional(),
    })
    .meta({ description: "Amazon ECS tasks." }),
  batch: z
    .strictObject({
      jobQueueArn: arn("ARN of the job queue."),
      jobDefinition: text("Name or ARN of the job definition."),
      jobName: text("Name of the jobs."),
      attempts: z.int().min(1).max(10).meta({ description: "Tries of a job." }).optional(),
      arraySize: z.int().min(2).max(10_000).meta({ description: "Size of an array job." }).optional(),
    })
    .meta({ description: "AWS Batch job." }),
  logGroup: z
    .strictObject({ arn: arn("ARN of the log group.") })
    .meta({ description: "CloudWatch Logs group; a resource policy lets events in." }),
  eventBus: z
    .strictObject({ arn: arn("ARN of the bus; it may be of another region or account.") })
    .meta({ description: "Another event bus. One of another account must allow this account to put events." }),
  apiDestination: z
    .strictObject({
      arn: arn("ARN of the API destination."),
      headerParameters: strings("Headers to send.").optional(),
      queryStringParameters: strings("Query parameters to send.").optional(),
      pathParameterValues: list("Values for `*` in the destination's path.").optional(),
    })
    .meta({ description: "EventBridge API destination: any HTTPS endpoint." }),
  runCommand: z
    .strictObject({
      documentArn: arn("ARN of the Systems Manager document, e.g. AWS-RunShellScript's."),
      instances: z
        .array(
          z.strictObject({
            key: text("`InstanceIds` or `tag:NAME`."),
            values: list("Instance ids, or values of the tag.").min(1, { error: "needs at least one value" }),
          }),
        )
        .min(1, { error: "needs at least one entry" })
        .max(1, { error: "takes one entry: EventBridge allows no more" })
        .meta({ description: "Which EC2 instances." }),
    })
    .meta({ description: "Systems Manager Run Command on EC2 instances." }),
});

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

/** The schema of one target of a rule. Built when asked for: it is large, and most manifests have no event bus. */
export const targetSchema = () =>
  z
    .strictObject({
      name: z
        .string()
        .min(1, { error: "is empty" })
        .regex(/^[.\-_A-Za-z0-9]+$/, { error: 'has characters other than letters, digits, ".", "-" and "_"' })
        .meta({ description: "Id of the target, unique within the rule; at most 64 characters." }),
      ...optionalOf(targetKinds()),
      input: z
        .unknown()
        .meta({ description: "What the target gets instead of the event: any JSON, written as YAML." })
        .optional(),
      inputPath: z
        .string()
        .regex(/^\$/, { error: "does not start with $" })
        .max(256, { error: "is longer than 256 characters" })
        .meta({ description: "JSON path of the part of the event that the target gets, e.g. `$.detail`." })
        .optional(),
      inputTransformer: z
        .strictObject({
          inputPaths: z
            .record(z.string(), z.string().regex(/^\$/, { error: "does not start with $" }))
            .meta({ description: "Variables, each with the JSON path of its value." })
            .optional(),
          inputTemplate: z
            .string()
            .min(1, { error: "is empty" })
            .max(8192, { error: "is longer than 8192 characters" })
            .meta({ description: "What the target gets; `<variable>` stands for its value." }),
        })
        .meta({ description: "Builds what the target gets from parts of the event." })
        .optional(),
      retryPolicy: z
        .strictObject({
          maximumRetryAttempts: z.int().min(0).max(185).meta({ description: "Retries; 185 when left out." }).optional(),
          maximumEventAgeInSeconds: z
            .int()
            .min(60)
            .max(86_400)
            .meta({ description: "How long to try; 24 hours when left out." })
            .optional(),
        })
        .meta({ description: "How often a failed delivery is tried again." })
        .optional(),
      deadLetterQueueArn: arn("ARN of an SQS standard queue that gets what could not be delivered.").optional(),
      deadLetterQueue: z
        .strictObject({
          create: z.literal(true).meta({ description: "Make a queue for what could not be delivered." }),
          messageRetentionSeconds: z
            .int()
            .min(60)
            .max(1_209_600)
            .meta({ description: "How long it keeps messages; 14 days when left out." })
            .optional(),
        })
        .meta({ description: "A dead-letter queue of the target's own." })
        .optional(),
      roleArn: arn(
        "Role that EventBridge takes on to reach the target; made with the least rights when left out.",
      ).optional(),
    })
    .meta({ description: "Where the rule sends events; exactly one of the service blocks." });

/** A target, as validated. */
export type TargetSpec = z.infer<ReturnType<typeof targetSchema>>;

type Optional<Shape extends Record<string, z.ZodType>> = { [Name in keyof Shape]: z.ZodOptional<Shape[Name]> };

function optionalOf<Shape extends Record<string, z.ZodType>>(shape: Shape): Optional<Shape> {
  const entries = Object.entries(shape).map(([name, schema]) => [name, schema.optional()]);
  return Object.fromEntries(entries) as Optional<Shape>;
}
