import { describe, expect, test } from "vitest";
import { InvalidInput, RemoteFailure } from "../../pkg/diagnostics/index.ts";
import { awsPlugin } from "../../pkg/providers/index.ts";
import type { Driver } from "../../pkg/provider-contract/index.ts";
import { AwsAccess } from "../../pkg/providers/aws/access.ts";
import { ACCOUNT, CASES, REGION } from "../support/aws-cases.ts";
import { listening } from "../support/http.ts";

// What a proxy or a login page may answer in AWS's place: a failure of the remote side, and never "deleted", "gone",
// "the wrong account", or a bug of ours.

const { signal } = new AbortController();

const PAGES: Record<string, [status: number, type: string, body: string]> = {
  "200 with a page": [200, "text/html", "<html>Blocked</html>"],
  "200 with a text": [200, "text/plain", "blocked"],
  "202 with a page": [202, "text/html; charset=utf-8", "<html>"],
  "302 to a login": [302, "text/html", ""],
  "307 to a login": [307, "text/html", "<html>"],
};
const SHAPES: Record<string, [status: number, type: string, body: string]> = Object.fromEntries(
  ["null", "[]", "5", '"x"', "{", "<a>"].map((body) => [`200 with the JSON ${body}`, [200, "application/json", body]]),
);

async function endpointOf([status, type, body]: [number, string, string]): Promise<string> {
  return listening((_, response) => {
    response.writeHead(status, { "content-type": type, location: "https://login.example.com/" }).end(body);
  });
}

function driverAt(endpoint: string, type: string): Driver {
  const credentials = () => ({ accessKeyId: ACCOUNT, secretAccessKey: "x" });
  const driver = awsPlugin({ env: {}, override: async () => ({ endpoint, credentials }) })
    .configure({ region: REGION })
    .driver(type);
  if (!driver) throw new Error(`no driver for ${type}`);
  return driver;
}

describe.each(Object.entries(CASES))("%s", (type, caseOf) => {
  const { inputs } = caseOf(`https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/inbox`);
  const outputs = { ...inputs, arn: "arn:aws:x", url: "https://x.example.com/1/made" };
  const id = "x/y/z";
  const state = { inputs, outputs };
  const operations = (driver: Driver) => ({
    create: () => driver.create({ inputs, signal }),
    read: () => driver.read({ id, state, signal }),
    recover: () => driver.recover({ inputs, since: new Date(), signal }),
    delete: () => driver.delete({ id, state, signal }),
  });

  test.each(Object.entries(PAGES))("no operation takes %s for an answer", async (_, page) => {
    for (const [name, operation] of Object.entries(operations(driverAt(await endpointOf(page), type)))) {
      const failure: unknown = await operation().catch((error: unknown) => error);
      expect(failure, name).toBeInstanceOf(RemoteFailure);
      // Without a status the outcome stays open, so that the operation stays on record.
      expect(failure, name).not.toHaveProperty("status");
    }
  });

  test.each(Object.entries(SHAPES))("no operation fails as a bug of ours at %s", async (_, shape) => {
    for (const [name, operation] of Object.entries(operations(driverAt(await endpointOf(shape), type)))) {
      const failure: unknown = await operation().then(
        () => undefined,
        (error: unknown) => error,
      );
      const isExpected = failure === undefined || failure instanceof RemoteFailure || failure instanceof InvalidInput;
      expect(isExpected, `${name}: ${String(failure)}`).toBe(true);
    }
  });
});

test.each(Object.entries({ ...PAGES, ...SHAPES }))("%s is not a wrong account", async (_, answer) => {
  const endpoint = await endpointOf(answer);
  const credentials = () => ({ accessKeyId: ACCOUNT, secretAccessKey: "x" });
  const access = new AwsAccess(async () => ({ endpoint, credentials }));
  await expect(access.account({ region: REGION, account: ACCOUNT }, signal)).rejects.toBeInstanceOf(RemoteFailure);
});

test("an answer of more than 16 MiB is not read to its end", async () => {
  const endpoint = await listening((_, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(`{"x":"${"x".repeat(17 * 1024 * 1024)}"}`);
  });
  const driver = driverAt(endpoint, "aws:cloudwatch/eventBus:EventBus");
  await expect(driver.read({ id: "mine", signal })).rejects.toThrow("larger than 16 MiB");
});
