// What is used of the client, so that the bundle holds no more; loaded when the first request is made.
export {
  CloudWatchLogsClient as Client,
  DeleteResourcePolicyCommand,
  DescribeResourcePoliciesCommand,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
