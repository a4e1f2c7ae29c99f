import { randomUUID } from "node:crypto";
import { AwsFault } from "./call.ts";
import type { AwsCall } from "./call.ts";
import type { AwsHttpAnswer, AwsHttpRequest } from "./http.ts";

/** The operation that `X-Amz-Target` names, and the JSON object in the body. */
export function readJsonCall(target: string, { body }: AwsHttpRequest): Pick<AwsCall, "operation" | "params"> {
  return {
    operation: target.slice(target.lastIndexOf(".") + 1),
    params: parseJson(Buffer.from(body).toString("utf8")),
  };
}

/** A JSON object; an empty text is an empty one. @throws AwsFault */
export function parseJson(body: string): Record<string, unknown> {
  if (body === "") return {};
  try {
    const value = JSON.parse(body) as unknown;
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Falls through to the same answer.
  }
  throw new AwsFault("SerializationException", "The request is not a JSON object");
}

/** Writes an answer of the JSON protocol. */
export function writeJsonAnswer({ service }: Pick<AwsCall, "service">, result: unknown): AwsHttpAnswer {
  return {
    status: 200,
    headers: { "content-type": contentType(service), "x-amzn-requestid": randomUUID() },
    body: JSON.stringify(result ?? {}),
  };
}

/** Writes a refusal of the JSON protocol. */
export function writeJsonFault(service: string, { code, message, status }: AwsFault): AwsHttpAnswer {
  const legacy: Record<string, string> =
    service === "sqs" ? { "x-amzn-query-error": `${QUERY_CODES[code] ?? code};Sender` } : {};
  return {
    status,
    headers: { "x-amzn-requestid": randomUUID(), "content-type": contentType(service), ...legacy },
    body: JSON.stringify({ __type: code, message }),
  };
}

/** SQS once spoke the query protocol; its clients still know the codes of then. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
};

function contentType(service: string): string {
  return service === "sqs" ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
}
