import type { Task } from "../cloud.ts";
import { findFunction } from "./model.ts";
import { cannedRuntime } from "./runtime.ts";

/** `Invoke`: the function's answer; an error of its own is an answer too. @throws AwsFault when there is no function. */
export const invokeTask: Task = async (call, cloud) => {
  const { fn } = findFunction(call, cloud);
  const given = call.params["Payload"];
  const payload = given instanceof Uint8Array ? Buffer.from(given).toString("utf8") : "";
  try {
    return JSON.parse(await cannedRuntime(fn, payload === "" ? "{}" : payload)) as unknown;
  } catch (error) {
    return { errorMessage: (error as Error).message, errorType: "Error" };
  }
};
