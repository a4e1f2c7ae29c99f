import { randomUUID } from "node:crypto";
import { AwsFault } from "./call.ts";
import type { AwsCall } from "./call.ts";
import type { AwsHttpAnswer, AwsHttpRequest } from "./http.ts";
import { parseJson } from "./json.ts";

/** An operation of a service whose operations are paths. */
export interface RestRoute {
  method: string;
  /** With `{Parameter}` for a step that is one. */
  path: string;
  operation: string;
  /** The parameter that the body is, as bytes; without it the body is JSON. */
  payload?: string;
}

/** Headers that carry parameters, by their names in the model. */
const HEADER_PARAMETERS = { "x-amz-invocation-type": "InvocationType", "x-amz-log-type": "LogType" } as const;

/** An answer with a status, headers or a body of its own. */
export class RestAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array | string | object | undefined;

  constructor(status: number, body?: Uint8Array | string | object, headers: Record<string, string> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** The operation of a path, with the parameters of path, query and body. @throws AwsFault for a path that is none. */
export function readRestCall(
  routes: readonly RestRoute[],
  { method, url, headers, body }: AwsHttpRequest,
): Pick<AwsCall, "operation" | "params"> {
  const [pathname = "", query] = url.split("?");
  const searchParams = new URLSearchParams(query);
  for (const route of routes) {
    const found = method === route.method ? stepsOf(route.path, pathname) : undefined;
    if (!found) continue;
    const given =
      route.payload === undefined ? parseJson(Buffer.from(body).toString("utf8")) : { [route.payload]: body };
    const named = Object.entries(HEADER_PARAMETERS).map(([header, name]) => [name, headers[header]] as const);
    const params = { ...queryOf(searchParams), ...given, ...found, ...Object.fromEntries(named) };
    return { operation: route.operation, params };
  }
  throw new AwsFault("UnknownOperationException", `the sandbox has no ${method} ${pathname}`, 404);
}

/** Parameters of a query; one that is there more than once is a list. */
function queryOf(query: URLSearchParams): Record<string, unknown> {
  const names = new Set(query.keys());
  return Object.fromEntries(
    [...names].map((name) => {
      const values = query.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

/** The parameters in a path, decoded; `undefined` when it is another path. */
function stepsOf(template: string, pathname: string): Record<string, string> | undefined {
  const wanted = template.split("/");
  const given = pathname.replace(/(?<=.)\/$/, "").split("/");
  if (wanted.length !== given.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, step] of wanted.entries()) {
    const text = given[index] ?? "";
    const name = /^\{(.+)\}$/.exec(step)?.[1];
    if (name === undefined ? step !== text : text === "") return undefined;
    if (name !== undefined) found[name] = decoded(text);
  }
  return found;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsFault("ValidationException", `${text} is not percent-encoded as a URL must be`);
  }
}

/** Writes an answer of the REST protocol. */
export function writeRestAnswer(result: unknown): AwsHttpAnswer {
  const { status, headers, body } = result instanceof RestAnswer ? result : new RestAnswer(200, result ?? {});
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": randomUUID(), ...headers },
    body: body === undefined ? "" : isRaw ? body : JSON.stringify(body),
  };
}

/** Writes a refusal of the REST protocol. */
export function writeRestFault({ code, message, status }: AwsFault): AwsHttpAnswer {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-requestid": randomUUID(), "x-amzn-errortype": code },
    body: JSON.stringify({ Type: status < 500 ? "User" : "Server", Message: message, message }),
  };
}
