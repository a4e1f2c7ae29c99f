import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateFunctionCommand } from "@aws-sdk/client-lambda";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Auth0EventStream } from "../../pkg/components/index.ts";
import type { RuleInput } from "../../pkg/components/index.ts";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import type { Deployment } from "../../pkg/state/index.ts";
import { clientsOf } from "../support/aws.ts";
import { temporaryFolder } from "../support/cli.ts";
import { sandboxPlugins } from "../support/sandbox.ts";

const ACCOUNT = "123456789012";
const arn = (service: string, resource: string): string => `arn:aws:${service}:us-east-1:${ACCOUNT}:${resource}`;
const TARGETS = {
  lambda: { lambda: { arn: arn("lambda", "function:save") } },
  sqs: { sqs: { arn: arn("sqs", "inbox") } },
  dlq: { kinesis: { arn: arn("kinesis", "stream/s") }, deadLetterQueue: { create: true } },
};

describe("the state of a bus", () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    sandbox = openSandbox(temporaryFolder());
    const endpoint = await sandbox.awsEndpoint();
    const { iam, lambda, sqs } = clientsOf({ AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: ACCOUNT });
    await sqs.send(new CreateQueueCommand({ QueueName: "inbox" }));
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: trust }));
    const Code = { ZipFile: Buffer.from("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==", "base64") };
    await lambda.send(
      new CreateFunctionCommand({ FunctionName: "save", Runtime: "nodejs22.x", Handler: "i.h", Role: Role?.Arn, Code }),
    );
  });
  afterEach(() => sandbox.close());

  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
  });

  /** Applies a stream with a bus as a manifest's stack is applied, and destroys it. */
  async function applied(rules: RuleInput[]): Promise<{ bytes: number; state: Deployment }> {
    const folder = temporaryFolder();
    const engine = createEmbeddedEngine({
      backend: new FileBackend(folder),
      plugins: sandboxPlugins(sandbox),
      passphrase: () => "correct-horse",
    });
    const stack = { project: "auth0-streams", stack: "default.Auth0EventStream.logins" };
    const program = async () =>
      void new Auth0EventStream("logins", {
        destinationType: "eventbridge",
        subscriptions: ["user.created"],
        eventbridgeConfiguration: { awsAccountId: ACCOUNT, awsRegion: "us-east-1" },
        eventBus: { rules },
      });
    const { result, diagnostics } = await engine.up({ ...stack, program });
    expect([result, diagnostics]).toEqual(["succeeded", []]);
    const text = readFileSync(join(folder, `.pulumi/stacks/${stack.project}/${stack.stack}.json`), "utf8");
    expect((await engine.destroy(stack)).result).toBe("succeeded");
    return {
      bytes: text.length,
      state: (JSON.parse(text) as { checkpoint: { latest: Deployment } }).checkpoint.latest,
    };
  }

  const rulesOf = (count: number, target: object): RuleInput[] =>
    Array.from({ length: count }, (_, number) => ({
      name: `rule-${number}`,
      eventTypes: ["user.created"],
      targets: [{ name: "target", ...target }],
    }));

  test("grows with its rules, not with their square: 300 that call a function fit into 2.6 MB", async () => {
    const sizes = [];
    for (const count of [5, 15, 25]) sizes.push((await applied(rulesOf(count, TARGETS.lambda))).bytes);
    const [few = 0, some = 0, many = 0] = sizes;
    const perRule = (many - some) / 10;
    expect(perRule).toBeLessThan(1.05 * ((some - few) / 10));
    expect(few + 295 * perRule).toBeLessThan(2_600_000);
  });

  test.each(Object.entries(TARGETS))("a target waits for what lets it in alone: %s", async (_, target) => {
    const { state } = await applied(rulesOf(4, target));
    const targets = state.resources?.filter(({ type }) => type === "aws:cloudwatch/eventTarget:EventTarget") ?? [];
    expect(targets).toHaveLength(4);
    for (const { dependencies = [] } of targets) {
      const types = dependencies.map((urn) => urn.split("::")[2]?.split("$").at(-1));
      expect(new Set(types).size, dependencies.join("\n")).toBe(types.length);
    }
  });
});
