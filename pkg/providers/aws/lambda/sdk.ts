// What is used of the client, so that the bundle holds no more; loaded when the first request is made.
export {
  AddPermissionCommand,
  LambdaClient as Client,
  GetPolicyCommand,
  RemovePermissionCommand,
} from "@aws-sdk/client-lambda";
