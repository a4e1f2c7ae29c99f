import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { GetPolicyCommand } from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import { busManifest, clientsOf, leftAt, queueTarget, statusOf } from "../support/aws.ts";
import { folderWithExamples, openmcf, openmcfJson, temporaryFolder } from "../support/cli.ts";
import type { RunJson } from "../support/cli.ts";
import { allRequestsTo, serve, streamsIn } from "../support/sandbox.ts";

const SANDBOX = ["-f", "m.yaml", "--sandbox"];
const one = (more: Parameters<typeof queueTarget>[1] = {}) => ({
  rules: [{ name: "new-users", eventTypes: ["user.created"], targets: [queueTarget("inbox", more)] }],
});
const folderWith = (text: string): string => temporaryFolder({ "m.yaml": text });

async function apply(cwd: string, ...flags: string[]): Promise<RunJson & { code: number | null; stderr: string }> {
  const { json, code, stderr } = await openmcfJson<RunJson>(["apply", ...SANDBOX, ...flags], { cwd });
  return { ...json, code, stderr };
}

const problemsOf = ({ stacks }: RunJson): string =>
  stacks.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message)).join("\n");

describe("from a manifest to events in a queue", () => {
  test("bus, rules, targets and archive are made; events arrive; a second apply changes nothing; destroy leaves nothing", async () => {
    const cwd = folderWithExamples();
    const manifest = ["-f", "manifests/eventbridge-rules.yaml", "--sandbox"];
    const { json, code } = await openmcfJson<RunJson>(["apply", ...manifest], { cwd });
    expect([code, problemsOf(json)]).toEqual([0, ""]);
    const outputs = json.stacks[0]?.outputs ?? {};
    const source = String(outputs["awsPartnerEventSource"]);
    expect(source).toMatch(/^aws\.partner\/auth0\.com\/sandbox-[-0-9a-f]{36}\/auth0\.events$/);
    expect(outputs).toMatchObject({
      eventBusName: source,
      eventBusArn: `arn:aws:events:eu-central-1:123456789012:event-bus/${source}`,
      partnerEventSourceState: "ACTIVE",
      ruleArns: {
        "new-users": `arn:aws:events:eu-central-1:123456789012:rule/${source}/new-users`,
        "company-addresses": `arn:aws:events:eu-central-1:123456789012:rule/${source}/company-addresses`,
      },
      archiveName: "users-to-queue",
      archiveArn: "arn:aws:events:eu-central-1:123456789012:archive/users-to-queue",
    });

    await openmcf(["sandbox", "emit", "user.created", "--count", "3"], { cwd });
    await openmcf(["sandbox", "emit", "user.deleted", "--count", "2"], { cwd });
    const { targetArrivals, aws } = await statusOf(cwd);
    const arrived = (target: string): number =>
      targetArrivals.filter((each) => each.target === target && each.outcome === "delivered").length;
    expect([arrived("onboarding"), arrived("audit")]).toEqual([3, 5]);
    expect(aws.find(({ type }) => type === "archive")?.detail).toBe("5 events");

    const again = await openmcfJson<RunJson>(["apply", ...manifest], { cwd });
    expect(again.json.summary).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
    const refreshed = await openmcfJson<RunJson>(["plan", "--refresh", ...manifest], { cwd });
    expect(refreshed.json.summary).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });

    expect((await openmcf(["destroy", ...manifest], { cwd })).code).toBe(0);
    expect(await leftAt(cwd, ["onboarding", "/aws/events/auth0"])).toEqual([]);
    expect([...streamsIn(cwd).keys()]).toEqual([]);
  });

  test("events reach a target of every kind, by the rights that were made for it and no others", async () => {
    const cwd = folderWithExamples();
    const manifest = ["-f", "manifests/eventbridge-targets.yaml", "--sandbox"];
    expect((await openmcf(["apply", ...manifest], { cwd })).code).toBe(0);
    await openmcf(["sandbox", "emit", "user.created"], { cwd });
    const { targetArrivals } = await statusOf(cwd);
    expect(targetArrivals).toHaveLength(13);
    expect(targetArrivals.filter(({ outcome }) => outcome !== "delivered" && outcome !== "kept")).toEqual([]);
    const { json } = await openmcfJson<RunJson>(["plan", "--refresh", ...manifest], { cwd });
    expect(json.summary).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
    await openmcf(["destroy", ...manifest], { cwd });
    expect(await leftAt(cwd, ["on-user", "users", "users.fifo", "/aws/events/users"])).toEqual([]);
  });

  test("10,000 events go through the bus, a rule and a queue; none is lost, none is wrong", async () => {
    const cwd = folderWith(busManifest("s", one()));
    await apply(cwd);
    await openmcf(["sandbox", "emit", "user.deleted", "--count", "500"], { cwd });
    const { json } = await openmcfJson<{ counts: object[] }>(["sandbox", "emit", "user.created", "--count", "10000"], {
      cwd,
    });
    expect(json.counts).toMatchObject([{ outcome: "delivered", count: 10_000 }]);
    const arrivals = linesOf(join(cwd, ".sandbox/inbox.jsonl")) as { eventId: string; eventType: string }[];
    const created = arrivals.filter(({ eventType }) => eventType === "user.created");
    const sent = new Set(created.map(({ eventId }) => eventId));
    expect(sent.size).toBe(10_000);
    const messages = readdirSync(join(cwd, ".sandbox/aws-data"))
      .filter((name) => name.endsWith(".jsonl"))
      .flatMap((name) => linesOf(join(cwd, ".sandbox/aws-data", name)) as { item: { body: string } }[]);
    const bodies = messages.map(({ item }) => JSON.parse(item.body) as BusEvent);
    expect(bodies).toHaveLength(10_000);
    expect(new Set(bodies.map(({ detail }) => detail.id))).toEqual(sent);
    expect(
      bodies.filter((event) => event["detail-type"] !== "user.created" || event.detail.type !== "user.created"),
    ).toEqual([]);
  });
});

