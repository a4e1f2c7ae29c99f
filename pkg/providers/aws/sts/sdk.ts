// What is used of the client, so that the bundle holds no more; loaded when the first request is made.
export { GetCallerIdentityCommand, STSClient as Client } from "@aws-sdk/client-sts";
