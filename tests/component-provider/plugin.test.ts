import type { ChildProcess } from "node:child_process";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import grpc from "@grpc/grpc-js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serveServices } from "../../pkg/pulumi-command/serve-services.ts";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { OperationResult, ProgramHost } from "../../pkg/engine/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { leftAt, statusOf } from "../support/aws.ts";
import { temporaryFolder } from "../support/cli.ts";
import { startNode } from "../support/process.ts";
import { sandboxPlugins } from "../support/sandbox.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";

const ACCOUNT = "123456789012";
/** How Pulumi writes a value that is an output: known or not, with what it depends on. */
const OUTPUT_SIG = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const SIG = "4dabf18193072939515e22adb298388d";

const output = (value?: unknown): Record<string, unknown> => ({
  [SIG]: OUTPUT_SIG,
  ...(value === undefined ? {} : { value }),
});
const secret = (value: unknown): Record<string, unknown> => ({ [SIG]: "1b47061264138c4ac30d75fd1eb44270", value });

/** The plugin as a process of its own, as the CLI's language host starts it. */
async function start(...args: string[]): Promise<{ address: string; child: ChildProcess }> {
  const child = startNode(args);
  child.stderr.pipe(process.stderr);
  for await (const line of createInterface({ input: child.stdout }))
    return { address: `127.0.0.1:${line.trim()}`, child };
  throw new Error("the plugin told no port");
}

describe.each([
  [
    "PulumiPlugin.yaml, by Pulumi's own run-plugin",
    ["node_modules/@pulumi/pulumi/cmd/run-plugin/index.js", resolve(".")],
  ],
  ["the program pulumi-resource-auth0-streams", ["dist/lib/plugin.js"]],
])("the component package: %s", (_, command) => {
  let folder: string;
  let sandbox: Sandbox;
  let plugin: Awaited<ReturnType<typeof start>>;
  let client: InstanceType<typeof providerServices.ResourceProviderClient>;
  let up: (type: string, inputs: object) => Promise<OperationResult>;
  let preview: typeof up;
  let destroy: () => Promise<OperationResult>;

  beforeEach(async () => {
    folder = temporaryFolder();
    sandbox = openSandbox(join(folder, ".sandbox"));
    plugin = await start(...command, "127.0.0.1:1");
    client = new providerServices.ResourceProviderClient(plugin.address, grpc.credentials.createInsecure());
    const engine = createEmbeddedEngine({
      backend: new FileBackend(folder),
      plugins: sandboxPlugins(sandbox),
      passphrase: () => "correct-horse",
    });
    const id = { project: "p", stack: "dev" };
    up = (type, inputs) => engine.up({ ...id, program: { host: constructing(type, inputs) } });
    preview = (type, inputs) => engine.preview({ ...id, program: { host: constructing(type, inputs) } });
    destroy = () => engine.destroy(id);
  });
  afterEach(async () => {
    client.close();
    plugin.child.kill();
    await sandbox.close();
  });

  /** What the engine does for a program that registers a remote component. */
  const constructing =
    (type: string, inputs: object): ProgramHost =>
    async (services, { project, stack, organization, preview: isPreview }) => {
      const monitor = await serveServices(services);
      const request = new provider.ConstructRequest();
      request.setProject(project);
      request.setStack(stack);
      request.setOrganization(organization);
      request.setDryrun(isPreview);
      request.setParallel(16);
      request.setMonitorendpoint(monitor.address);
      request.setType(type);
      request.setName("mine");
      request.setInputs(Struct.fromJavaScript(inputs as never));
      request.setAcceptsOutputValues(true);
      try {
        const { urn, state } = await new Promise<{ urn: string; state: unknown }>((done, fail) => {
          client.construct(request, (error, response) =>
            error ? fail(error) : done({ urn: response.getUrn(), state: response.getState()?.toJavaScript() }),
          );
        });
        constructed = { urn, state };
        return { failures: [] };
      } catch (error) {
        const { details } = error as grpc.ServiceError;
        return { failures: [new Error(details + problemsIn(error as grpc.ServiceError))] };
      } finally {
        monitor.close();
      }
    };
  let constructed: { urn: string; state: unknown } | undefined;

  const problemsIn = ({ metadata }: grpc.ServiceError): string => {
    const [details] = metadata.get("grpc-status-details-bin");
    return details ? ` ${details.toString("utf8").replaceAll(/[^\x20-\x7E]+/g, " ")}` : "";
  };

  test("serves its schema, makes a stream with its AWS half, and refuses what a manifest may not say", async () => {
    const schema = await new Promise<string>((done, fail) => {
      client.getSchema(new provider.GetSchemaRequest(), (error, response) =>
        error ? fail(error) : done(response.getSchema()),
      );
    });
    expect(Object.keys((JSON.parse(schema) as { resources: object }).resources)).toContain(
      "auth0-streams:index:Auth0EventStream",
    );

    const queue = `arn:aws:sqs:eu-central-1:${ACCOUNT}:inbox`;
    const inputs = {
      destinationType: "eventbridge",
      subscriptions: ["user.created"],
      eventbridgeConfiguration: { awsAccountId: ACCOUNT, awsRegion: "eu-central-1" },
      // SDKs send parts or the whole as outputs; rules and targets are known all the same.
      eventBus: {
        rules: output([
          { name: "all", targets: [{ name: "inbox", sqs: { arn: queue }, deadLetterQueue: { create: true } }] },
        ]),
      },
    };
    await sandbox.provide([queue]);
    const planned = await preview("auth0-streams:index:Auth0EventStream", inputs);
    expect([planned.result, planned.diagnostics]).toEqual(["succeeded", []]);
    const made = await up("auth0-streams:index:Auth0EventStream", inputs);
    expect([made.result, made.diagnostics]).toEqual(["succeeded", []]);
    expect(constructed?.urn).toBe("urn:pulumi:dev::p::auth0-streams:index:Auth0EventStream::mine");
    expect(constructed?.state).toMatchObject({
      streamId: expect.stringMatching(/^est_/) as string,
      partnerEventSourceState: "ACTIVE",
      ruleArns: { all: expect.stringContaining(":rule/") as string },
    });
    const { streams, aws } = await statusOf(folder);
    expect(streams).toHaveLength(1);
    expect(aws.filter(({ type }) => type === "target")).toHaveLength(1);
    expect((await destroy()).result).toBe("succeeded");
    expect(await leftAt(folder, ["inbox"])).toEqual([]);

    const bad = (changed: object): Promise<OperationResult> =>
      preview("auth0-streams:index:Auth0EventStream", { ...inputs, ...changed });
    const texts = async (changed: object): Promise<string> =>
      (await bad(changed)).diagnostics.map(({ message }) => message).join("\n");
    expect(await texts({ subscriptions: [] })).toMatch(/subscriptions/);
    expect(await texts({ eventBus: { rules: [{ name: "a b", targets: [] }] } })).toMatch(/eventBus\.rules\[0\]\.name/);
    expect(await texts({ eventBus: { rules: output() } })).toMatch(/eventBus\.rules.*must be known before anything/);
    expect((await statusOf(folder)).streams).toEqual([]);
  });

  test("secrets stay secrets", async () => {
    const made = await up("auth0-streams:index:Auth0EventStream", {
      destinationType: "webhook",
      subscriptions: ["user.created"],
      webhookConfiguration: {
        webhookEndpoint: "https://hooks.example.com",
        webhookAuthorization: { method: "bearer", token: secret("hush-1") },
      },
    });
    expect([made.result, made.diagnostics]).toEqual(["succeeded", []]);
    expect(JSON.stringify(made)).not.toContain("hush-1");
  });
});