function linesOf(path: string): unknown[] {
  const lines = readFileSync(path, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => JSON.parse(line) as unknown);
}

interface BusEvent {
  "detail-type": string;
  detail: { id: string; type: string };
}

describe("waiting for the partner event source", () => {
  test("a source that appears late is waited for, and that is told once", async () => {
    const cwd = folderWith(busManifest("s", one()));
    const { code, stderr } = await apply(cwd, "--fault", "source-lag=900");
    expect(code).toBe(0);
    expect(stderr.match(/waiting for AWS to show the partner event source/g)).toHaveLength(1);
  });

  test("one that does not appear ends the run at the deadline; the next apply goes on", async () => {
    const cwd = folderWith(busManifest("s", { ...one(), timeoutSeconds: 1 }));
    const failed = await apply(cwd, "--fault", "source-lag=60000");
    expect(failed.code).toBe(1);
    expect(problemsOf(failed)).toMatch(
      /AWS does not show the partner event source aws\.partner\S+ after \d s; check awsAccountId/,
    );
    expect(streamsIn(cwd).get("s")).toHaveLength(1);
    const again = await apply(cwd);
    expect([again.code, again.summary["same"]]).toEqual([0, 2]);
    expect(streamsIn(cwd).get("s")).toHaveLength(1);
  });
});

describe("doctor", () => {
  test("warns of a source without a bus, that events are dropped, and until when it stays; then that it is active", async () => {
    const cwd = folderWith(busManifest("s", {}).replace(',"eventBus":{}', ""));
    await apply(cwd);
    const { stdout } = await openmcf(["doctor", ...SANDBOX], { cwd });
    expect(stdout).toMatch(/is PENDING: events sent meanwhile are dropped; it expires on \d{4}-\d\d-\d\dT/);
    const { stdout: sent } = await openmcf(["sandbox", "emit", "user.created"], { cwd });
    expect(sent).toContain("1 dropped");
    writeFileSync(join(cwd, "m.yaml"), busManifest("s", one()));
    await apply(cwd);
    expect((await openmcf(["doctor", ...SANDBOX], { cwd })).stdout).toContain("the partner event source is ACTIVE");
  });

  test("says when a source has expired", async () => {
    const cwd = folderWith(busManifest("s", {}).replace(',"eventBus":{}', ""));
    await apply(cwd);
    const { stdout } = await openmcf(["doctor", ...SANDBOX, "--fault", "source-expiry=0"], { cwd });
    expect(stdout).toContain("AWS shows no partner event source aws.partner/auth0.com/sandbox-");
  });
});

