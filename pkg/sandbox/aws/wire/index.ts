// The protocols that AWS's clients speak: JSON, query and REST-JSON. A request becomes a call of one operation, its result
// or refusal an answer; bodies are bytes. No service's operation is here.
import { DEFAULT_ACCOUNT } from "./call.ts";
import type { AwsCall, AwsFault } from "./call.ts";
import type { AwsHttpAnswer, AwsHttpRequest } from "./http.ts";
import { readJsonCall, writeJsonAnswer, writeJsonFault } from "./json.ts";
import { readQueryCall, writeQueryAnswer, writeQueryFault } from "./query.ts";
import { readRestCall, writeRestAnswer, writeRestFault } from "./rest-json.ts";
import type { RestRoute } from "./rest-json.ts";

export { AwsFault, DEFAULT_ACCOUNT, XmlMap } from "./call.ts";
export type { AwsCall } from "./call.ts";
export { isAwsRequest } from "./http.ts";
export type { AwsHttpAnswer, AwsHttpRequest } from "./http.ts";
export { RestAnswer } from "./rest-json.ts";
export type { RestRoute } from "./rest-json.ts";

/** Services whose operations are paths, by the name in the credential scope. */
export type RestServices = Readonly<Record<string, readonly RestRoute[]>>;

/**
 * Reads the operation out of a request. The account is the access key, if that is 12 digits.
 * @throws AwsFault for what is no request.
 */
export function readCall(request: AwsHttpRequest, restServices: RestServices): AwsCall {
  const { key, region, service } = scopeOf(request);
  const base = {
    service,
    account: /^\d{12}$/.test(key) ? key : DEFAULT_ACCOUNT,
    region: region === "" ? "us-east-1" : region,
    origin: request.origin,
  };
  const target = String(request.headers["x-amz-target"] ?? "");
  const { protocol } = protocolOf(request, restServices);
  if (protocol === "json") return { ...base, ...readJsonCall(target, request), protocol };
  if (protocol === "rest") return { ...base, ...readRestCall(restServices[service] ?? [], request), protocol };
  return { ...base, ...readQueryCall(request), protocol };
}

/** The service and the protocol of a request, known before the request is read. */
export function protocolOf(request: AwsHttpRequest, restServices: RestServices): Pick<AwsCall, "protocol" | "service"> {
  const { service } = scopeOf(request);
  if (typeof request.headers["x-amz-target"] === "string") return { service, protocol: "json" };
  return { service, protocol: Object.hasOwn(restServices, service) ? "rest" : "query" };
}

/** The credential scope of the signature. */
function scopeOf({ headers }: AwsHttpRequest): { key: string; region: string; service: string } {
  const [, key = "", region = "", scope = ""] =
    /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\//.exec(String(headers["authorization"] ?? "")) ?? [];
  return { key, region, service: scope === "monitoring" ? "logs" : scope };
}

/** Writes an answer in the protocol the call came by. */
export function writeAnswer(call: AwsCall, result: unknown): AwsHttpAnswer {
  if (call.protocol === "query") return writeQueryAnswer(call, result);
  return call.protocol === "rest" ? writeRestAnswer(result) : writeJsonAnswer(call, result);
}

/** Writes a refusal in the protocol the call came by. */
export function writeFault(
  { protocol, service }: Pick<AwsCall, "protocol" | "service">,
  fault: AwsFault,
): AwsHttpAnswer {
  if (protocol === "query") return writeQueryFault(service, fault);
  return protocol === "rest" ? writeRestFault(fault) : writeJsonFault(service, fault);
}
