/** What a topic's policy is until somebody sets one: its owner may do everything. */
export function defaultTopicPolicy(arn: string, account: string): string {
  const owner = { StringEquals: { "AWS:SourceOwner": account } };
  const actions = [
    "GetTopicAttributes",
    "SetTopicAttributes",
    "AddPermission",
    "RemovePermission",
    "DeleteTopic",
    "Subscribe",
    "ListSubscriptionsByTopic",
    "Publish",
  ];
  return JSON.stringify({
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: actions.map((each) => `SNS:${each}`),
        Resource: arn,
        Condition: owner,
      },
    ],
  });
}