describe("rules test", () => {
  test("says which rules match an event, and which field keeps the others from it", async () => {
    const cwd = folderWithExamples();
    const event = { type: "user.created", data: { object: { email: "jane@elsewhere.org" } } };
    writeFileSync(join(cwd, "event.json"), JSON.stringify(event));
    const { stdout, code } = await openmcf(
      ["rules", "test", "-f", "manifests/eventbridge-rules.yaml", "--event", "event.json"],
      { cwd },
    );
    expect(code).toBe(0);
    expect(stdout).toContain("✔ matches  new-users");
    expect(stdout).toContain(
      '✗ no      company-addresses\n       detail.data.object.email is "jane@elsewhere.org"; the pattern wants {"suffix":"@example.com"}',
    );
    const samples = await openmcf(["rules", "test", "-f", "manifests/eventbridge-rules.yaml", "--samples"], { cwd });
    expect(samples.stdout).toMatch(/new-users {2}user\.created\n/);
    const wrong = await openmcf(
      ["rules", "test", "-f", "manifests/eventbridge-rules.yaml", "--event", "nowhere.json"],
      { cwd },
    );
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining("nowhere.json cannot be read")]);
  });
});

describe("what is there already", () => {
  test("a bus that somebody has associated by hand is adopted", async () => {
    const cwd = folderWith(busManifest("s", {}).replace(',"eventBus":{}', ""));
    const { exports, stop } = await serve(cwd);
    const source = String((await apply(cwd)).stacks[0]?.outputs["awsPartnerEventSource"]);
    await clientsOf(exports).events.send(new CreateEventBusCommand({ Name: source, EventSourceName: source }));
    writeFileSync(join(cwd, "m.yaml"), busManifest("s", one()));
    expect((await apply(cwd)).code).toBe(0);
    expect((await leftAt(cwd)).filter((item) => item.startsWith("bus"))).toEqual([`bus ${source}`]);
    await stop();
  });

  test("statements that others have in a queue's policy stay, also when two stacks share the queue", async () => {
    const cwd = temporaryFolder({ "a.yaml": busManifest("a", one()), "b.yaml": busManifest("b", one()) });
    const { exports, stop } = await serve(cwd);
    const { sqs } = clientsOf(exports);
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "inbox" }));
    const theirs = { Sid: "Theirs", Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: "*" };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [theirs] });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policy } }));
    const sids = async (): Promise<string[]> => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] }),
      );
      return (JSON.parse(Attributes.Policy ?? "{}") as { Statement: { Sid: string }[] }).Statement.map(
        ({ Sid }) => Sid,
      );
    };
    expect((await openmcf(["apply", "-f", "a.yaml", "-f", "b.yaml", "--sandbox"], { cwd })).code).toBe(0);
    expect(await sids()).toHaveLength(3);
    const plan = await openmcfJson<RunJson>(["plan", "-f", "a.yaml", "-f", "b.yaml", "--refresh", "--sandbox"], {
      cwd,
    });
    expect(plan.json.summary).toMatchObject({ create: 0, update: 0, replace: 0, delete: 0 });
    await openmcf(["destroy", "-f", "a.yaml", "--sandbox"], { cwd });
    expect(await sids()).toHaveLength(2);
    await openmcf(["destroy", "-f", "b.yaml", "--sandbox"], { cwd });
    expect(await sids()).toEqual(["Theirs"]);
    await stop();
  });

  test("a bus with rules of others is not deleted; they are named, and the stream stays", async () => {
    const cwd = folderWith(busManifest("s", one()));
    const { exports, stop } = await serve(cwd);
    const EventBusName = String((await apply(cwd)).stacks[0]?.outputs["eventBusName"]);
    const { events } = clientsOf(exports);
    await events.send(new PutRuleCommand({ EventBusName, Name: "theirs", EventPattern: '{"source":["x"]}' }));
    const failed = await openmcfJson<RunJson>(["destroy", ...SANDBOX], { cwd });
    expect([failed.code, problemsOf(failed.json)]).toEqual([1, expect.stringContaining("not of this stack: theirs")]);
    expect(streamsIn(cwd).get("s")).toHaveLength(1);
    await events.send(new DeleteRuleCommand({ EventBusName, Name: "theirs" }));
    expect((await openmcf(["destroy", ...SANDBOX], { cwd })).code).toBe(0);
    expect(await leftAt(cwd, ["inbox"])).toEqual([]);
    await stop();
  });

  test("a rule and a target that were removed by hand are told of by a plan, and made anew", async () => {
    const cwd = folderWith(busManifest("s", one()));
    const { exports, stop } = await serve(cwd);
    const EventBusName = String((await apply(cwd)).stacks[0]?.outputs["eventBusName"]);
    const { events } = clientsOf(exports);
    await events.send(new RemoveTargetsCommand({ EventBusName, Rule: "new-users", Ids: ["inbox"] }));
    await events.send(new DeleteRuleCommand({ EventBusName, Name: "new-users" }));
    const plan = await openmcfJson<RunJson>(["plan", "--refresh", ...SANDBOX], { cwd });
    expect(plan.json.summary["create"]).toBe(2);
    expect((await apply(cwd, "--refresh")).code).toBe(0);
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ EventBusName, Rule: "new-users" }));
    expect(Targets).toHaveLength(1);
    await stop();
  });

  test("drift of a rule is shown field by field and mended", async () => {
    const cwd = folderWith(busManifest("s", one()));
    const { exports, stop } = await serve(cwd);
    const EventBusName = String((await apply(cwd)).stacks[0]?.outputs["eventBusName"]);
    const { events } = clientsOf(exports);
    await events.send(
      new PutRuleCommand({ EventBusName, Name: "new-users", State: "DISABLED", EventPattern: '{"source":["x"]}' }),
    );
    const { json } = await openmcfJson<RunJson>(["plan", "--refresh", ...SANDBOX], { cwd });
    const paths = json.stacks[0]?.steps.find(({ op }) => op === "update")?.diff.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["state", "eventPattern.source"]));
    await apply(cwd, "--refresh");
    const rule = await events.send(new DescribeRuleCommand({ EventBusName, Name: "new-users" }));
    expect([rule.State, rule.EventPattern]).toEqual(["ENABLED", expect.stringContaining("user.created")]);
    await stop();
  });
});

