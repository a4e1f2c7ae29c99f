import { EventStream } from "@pulumi/auth0/eventStream.js";
import { ComponentResource, secret } from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import type { EngineEvent, PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { embeddedPulumiCommand } from "../../pkg/entry/automation.ts";
import type { ProviderPlugin } from "../../pkg/provider-contract/index.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { pulumiFixtureLines } from "../support/fixtures.ts";
import { sandboxPlugins } from "../support/sandbox.ts";
import { Thing, ThingService } from "../support/things.ts";

function stackOf(folder: string, plugins: ProviderPlugin[], projectName: string, program: PulumiFn): Promise<Stack> {
  return LocalWorkspace.createOrSelectStack(
    { projectName, stackName: "dev", program },
    {
      pulumiCommand: embeddedPulumiCommand({ plugins, backend: `file://${folder}` }),
      workDir: folder,
      projectSettings: { name: projectName, runtime: "nodejs" },
      envVars: { PULUMI_CONFIG_PASSPHRASE: "correct-horse" },
    },
  );
}

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

interface Told {
  name: string;
  event: string;
  metadata: Metadata;
}

/** What events tell of resources; default providers come and go by themselves. */
function toldBy(events: readonly EngineEvent[]): Told[] {
  return events.flatMap((event) =>
    (["resourcePreEvent", "resOutputsEvent", "resOpFailedEvent"] as const).flatMap((kind) => {
      const metadata = event[kind]?.metadata;
      const name = metadata?.urn.split("::").at(-1) ?? "";
      return metadata && !name.startsWith("default") ? [{ name, event: kind, metadata }] : [];
    }),
  );
}

const short = (events: readonly EngineEvent[]): string[] =>
  toldBy(events).map(
    ({ name, event, metadata }) => `${event.replace(/^res(ource)?|Event$/g, "")} ${metadata.op} ${name}`,
  );

describe("against the events of the real CLI", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = openSandbox(temporaryFolder());
  });
  afterEach(() => sandbox.close());

  class Demo extends ComponentResource {
    readonly webhook: EventStream;
    readonly eventbridge: EventStream;
    constructor(name: string, isChanged: boolean) {
      super("eventstream:index:Auth0EventStream", name);
      const subscriptions = isChanged ? ["user.created"] : ["user.created", "user.updated"];
      this.webhook = new EventStream(
        `${name}-webhook`,
        {
          name: isChanged ? "my-webhook-2" : "my-webhook",
          destinationType: "webhook",
          subscriptions,
          webhookConfiguration: {
            webhookEndpoint: "https://api.example.com/webhooks/auth0",
            webhookAuthorization: { method: "bearer", token: secret(isChanged ? "tok-2" : "tok-1") },
          },
        },
        { parent: this },
      );
      this.eventbridge = new EventStream(
        `${name}-eb`,
        {
          name: "my-eventbridge",
          destinationType: "eventbridge",
          subscriptions,
          eventbridgeConfiguration: { awsAccountId: "242849305777", awsRegion: "us-east-1" },
        },
        { parent: this },
      );
      this.registerOutputs({ awsPartnerEventSource: this.source });
    }
    get source() {
      return this.eventbridge.eventbridgeConfiguration.apply((configuration) => configuration?.awsPartnerEventSource);
    }
  }
  const program =
    (isChanged = false): PulumiFn =>
    async () => {
      const demo = new Demo("demo", isChanged);
      return { webhookId: demo.webhook.id, awsPartnerEventSource: demo.source, status: demo.eventbridge.status };
    };

  /** Names of properties, without the official provider's own. */
  const names = (properties: object = {}): string[] =>
    Object.keys(properties)
      .filter((name) => !name.startsWith("__"))
      .toSorted();
  const stateShape = (state: Metadata["old"]) =>
    state && [Object.keys(state).toSorted(), names(state.inputs), names(state.outputs)];
  /** All that does not differ from run to run, by resource. */
  const shape = (events: readonly EngineEvent[]) =>
    Object.groupBy(
      toldBy(events).map(({ name, event, metadata: { old, new: now, op, diffs, keys, detailedDiff, ...rest } }) => ({
        name,
        event,
        op,
        old: stateShape(old),
        new: stateShape(now),
        diffs,
        keys,
        detailedDiff,
        logical: (rest as { logical?: boolean }).logical,
      })),
      ({ name }) => name,
    );

  test.each([
    ["a preview of what is not there", "events.preview-create.jsonl"],
    ["an up", "events.up-create.jsonl"],
    ["a preview of changes", "events.preview-update.jsonl"],
  ])("%s tells the same", async (_, fixture) => {
    const folder = temporaryFolder();
    const at = (isChanged: boolean) => stackOf(folder, sandboxPlugins(sandbox), "es-secret", program(isChanged));
    const events: EngineEvent[] = [];
    const onEvent = (event: EngineEvent) => void events.push(event);
    if (fixture.includes("preview-create")) await (await at(false)).preview({ onEvent });
    else if (fixture.includes("up-create")) await (await at(false)).up({ onEvent });
    else {
      await (await at(false)).up();
      await (await at(true)).preview({ onEvent });
    }
    const recorded = pulumiFixtureLines<EngineEvent>(fixture);
    expect(shape(events)).toEqual(shape(recorded));
    const summary = (list: readonly EngineEvent[]) => list.find(({ summaryEvent }) => summaryEvent)?.summaryEvent;
    const { durationSeconds: __, ...expected } = summary(recorded) ?? { durationSeconds: 0 };
    expect(summary(events)).toMatchObject(expected);
    expect(JSON.stringify(events)).not.toMatch(/tok-[12]/);
  });
});

