import { afterAll, beforeAll } from "vitest";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import { temporaryFolder } from "./cli.ts";

export const ACCOUNT = "123456789012";

/** What an AWS service answered. */
export interface AwsAnswer {
  status: number;
  /** The error's code; `undefined` for success. */
  code: string | undefined;
  message: string | undefined;
  headers: Headers;
  text: string;
  /** The body as JSON; `{}` where it is none. */
  body: Record<string, unknown>;
}

/** A hand-written client, for what AWS's own ones do not let through. */
export interface AwsHttp {
  /** A call of the JSON protocol (events, sqs, logs). */
  json: (service: keyof typeof TARGETS, operation: string, params?: object) => Promise<AwsAnswer>;
  /** A call of the query protocol (sns, iam, sts); parameters as they stand in the form. */
  query: (service: string, operation: string, params?: Record<string, string>) => Promise<AwsAnswer>;
  /** A request to a path. */
  rest: (method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<AwsAnswer>;
  sandbox: () => Sandbox;
}

const TARGETS = { events: "AWSEvents", sqs: "AmazonSQS", logs: "Logs_20140328" } as const;

/** A sandbox of this process for the tests of a file, and a client of it. */
export function awsOverHttp(): AwsHttp {
  let sandbox: Sandbox;
  let endpoint = "";
  beforeAll(async () => {
    sandbox = openSandbox(temporaryFolder());
    endpoint = await sandbox.awsEndpoint();
  });
  afterAll(() => sandbox.close());
  const send = async (
    service: string,
    path: string,
    { headers, ...init }: { method: string; headers?: Record<string, string>; body?: string | URLSearchParams },
  ): Promise<AwsAnswer> => {
    const scope = `${ACCOUNT}/20260101/us-east-1/${service}/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
    const answer = await fetch(`${endpoint}${path}`, { ...init, headers: { ...headers, authorization } });
    return read(answer);
  };
  return {
    json: (service, operation, params = {}) =>
      send(service, "/", {
        method: "POST",
        headers: { "x-amz-target": `${TARGETS[service]}.${operation}` },
        body: JSON.stringify(params),
      }),
    query: (service, operation, params = {}) =>
      send(service, "/", { method: "POST", body: new URLSearchParams({ Action: operation, ...params }) }),
    rest: (method, path, body, headers = {}) =>
      send("lambda", path, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) }),
    sandbox: () => sandbox,
  };
}

async function read(answer: Response): Promise<AwsAnswer> {
  const text = await answer.text();
  const body = text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
  const written = body["__type"] ?? answer.headers.get("x-amzn-errortype") ?? /<Code>(.*?)<\/Code>/.exec(text)?.[1];
  const message = body["message"] ?? body["Message"] ?? /<Message>(.*?)<\/Message>/.exec(text)?.[1];
  return {
    status: answer.status,
    code: typeof written === "string" ? written : undefined,
    message: typeof message === "string" ? message : undefined,
    headers: answer.headers,
    text,
    body,
  };
}