describe("moving", () => {
  test.each([
    ["region", { region: "eu-west-1" }, ["123456789012 eu-west-1"]],
    ["account", { account: "999999999999" }, ["999999999999 us-east-1"]],
  ] as const)(
    "another %s moves the whole bus, in the right order, and leaves nothing behind",
    async (_, place, places) => {
      const targets = (at: object) => [
        queueTarget("inbox", { deadLetterQueue: { create: true }, ...at }),
        {
          name: "stream",
          kinesis: {
            arn: `arn:aws:kinesis:${{ region: "us-east-1", ...at }.region}:${{ account: "123456789012", ...at }.account}:stream/s`,
          },
        },
      ];
      const bus = (at: object) => ({ archive: {}, rules: [{ name: "all", targets: targets(at) }] });
      const cwd = folderWith(busManifest("s", bus({})));
      await apply(cwd);
      writeFileSync(join(cwd, "m.yaml"), busManifest("s", bus(place), place));
      const before = allRequestsTo(cwd).length;
      const moved = await apply(cwd);
      expect([moved.code, problemsOf(moved)]).toEqual([0, ""]);
      expect(moved.summary["replace"]).toBeGreaterThanOrEqual(6);
      const { aws } = await statusOf(cwd);
      const kept = aws.filter(({ name }) => name !== "inbox");
      expect([
        ...new Set(
          kept.filter(({ region }) => region !== "global").map(({ account, region }) => `${account} ${region}`),
        ),
      ]).toEqual([...places]);
      expect(kept.filter(({ type }) => type === "role" || type === "bus")).toHaveLength(2);
      const calls = allRequestsTo(cwd)
        .slice(before)
        .map(({ method, path }) => (method === "POST" && path.startsWith("/api") ? "CreateStream" : method));
      const first = (name: string): number => calls.indexOf(name);
      expect(first("RemoveTargets")).toBeLessThan(first("DeleteRule"));
      expect(first("DeleteRule")).toBeLessThan(first("DeleteEventBus"));
      expect(first("DeleteEventBus")).toBeLessThan(first("DELETE"));
      expect(first("DELETE")).toBeLessThan(first("CreateStream"));
      expect(first("CreateStream")).toBeLessThan(first("CreateEventBus"));
      expect((await openmcf(["destroy", ...SANDBOX], { cwd })).code).toBe(0);
      expect(await leftAt(cwd, ["inbox"])).toEqual([]);
    },
  );
});

