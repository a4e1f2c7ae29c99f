import { randomUUID } from "node:crypto";

/** An HTTP request of an AWS client. */
export interface AwsHttpRequest {
  method: string;
  /** Path and query. */
  url: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
  /** `http://host:port`, for URLs of queues. */
  origin: string;
}

/** What is answered. */
export interface AwsHttpAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

type Protocol = "json" | "query" | "rest";

/** A call of one operation, whatever protocol it came by. */
export interface AwsCall {
  /** As in the credential scope: `events`, `sqs`, `sns`, `logs`, `lambda`, `iam`, `sts`. */
  service: string;
  operation: string;
  account: string;
  region: string;
  params: Record<string, unknown>;
  protocol: Protocol;
  /** `http://host:port`, for URLs of queues. */
  origin: string;
}

/** A refusal in AWS's form. */
export class AwsFault extends Error {
  override name = "AwsFault";
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** A map that XML writes as `<entry>` elements. */
export class XmlMap {
  readonly entries: Record<string, string>;

  constructor(entries: Record<string, string>) {
    this.entries = entries;
  }
}

/** The account of credentials that do not name one. */
export const DEFAULT_ACCOUNT = "123456789012";

/** Whether a request is one of an AWS client: signed with version 4. */
export function isAwsRequest(headers: AwsHttpRequest["headers"]): boolean {
  return String(headers["authorization"] ?? "").startsWith("AWS4-HMAC-SHA256");
}

/**
 * Reads the operation out of a request. The account is the access key, if that is 12 digits. @throws AwsFault for what
 * is no request.
 */
export function readCall(request: AwsHttpRequest): AwsCall {
  const authorization = String(request.headers["authorization"] ?? "");
  const [, key = "", region = "", service = ""] =
    /Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\//.exec(authorization) ?? [];
  const target = request.headers["x-amz-target"];
  const base = {
    service: SERVICE_NAMES[service] ?? service,
    account: /^\d{12}$/.test(key) ? key : DEFAULT_ACCOUNT,
    region: region === "" ? "us-east-1" : region,
    origin: request.origin,
  };
  if (typeof target === "string") {
    const operation = target.slice(target.lastIndexOf(".") + 1);
    return { ...base, operation, params: parseJson(request.body), protocol: "json" };
  }
  if (service === "lambda") return { ...base, ...lambdaCall(request), protocol: "rest" };
  const params = parseQuery(request.body === "" ? (request.url.split("?")[1] ?? "") : request.body);
  const { Action: operation, Version: _, ...rest } = params;
  if (typeof operation !== "string") throw new AwsFault("MissingAction", "Missing Action");
  return { ...base, operation, params: rest, protocol: "query" };
}

const SERVICE_NAMES: Readonly<Record<string, string>> = { monitoring: "logs" };

function parseJson(body: string): Record<string, unknown> {
  if (body === "") return {};
  try {
    const value = JSON.parse(body) as unknown;
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Falls through to the same answer.
  }
  throw new AwsFault("SerializationException", "The request is not a JSON object");
}

/** `Tags.member.1.Key=a` becomes `{Tags: [{Key: "a"}]}`. */
function parseQuery(text: string): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const steps = key.split(".");
    let node = root;
    for (const step of steps.slice(0, -1)) node = (node[step] ??= {}) as Record<string, unknown>;
    node[steps.at(-1) ?? ""] = value;
  }
  const tidy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const map = value as Record<string, unknown>;
    const list = map["member"] ?? map["entry"];
    if (typeof list === "object" && list !== null) return Object.values(list).map(tidy);
    return Object.fromEntries(Object.entries(map).map(([name, each]) => [name, tidy(each)]));
  };
  return tidy(root) as Record<string, unknown>;
}

