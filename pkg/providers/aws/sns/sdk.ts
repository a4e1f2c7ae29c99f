// What is used of the client, so that the bundle holds no more; loaded when the first request is made.
export { SNSClient as Client, GetTopicAttributesCommand, SetTopicAttributesCommand } from "@aws-sdk/client-sns";