describe("targets", () => {
  test("each of four rules that send to one function may invoke it", async () => {
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:save";
    const names = ["signed-in", "signed-up", "signed-out", "failed"];
    const bus = {
      rules: names.map((name) => ({
        name,
        eventTypes: ["user.created"],
        targets: [{ name: "save", lambda: { arn } }],
      })),
    };
    const cwd = folderWith(busManifest("s", bus));
    const { exports, stop } = await serve(cwd);
    const { stacks } = await apply(cwd);
    const { Policy = "{}" } = await clientsOf(exports).lambda.send(new GetPolicyCommand({ FunctionName: "save" }));
    const { Statement } = JSON.parse(Policy) as { Statement: { Condition: { ArnLike: Record<string, string> } }[] };
    expect(Statement.map(({ Condition }) => Condition.ArnLike["AWS:SourceArn"] ?? "").toSorted()).toEqual(
      Object.values(stacks[0]?.outputs["ruleArns"] as Record<string, string>).toSorted(),
    );
    await openmcf(["sandbox", "emit", "user.created"], { cwd });
    const { targetArrivals } = await statusOf(cwd);
    expect(targetArrivals.map(({ rule, outcome }) => `${rule} ${outcome}`).toSorted()).toEqual(
      names.map((name) => `${name} delivered`).toSorted(),
    );
    await stop();
  });

  test("what cannot be delivered goes to the dead-letter queue that was made, and says why", async () => {
    const cwd = folderWith(busManifest("s", one({ deadLetterQueue: { create: true } })));
    const { exports, stop } = await serve(cwd);
    const { stacks } = await apply(cwd);
    const { sqs } = clientsOf(exports);
    await sqs.send(new DeleteQueueCommand({ QueueUrl: `${exports["AWS_ENDPOINT_URL"]}/123456789012/inbox` }));
    await openmcf(["sandbox", "emit", "user.created"], { cwd });
    const [QueueUrl] = Object.values(stacks[0]?.outputs["deadLetterQueueUrls"] as Record<string, string>);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"] }));
    expect(Messages).toHaveLength(1);
    expect(JSON.parse(Messages[0]?.Body ?? "")).toMatchObject({ "detail-type": "user.created" });
    expect(Messages[0]?.MessageAttributes?.["ERROR_CODE"]?.StringValue).toBe("RESOURCE_NOT_FOUND");
    await stop();
  });

  test("a delivery that fails for a while is tried again, as often as the rule says", async () => {
    const cwd = folderWith(busManifest("s", one({ retryPolicy: { maximumRetryAttempts: 2 } })));
    await apply(cwd);
    const fault = (times: number): void =>
      writeFileSync(
        join(cwd, ".sandbox/faults.json"),
        JSON.stringify({ rules: [{ fault: "status", value: 503, method: "DELIVER", path: "sqs:inbox", times }] }),
      );
    fault(2);
    await openmcf(["sandbox", "emit", "user.created"], { cwd });
    fault(3);
    await openmcf(["sandbox", "emit", "user.created"], { cwd });
    const { targetArrivals } = await statusOf(cwd);
    expect(targetArrivals.map(({ outcome, attempts }) => [outcome, attempts])).toEqual([
      ["delivered", 3],
      ["dropped", 3],
    ]);
  });

  test("a queue that does not exist fails the apply, and is named; once it is there the next one completes", async () => {
    const cwd = folderWith(busManifest("s", one()));
    const { exports, stop } = await serve(cwd);
    await apply(cwd);
    await openmcf(["destroy", ...SANDBOX], { cwd });
    const { sqs } = clientsOf(exports);
    await sqs.send(new DeleteQueueCommand({ QueueUrl: `${exports["AWS_ENDPOINT_URL"]}/123456789012/inbox` }));
    const failed = await apply(cwd);
    expect([failed.code, problemsOf(failed)]).toEqual([
      1,
      expect.stringContaining(
        "there is no aws:sqs/queue:Queue with id https://sqs.us-east-1.amazonaws.com/123456789012/inbox",
      ),
    ]);
    await sqs.send(new CreateQueueCommand({ QueueName: "inbox" }));
    expect((await apply(cwd)).code).toBe(0);
    await stop();
  });
});