describe("changes of things", () => {
  let folder: string;
  let service: ThingService;
  beforeEach(() => {
    folder = temporaryFolder();
    service = new ThingService();
  });
  const run = async (verb: "up" | "preview" | "refresh" | "destroy", program: PulumiFn, options = {}) => {
    const events: EngineEvent[] = [];
    const stack = await stackOf(folder, [service.plugin()], "p", program);
    await stack[verb]({ onEvent: (event: EngineEvent) => void events.push(event), ...options });
    const [summary] = events.flatMap(({ summaryEvent }) => summaryEvent ?? []);
    return { events, told: short(events), changes: summary?.resourceChanges };
  };
  const thing =
    (args: object, options: object = {}): PulumiFn =>
    async () =>
      void new Thing("t", args as never, options);

  test("an item added to a list is told with the whole inputs before and after", async () => {
    await run("up", thing({ list: ["a"] }));
    const { events } = await run("preview", thing({ list: ["a", "b", "c"] }));
    const { metadata } = toldBy(events).findLast(({ name }) => name === "t") ?? {};
    expect(metadata).toMatchObject({
      op: "update",
      old: { inputs: { label: "t", list: ["a"] }, outputs: { list: ["a"], serial: "S1" } },
      new: { inputs: { label: "t", list: ["a", "b", "c"] } },
      diffs: ["list"],
      detailedDiff: { "list[1]": { diffKind: "add" }, "list[2]": { diffKind: "add" } },
    });
    expect((await run("up", thing({ list: ["a", "b", "c"] }))).changes).toEqual({ same: 1, update: 1 });
  });

  test("a replacement is three changes, counted as one", async () => {
    await run("up", thing({ color: "red" }));
    const created = await run("up", thing({ color: "blue" }));
    expect(created.told.filter((line) => line.endsWith(" t"))).toEqual([
      "Pre create-replacement t",
      "Outputs create-replacement t",
      "Pre replace t",
      "Outputs replace t",
      "Pre delete-replaced t",
      "Outputs delete-replaced t",
    ]);
    expect(created.changes).toEqual({ same: 1, replace: 1 });
    const [metadata] = toldBy(created.events).flatMap(({ metadata: each }) => (each.op === "replace" ? each : []));
    expect(metadata).toMatchObject({
      keys: ["color"],
      diffs: ["color"],
      detailedDiff: { color: { diffKind: "update-replace", inputDiff: false } },
      logical: true,
    });
    const deleted = await run("preview", thing({ color: "green" }, { deleteBeforeReplace: true }));
    expect(deleted.told.filter((line) => line.startsWith("Pre ") && line.endsWith(" t"))).toEqual([
      "Pre delete-replaced t",
      "Pre replace t",
      "Pre create-replacement t",
    ]);
    expect(deleted.changes).toEqual({ same: 1, replace: 1 });
  });

  test("reads, and reads that are no longer made", async () => {
    service.things.set("thing-9", { label: "theirs", size: 9 });
    const reading = async (): Promise<void> => void Thing.get("theirs", "thing-9");
    expect((await run("up", reading)).told).toEqual(expect.arrayContaining(["Pre read theirs", "Outputs read theirs"]));
    const gone = await run("up", async () => {});
    expect(gone.told).toEqual(expect.arrayContaining(["Pre discard theirs", "Outputs discard theirs"]));
    expect(gone.changes).toEqual({ same: 1, discard: 1 });
  });

  test("a refresh, alone and ahead of an up", async () => {
    await run("up", thing({ size: 1 }));
    service.things.set("thing-1", { label: "t", size: 5 });
    const ahead = await run("up", thing({ size: 1 }), { refresh: true });
    expect(ahead.told.slice(0, 2)).toEqual(["Pre refresh t", "Outputs refresh t"]);
    expect(ahead.changes).toEqual({ same: 2 });
    service.things.set("thing-1", { label: "t", size: 6 });
    const alone = await run("refresh", thing({ size: 1 }));
    expect(alone.told).toEqual(expect.arrayContaining(["Pre refresh t", "Outputs update t"]));
    expect(alone.changes).toEqual({ same: 1, update: 1 });
  });

  test("a destroy counts the stack and components", async () => {
    await run("up", async () => {
      const group = new ComponentResource("test:index:Group", "group");
      new Thing("t", { size: 1 }, { parent: group });
    });
    expect((await run("destroy", thing({}))).changes).toEqual({ delete: 3 });
  });
});
