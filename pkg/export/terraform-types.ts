import type { PropertyMap } from "../values/index.ts";

/** How a resource is written for Terraform. Attribute names are Pulumi's in snake_case, save where noted. */
export interface TerraformType {
  type: string;
  /** Properties that Terraform calls otherwise. */
  renamed?: Readonly<Record<string, string>>;
  /** Properties that are nested blocks, at any depth. */
  blocks?: readonly string[];
  /** Properties that hold JSON documents. */
  documents?: readonly string[];
  /** Attributes by which others name it; what they hold is unique to it. */
  referredBy?: readonly string[];
  /** Properties that the official provider fills with a default of its own, so that the configuration states them. */
  stated?: readonly string[];
  /** Properties that the official provider cannot read back, and would replace the resource for. */
  unreadable?: readonly string[];
  /** The id for `import`, from inputs, outputs and the recorded id. */
  importId: (properties: PropertyMap, id: string) => string;
}

const own = (_: PropertyMap, id: string): string => id;
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Resource types that manifests are made of (registry documentation of auth0/auth0 1.x and hashicorp/aws 6.x). */
export const TERRAFORM_TYPES: Readonly<Record<string, TerraformType>> = {
  "auth0:index/eventStream:EventStream": {
    type: "auth0_event_stream",
    blocks: ["eventbridgeConfiguration", "webhookConfiguration", "webhookAuthorization", "actionConfiguration"],
    importId: own,
  },
  "auth0:index/logStream:LogStream": { type: "auth0_log_stream", blocks: ["sink", "piiConfig"], importId: own },
  "aws:cloudwatch/eventBus:EventBus": {
    type: "aws_cloudwatch_event_bus",
    blocks: ["deadLetterConfig"],
    referredBy: ["arn", "name"],
    // DescribeEventBus does not say it: an imported bus has none in Terraform's state.
    unreadable: ["eventSourceName"],
    importId: own,
  },
  "aws:cloudwatch/eventRule:EventRule": {
    type: "aws_cloudwatch_event_rule",
    referredBy: ["arn", "name"],
    documents: ["eventPattern"],
    importId: ({ eventBusName, name }) => `${text(eventBusName)}/${text(name)}`,
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    type: "aws_cloudwatch_event_target",
    blocks: [
      "inputTransformer",
      "retryPolicy",
      "deadLetterConfig",
      "sqsTarget",
      "kinesisTarget",
      "ecsTarget",
      "networkConfiguration",
      "batchTarget",
      "httpTarget",
      "runCommandTargets",
    ],
    importId: ({ eventBusName, rule, targetId }) => `${text(eventBusName)}/${text(rule)}/${text(targetId)}`,
  },
  "aws:cloudwatch/eventArchive:EventArchive": {
    type: "aws_cloudwatch_event_archive",
    documents: ["eventPattern"],
    importId: own,
  },
  "aws:lambda/permission:Permission": {
    type: "aws_lambda_permission",
    renamed: { function: "function_name" },
    // The provider takes the id apart at its colon, so that with a qualifier the function's ARN will not do.
    importId: ({ function: name, qualifier, statementId }) =>
      text(qualifier)
        ? `${text(name).split(":function:").at(-1)}:${text(qualifier)}/${text(statementId)}`
        : `${text(name)}/${text(statementId)}`,
  },
  "aws:sqs/queue:Queue": {
    type: "aws_sqs_queue",
    referredBy: ["arn", "url"],
    stated: ["maxMessageSize"],
    importId: own,
  },
  "aws:sqs/queuePolicy:QueuePolicy": { type: "aws_sqs_queue_policy", documents: ["policy"], importId: own },
  "aws:sns/topicPolicy:TopicPolicy": { type: "aws_sns_topic_policy", documents: ["policy"], importId: own },
  "aws:iam/role:Role": {
    type: "aws_iam_role",
    documents: ["assumeRolePolicy"],
    referredBy: ["arn", "name"],
    importId: own,
  },
  "aws:iam/rolePolicy:RolePolicy": { type: "aws_iam_role_policy", documents: ["policy"], importId: own },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": {
    type: "aws_cloudwatch_log_resource_policy",
    documents: ["policyDocument"],
    importId: own,
  },
};
