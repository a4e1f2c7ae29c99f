import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSandbox } from "../../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../../pkg/sandbox/index.ts";
import { temporaryFolder } from "../../support/cli.ts";

let sandbox: Sandbox;
let port: number;
beforeAll(async () => {
  sandbox = openSandbox(temporaryFolder());
  port = Number(new URL(await sandbox.awsEndpoint()).port);
});
afterAll(() => sandbox.close());

/** A request as it is written, without what `fetch` would mend or refuse. */
function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body: string | Buffer = "",
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", reject);
    });
    request.on("error", reject);
    request.end(body);
  });
}

const signed = (service: string): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

describe("the sandbox answers what is no honest request with a 4xx", () => {
  test.each(["/api/v2/event-streams/%zz", "/api/v2/event-streams/est_x/deliveries/%", "//", "/api/v2/%E0%A4%A"])(
    "GET %s",
    async (path) => {
      const { status, text } = await send("GET", path);
      expect([400, 401, 404]).toContain(status);
      expect(JSON.parse(text)).toMatchObject({ statusCode: status });
    },
  );

  test.each(["{", "[]", "null", '"x"', "1", ""])("POST /oauth/token with %j", async (body) => {
    const { status } = await send("POST", "/oauth/token", {}, body);
    expect([400, 401, 403]).toContain(status);
  });

  test.each([
    ["Auth0", "/api/v2/event-streams", {}],
    ["SNS", "/", signed("sns")],
    ["EventBridge", "/", { ...signed("events"), "x-amz-target": "AWSEvents.PutEvents" }],
  ])("a body of 60 MB for %s", async (_, path, headers) => {
    const { status, text } = await send("POST", path, headers, Buffer.alloc(60_000_000, "x"));
    expect(status).toBe(413);
    expect(text).not.toContain("sandbox:");
  });

  test("a body of 3 MB is refused by the Management API", async () => {
    const { status, text } = await send("POST", "/api/v2/event-streams", {}, Buffer.alloc(3_000_000, "x"));
    expect([status, (JSON.parse(text) as { error: string }).error]).toEqual([413, "Payload Too Large"]);
  });
});

describe("the sandbox answers to its own names only, so that a page in a browser cannot reach it by another", () => {
  test.each(["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1", "."])(
    "not to Host: %j",
    async (host) => {
      for (const headers of [{ host }, { host, ...signed("sts") }]) {
        const { status } = await send("POST", "/", headers, "Action=GetCallerIdentity");
        expect(status).toBe(421);
      }
    },
  );

  test.each([
    "localhost",
    "LOCALHOST:8080",
    "127.0.0.1:1",
    "127.1.2.3",
    "[::1]:443",
    "sandbox.localhost",
    "sts.us-east-1.amazonaws.com",
    "sts.amazonaws.com",
    "sqs.cn-north-1.amazonaws.com.cn",
  ])("to Host: %s", async (host) => {
    const { status } = await send("POST", "/", { host, ...signed("sts") }, "Action=GetCallerIdentity");
    expect(status).toBe(200);
  });
});
