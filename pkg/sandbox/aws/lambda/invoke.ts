import { textOf } from "../cloud.ts";
import type { Cloud } from "../cloud.ts";
import type { AwsCall } from "../protocol.ts";
import { findFunction } from "./model.ts";
import type { LambdaRuntime } from "./runtime.ts";

/** Invokes a function. @throws AwsFault when there is none. */
export async function invoke(
  call: AwsCall,
  cloud: Cloud,
  runtime: LambdaRuntime,
): Promise<{ payload: string; error?: string }> {
  const { fn } = findFunction(call, cloud);
  try {
    return { payload: await runtime(fn, textOf(call.params["Payload"] ?? "{}")) };
  } catch (error) {
    const { message } = error as Error;
    return { payload: JSON.stringify({ errorType: "Error", errorMessage: message }), error: message };
  }
}