function lambdaCall({ method, url, body }: AwsHttpRequest): { operation: string; params: Record<string, unknown> } {
  const { pathname, searchParams } = new URL(url, "http://sandbox");
  const [, functionName, part, statement] =
    /^\/2015-03-31\/functions(?:\/([^/]+))?(?:\/([a-z]+))?(?:\/([^/]+))?\/?$/.exec(pathname) ?? [];
  const name = functionName === undefined ? undefined : decodeURIComponent(functionName);
  const query = Object.fromEntries(searchParams);
  const route = [method, name === undefined ? "" : ":name", part ?? "", statement ? ":sid" : ""]
    .filter(Boolean)
    .join(" ");
  const operation = LAMBDA_ROUTES[route];
  if (!operation) throw new AwsFault("UnknownOperationException", `the sandbox has no ${method} ${pathname}`, 404);
  const given = operation === "Invoke" ? { Payload: body } : parseJson(body);
  return {
    operation,
    params: {
      ...query,
      ...given,
      ...(name ? { FunctionName: name } : {}),
      ...(statement ? { StatementId: decodeURIComponent(statement) } : {}),
    },
  };
}

const LAMBDA_ROUTES: Readonly<Record<string, string>> = {
  GET: "ListFunctions",
  POST: "CreateFunction",
  "GET :name": "GetFunction",
  "GET :name configuration": "GetFunctionConfiguration",
  "DELETE :name": "DeleteFunction",
  "GET :name policy": "GetPolicy",
  "POST :name policy": "AddPermission",
  "DELETE :name policy :sid": "RemovePermission",
  "POST :name invocations": "Invoke",
};

/** Writes an answer in the protocol the call came by. */
export function writeAnswer(call: AwsCall, result: unknown): AwsHttpAnswer {
  const requestId = randomUUID();
  if (call.protocol === "query") {
    const body =
      `<${call.operation}Response xmlns="${XML_NAMESPACES[call.service] ?? ""}">` +
      `<${call.operation}Result>${toXml(result)}</${call.operation}Result>` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${call.operation}Response>`;
    return { status: 200, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId }, body };
  }
  const { status = 200, ...shown } = (call.protocol === "rest" ? (result ?? {}) : {}) as { status?: number };
  const value = call.protocol === "rest" ? shown : (result ?? {});
  return {
    status,
    headers: { "content-type": contentType(call), "x-amzn-requestid": requestId },
    body: status === 204 ? "" : JSON.stringify(value),
  };
}

/** Writes a refusal in the protocol the call came by. */
export function writeFault(
  call: Pick<AwsCall, "protocol" | "service">,
  { code, message, status }: AwsFault,
): AwsHttpAnswer {
  const requestId = randomUUID();
  const headers = { "x-amzn-requestid": requestId };
  if (call.protocol === "query") {
    const body =
      `<ErrorResponse xmlns="${XML_NAMESPACES[call.service] ?? ""}"><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type>` +
      `<Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return { status, headers: { ...headers, "content-type": "text/xml" }, body };
  }
  const type = { "content-type": contentType(call) };
  if (call.protocol === "rest")
    return {
      status,
      headers: { ...headers, ...type, "x-amzn-errortype": code },
      body: JSON.stringify({ Type: status < 500 ? "User" : "Server", Message: message, message }),
    };
  const legacy: Record<string, string> =
    call.service === "sqs" ? { "x-amzn-query-error": `${QUERY_CODES[code] ?? code};Sender` } : {};
  return { status, headers: { ...headers, ...type, ...legacy }, body: JSON.stringify({ __type: code, message }) };
}

const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
};

function contentType({ protocol, service }: Pick<AwsCall, "protocol" | "service">): string {
  if (protocol === "rest") return "application/json";
  return service === "sqs" ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1";
}

const XML_NAMESPACES: Readonly<Record<string, string>> = {
  sns: "http://sns.amazonaws.com/doc/2010-03-31/",
  iam: "https://iam.amazonaws.com/doc/2010-05-08/",
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
};

function toXml(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (value instanceof XmlMap)
    return Object.entries(value.entries)
      .map(([key, each]) => `<entry><key>${escapeXml(key)}</key><value>${escapeXml(each)}</value></entry>`)
      .join("");
  if (Array.isArray(value)) return value.map((each) => `<member>${toXml(each)}</member>`).join("");
  if (typeof value === "object")
    return Object.entries(value)
      .filter(([, each]) => each !== undefined)
      .map(([key, each]) => `<${key}>${toXml(each)}</${key}>`)
      .join("");
  return escapeXml(typeof value === "string" ? value : JSON.stringify(value));
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
