import type { InvokeCommandInput } from "@aws-sdk/client-lambda";
import { maybe } from "../call-input.ts";
import type { Cloud } from "../cloud.ts";
import { AwsFault, RestAnswer } from "../wire/index.ts";
import type { AwsCall } from "../wire/index.ts";
import { findFunction } from "./model.ts";
import { cannedRuntime } from "./runtime.ts";

/**
 * `Invoke`: the function's answer; an error of its own is an answer too, marked by a header. An asynchronous invocation
 * (`Event`) is accepted, a `DryRun` does nothing. @throws AwsFault when there is no function.
 */
export async function invokeTask(call: AwsCall<InvokeCommandInput>, cloud: Cloud): Promise<RestAnswer> {
  const { fn } = findFunction(call, cloud);
  const { Payload: given } = call.params;
  const payload = given instanceof Uint8Array && given.length > 0 ? Buffer.from(given).toString("utf8") : "{}";
  const type = maybe(call, "InvocationType") ?? "RequestResponse";
  if (type === "DryRun") return new RestAnswer(204);
  if (!isJson(payload)) throw new AwsFault("InvalidRequestContentException", "Could not parse request body into json.");
  const version = { "x-amz-executed-version": "$LATEST" };
  try {
    const answer = await cannedRuntime(fn, payload);
    return type === "Event" ? new RestAnswer(202) : new RestAnswer(200, answer, version);
  } catch (error) {
    if (type === "Event") return new RestAnswer(202);
    const problem = { errorMessage: (error as Error).message, errorType: "Error" };
    return new RestAnswer(200, problem, { ...version, "x-amz-function-error": "Unhandled" });
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
