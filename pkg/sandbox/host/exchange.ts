import type { IncomingMessage } from "node:http";
import type { Auth0Api } from "../auth0/api.ts";
import type { Cloud } from "../aws/cloud.ts";
import { describeCall, failCall, handleAws } from "../aws/router.ts";
import { AwsFault, isAwsRequest } from "../aws/wire/index.ts";
import { errorAnswer, jsonAnswer } from "./answer.ts";
import type { Answer } from "./answer.ts";
import type { FaultInjector, FaultRule } from "./faults.ts";
import type { RequestLog, RequestRecord } from "./request-log.ts";

/** What a server plays. */
export interface Services {
  auth0: Auth0Api;
  aws: Cloud;
  faults: FaultInjector;
  requests: RequestLog;
  /** What the server calls itself in URLs of queues, where its port will not last. */
  origin?: string;
}

/** One request, whichever service it is for. */
export interface Exchange {
  /** What faults are matched on. */
  method: string;
  path: string;
  /** What the record says. */
  label: Pick<RequestRecord, "method" | "path" | "name">;
  handle(): Promise<Answer>;
  /** The most that its service takes, in bytes, and what it says to more. */
  maxBody: number;
  tooLarge(): Answer;
  /** The answer of a fault that gives a status. */
  fail(rule: FaultRule): Answer;
}

/** The exchange that a request opens. */
export function exchangeFor(services: Services, request: IncomingMessage, body: Uint8Array): Exchange {
  return isAwsRequest(request.headers) ? awsExchange(services, request, body) : auth0Exchange(services, request, body);
}

/** The most that any service takes: a function's code. */
export const MAX_BODY = 50 * 1024 * 1024;
const MAX_API_BODY = 1024 * 1024;

function auth0Exchange({ auth0 }: Services, request: IncomingMessage, body: Uint8Array): Exchange {
  const text = Buffer.from(body).toString("utf8");
  const { method = "GET", url = "/" } = request;
  return {
    method,
    path: url.replace(/\?.*$/, ""),
    label: { method, path: url, ...nameIn(text) },
    handle: async () => {
      const { status, body: answer } = await auth0.handle({
        method,
        url,
        authorization: request.headers.authorization,
        body: text,
      });
      return jsonAnswer(status, answer);
    },
    fail: ({ value = 500 }) => errorAnswer(value, "Sandbox Fault", "This failure was asked for."),
    maxBody: MAX_API_BODY,
    tooLarge: () => errorAnswer(413, "Payload Too Large", "Payload content length greater than maximum allowed"),
  };
}

function awsExchange({ aws, origin }: Services, request: IncomingMessage, body: Uint8Array): Exchange {
  const { method = "POST", url = "/", headers } = request;
  const given = { method, url, headers, body, origin: origin ?? `http://${headers.host}` };
  const { operation = method, service = url } = describeCall(given) ?? {};
  return {
    method: operation,
    path: service,
    label: { method: operation, path: service },
    handle: () => handleAws(given, aws),
    fail: ({ value = 500, code = value < 500 ? "ValidationException" : "InternalFailure" }) =>
      failCall(given, new AwsFault(code, "This failure was asked for.", value)),
    maxBody: MAX_BODY,
    tooLarge: () => failCall(given, new AwsFault("RequestEntityTooLargeException", "The request is too large.", 413)),
  };
}

function nameIn(body: string): { name?: string } {
  const name = /"name"\s*:\s*"([^"\\]*)"/.exec(body.slice(0, 500))?.[1];
  return name === undefined ? {} : { name };
}