describe("credentials", () => {
  test("come from a profile that takes on a role, as the SDK's chain does it", async () => {
    const kinesis = { arn: "arn:aws:kinesis:us-east-1:210987654321:stream/s" };
    const bus = { rules: [{ name: "all", targets: [{ name: "s", kinesis }] }] };
    const cwd = temporaryFolder({
      "m.yaml": busManifest("s", bus, { account: "210987654321" }),
      config: "[profile ci]\nrole_arn = arn:aws:iam::210987654321:role/deploy\nsource_profile = base\n",
      credentials: "[base]\naws_access_key_id = 123456789012\naws_secret_access_key = x\n",
    });
    const { exports, stop } = await serve(cwd);
    const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, ...others } = exports;
    const files = { AWS_CONFIG_FILE: join(cwd, "config"), AWS_SHARED_CREDENTIALS_FILE: join(cwd, "credentials") };
    const env = { ...others, ...files, AWS_PROFILE: "ci", AWS_REGION: "us-east-1", PULUMI_CONFIG_PASSPHRASE: "x" };
    const { json, code } = await openmcfJson<RunJson>(["apply", "-f", "m.yaml"], { cwd, env });
    expect([code, problemsOf(json)]).toEqual([0, ""]);
    const { aws } = await statusOf(cwd);
    expect([...new Set(aws.map(({ account }) => account))]).toEqual(["210987654321"]);
    await stop();
  });

  test("of another account: an error before anything is made", async () => {
    const cwd = folderWith(busManifest("s", one()));
    const { exports, stop } = await serve(cwd);
    const env = { ...exports, AWS_ACCESS_KEY_ID: "999999999999", PULUMI_CONFIG_PASSPHRASE: "x" };
    const { json, code } = await openmcfJson<RunJson>(["apply", "-f", "m.yaml"], { cwd, env });
    expect([code, problemsOf(json)]).toEqual([
      3,
      expect.stringContaining("of account 999999999999, but awsAccountId is 123456789012"),
    ]);
    expect([...streamsIn(cwd).keys()]).toEqual([]);
    expect(await leftAt(cwd)).toEqual([]);
    await stop();
  });

  test("of the environment work against any endpoint, with the SDK's own variables", async () => {
    const cwd = folderWith(
      busManifest("s", {
        rules: [
          {
            name: "all",
            targets: [{ name: "s", kinesis: { arn: "arn:aws:kinesis:us-east-1:123456789012:stream/s" } }],
          },
        ],
      }),
    );
    const { exports, stop } = await serve(cwd);
    const env = { ...exports, PULUMI_CONFIG_PASSPHRASE: "x" };
    const { json, code } = await openmcfJson<RunJson>(["apply", "-f", "m.yaml"], { cwd, env });
    expect([code, problemsOf(json)]).toEqual([0, ""]);
    expect((await openmcf(["destroy", "-f", "m.yaml"], { cwd, env })).code).toBe(0);
    expect(await leftAt(cwd)).toEqual([]);
    await stop();
  });
});
