import { randomUUID } from "node:crypto";
import { AwsFault, XmlMap } from "./call.ts";
import type { AwsCall } from "./call.ts";
import type { AwsHttpAnswer, AwsHttpRequest } from "./http.ts";

/** The operation that `Action` names, and its parameters, from a form or the query. @throws AwsFault */
export function readQueryCall({ url, body }: AwsHttpRequest): Pick<AwsCall, "operation" | "params"> {
  const form = Buffer.from(body).toString("utf8");
  const { Action: operation, Version: _, ...params } = parseQuery(form === "" ? (url.split("?")[1] ?? "") : form);
  if (typeof operation !== "string") throw new AwsFault("MissingAction", "Missing Action");
  return { operation, params };
}

/** `Tags.member.1.Key=a` becomes `{Tags: [{Key: "a"}]}`. */
function parseQuery(text: string): Record<string, unknown> {
  // Without a prototype: keys come from outside.
  const root = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of new URLSearchParams(text)) {
    const steps = key.split(".");
    let node = root;
    for (const step of steps.slice(0, -1)) {
      if (typeof node[step] !== "object") node[step] = Object.create(null);
      node = node[step] as Record<string, unknown>;
    }
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

/** Writes an answer of the query protocol. */
export function writeQueryAnswer({ service, operation }: AwsCall, result: unknown): AwsHttpAnswer {
  const requestId = randomUUID();
  const body =
    `<${operation}Response xmlns="${XML_NAMESPACES[service] ?? ""}">` +
    `<${operation}Result>${toXml(result)}</${operation}Result>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
  return { status: 200, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId }, body };
}

/** Writes a refusal of the query protocol. */
export function writeQueryFault(service: string, { code, message, status }: AwsFault): AwsHttpAnswer {
  const requestId = randomUUID();
  const body =
    `<ErrorResponse xmlns="${XML_NAMESPACES[service] ?? ""}"><Error><Type>${status < 500 ? "Sender" : "Receiver"}</Type>` +
    `<Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  return { status, headers: { "x-amzn-requestid": requestId, "content-type": "text/xml" }, body };
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
