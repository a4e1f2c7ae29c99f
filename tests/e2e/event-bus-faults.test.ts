import { describe, expect, test } from "vitest";
import { busManifest, leftAt, queueTarget, statusOf } from "../support/aws.ts";
import { openmcfJson, temporaryFolder } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";
import { allRequestsTo, streamsIn } from "../support/sandbox.ts";

const arn = (service: string, resource: string): { arn: string } => ({
  arn: `arn:aws:${service}:us-east-1:123456789012:${resource}`,
});
const MANIFEST = busManifest("s", {
  archive: {},
  tags: { team: "identity" },
  rules: [
    {
      name: "all",
      targets: [
        queueTarget("inbox", { deadLetterQueue: { create: true } }),
        { name: "topic", sns: arn("sns", "users") },
        { name: "save", lambda: arn("lambda", "function:save") },
        { name: "logs", logGroup: arn("logs", "log-group:/aws/events/s") },
        { name: "stream", kinesis: arn("kinesis", "stream/s") },
      ],
    },
  ],
});
const PROVIDED = ["inbox", "users", "save", "/aws/events/s"];

async function run(
  cwd: string,
  verb: string,
  ...flags: string[]
): Promise<{ code: number | null; said: string; summary: RunJson["summary"] }> {
  const { json, code } = await openmcfJson<RunJson>([verb, "-f", "m.yaml", "--sandbox", ...flags], { cwd });
  const said = json.stacks
    .flatMap(({ diagnostics }) => diagnostics.map(({ message, code: name }) => `${name} ${message}`))
    .join("\n");
  return { code, said, summary: json.summary };
}

/** Whatever has failed, a second apply completes it without a duplicate, and destroy leaves nothing. */
async function converges(cwd: string): Promise<void> {
  const again = await run(cwd, "apply");
  expect([again.code, again.said]).toEqual([0, ""]);
  const plan = await run(cwd, "plan", "--refresh");
  expect(plan.summary).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
  expect(streamsIn(cwd).get("s")).toHaveLength(1);
  const { aws } = await statusOf(cwd);
  const count = (type: string): number =>
    aws.filter((item) => item.type === type && !PROVIDED.includes(item.name)).length;
  expect(["bus", "archive", "rule", "target", "role", "queue"].map(count)).toEqual([1, 1, 1, 5, 1, 1]);
  expect((await run(cwd, "destroy")).code).toBe(0);
  expect(await leftAt(cwd, PROVIDED)).toEqual([]);
}

const MAKING: Record<string, string> = {
  GetCallerIdentity: "sts",
  ListEventSources: "events",
  CreateEventBus: "events",
  CreateArchive: "events",
  DescribeRule: "events",
  PutRule: "events",
  PutTargets: "events",
  GetQueueAttributes: "sqs",
  SetQueueAttributes: "sqs",
  CreateQueue: "sqs",
  GetTopicAttributes: "sns",
  SetTopicAttributes: "sns",
  AddPermission: "lambda",
  CreateRole: "iam",
  PutRolePolicy: "iam",
  PutResourcePolicy: "logs",
};
const DELETING: Record<string, string> = {
  RemoveTargets: "events",
  DeleteRule: "events",
  ListRules: "events",
  DeleteEventBus: "events",
  DeleteArchive: "events",
  DeleteQueue: "sqs",
  RemovePermission: "lambda",
  DeleteRolePolicy: "iam",
  DeleteRole: "iam",
  DeleteResourcePolicy: "logs",
};

describe.concurrent("access denied", () => {
  test.each(Object.entries(MAKING))(
    "to %s: the action is named, and once it is granted apply completes",
    async (operation, service) => {
      const cwd = temporaryFolder({ "m.yaml": MANIFEST });
      const denied = await run(cwd, "apply", "--fault", `status=403,code=AccessDeniedException,method=${operation}`);
      expect(denied.code).toBe(1);
      expect(denied.said).toContain(`${service}:${operation} in us-east-1: AccessDeniedException`);
      expect(denied.said).not.toContain("internal-error");
      await converges(cwd);
    },
  );

  test.each(Object.entries(DELETING))(
    "to %s: destroy says so, keeps what it needs, and can be run again",
    async (operation, service) => {
      const cwd = temporaryFolder({ "m.yaml": MANIFEST });
      expect((await run(cwd, "apply")).code).toBe(0);
      const denied = await run(cwd, "destroy", "--fault", `status=403,code=AccessDeniedException,method=${operation}`);
      expect([denied.code, denied.said]).toEqual([1, expect.stringContaining(`${service}:${operation} in us-east-1`)]);
      expect((await run(cwd, "destroy")).code).toBe(0);
      expect(await leftAt(cwd, PROVIDED)).toEqual([]);
      expect([...streamsIn(cwd).keys()]).toEqual([]);
    },
  );
});

describe.concurrent("trouble on the way", () => {
  const CHANGING = Object.keys(MAKING).filter((name) => /^(Create|Put|Set|Add)/.test(name));

  test.each(CHANGING)("%s is throttled, then succeeds", async (operation) => {
    const cwd = temporaryFolder({ "m.yaml": MANIFEST });
    const fault = `status=400,code=ThrottlingException,method=${operation},times=2`;
    expect((await run(cwd, "apply", "--fault", fault)).code).toBe(0);
  });

  test.each(CHANGING)("the answer to %s is lost: nothing is made twice", async (operation) => {
    const cwd = temporaryFolder({ "m.yaml": MANIFEST });
    const lost = await run(cwd, "apply", "--fault", `reset-after,method=${operation},times=1`);
    expect([lost.code, lost.said]).toEqual([0, ""]);
    await converges(cwd);
  });

  test("somebody else changes the bus at the same time: it is tried again", async () => {
    const cwd = temporaryFolder({ "m.yaml": MANIFEST });
    const fault = "status=400,code=ConcurrentModificationException,method=PutRule,times=2";
    expect((await run(cwd, "apply", "--fault", fault)).code).toBe(0);
  });

  test("a quota that is reached is told, and not asked for again", async () => {
    const cwd = temporaryFolder({ "m.yaml": MANIFEST });
    const full = await run(cwd, "apply", "--fault", "status=400,code=LimitExceededException,method=CreateEventBus");
    expect(full.said).toContain("LimitExceededException");
    const tries = allRequestsTo(cwd).filter(({ method }) => method === "CreateEventBus");
    expect(tries).toHaveLength(1);
    await converges(cwd);
  });
});
