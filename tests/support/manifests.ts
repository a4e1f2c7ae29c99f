/** A manifest of a webhook stream, with parts replaced. */
export function webhookManifest(
  name: string,
  { endpoint = "https://hooks.example.com/auth0", token = "a-token", subscriptions = ["user.created"] } = {},
): string {
  return `apiVersion: auth0.openmcf.org/v1
kind: Auth0EventStream
metadata:
  name: ${name}
spec:
  destinationType: webhook
  subscriptions: ${JSON.stringify(subscriptions)}
  webhookConfiguration:
    webhookEndpoint: ${endpoint}
    webhookAuthorization:
      method: bearer
      token: ${token}
`;
}

/** A manifest of an EventBridge stream. */
export function eventbridgeManifest(name: string, region = "us-east-1"): string {
  return `apiVersion: auth0.openmcf.org/v1
kind: Auth0EventStream
metadata:
  name: ${name}
spec:
  destinationType: eventbridge
  subscriptions: [user.created, user.deleted]
  eventbridgeConfiguration:
    awsAccountId: "123456789012"
    awsRegion: ${region}
`;
}
