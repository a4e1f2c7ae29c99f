import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { EngineServices, OperationResult } from "../../pkg/engine/index.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { busManifest } from "../support/aws.ts";
import { temporaryFolder } from "../support/cli.ts";
import { eventbridgeManifest, webhookManifest } from "../support/manifests.ts";
import { sandboxPlugins } from "../support/sandbox.ts";
import { pulumiRun } from "../support/pulumi-run.ts";

const TOKEN = "hush-1";
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:inbox";

type Method = (request: Message, done: (error: Error | null, response?: Message) => void) => void;

/** What the generated messages have in common. */
interface Message {
  toObject(): Record<string, unknown>;
  [getter: `get${string}`]: (() => { toJavaScript?(): unknown } | undefined) | undefined;
}

/** Calls that say nothing of the program: logging, and handshakes that come at any time. */
const SILENT = new Set(["log", "supportsFeature"]);
/** Where in a source file something stands is the bundler's affair. */
const UNTOLD = new Set(["sourceposition", "stacktrace"]);

/** A message as plain JSON, defaults left out. */
function plain(message: Message | undefined): Record<string, unknown> {
  if (!message) return {};
  const entries = Object.entries(message.toObject()).flatMap(([name, value]): [string, unknown][] => {
    // A field called `return` is `pb_return` in the generated code.
    const key = name.replace(/List$/, "").replace(/^pb_/, "");
    const struct = message[`get${key[0]?.toUpperCase()}${key.slice(1)}`]?.()?.toJavaScript?.();
    const shown = struct ?? dense(value);
    return UNTOLD.has(key) || isDefault(shown) ? [] : [[key, shown]];
  });
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function dense(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dense);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]) => [key, dense(each)])
      .filter(([, each]) => !isDefault(each)),
  ) as unknown;
}

function isDefault(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === "" || value === false || value === 0;
}

/** The text without what differs from run to run, and without the secret. */
function steady(text: string): string {
  const auth0 = JSON.parse(readFileSync("node_modules/@pulumi/auth0/package.json", "utf8")) as { version: string };
  const aws = JSON.parse(readFileSync("node_modules/@pulumi/aws/package.json", "utf8")) as { version: string };
  return text
    .replaceAll(/est_\w{22}/g, "est_ID")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (uuid) =>
      uuid.startsWith("04da6b54") ? "UNKNOWN" : "UUID",
    )
    .replaceAll(TOKEN, "TOKEN")
    .replaceAll("4dabf18193072939515e22adb298388d", "SIG")
    .replaceAll("1b47061264138c4ac30d75fd1eb44270", "SECRET")
    .replaceAll(/(-dlq)-[0-9a-f]{7}/g, "$1-RANDOM")
    .replaceAll(`"version":"${auth0.version}"`, '"version":"AUTH0"')
    .replaceAll(`"version":"${aws.version}"`, '"version":"AWS"');
}

/** The services, writing down what passes: `> call request`, then `< response` or `! error` when it comes. */
function tapped({ monitor, engine }: EngineServices, exchanges: string[][]): EngineServices {
  const tap = (methods: object): object =>
    Object.fromEntries(
      Object.entries(methods as Record<string, Method>).map(([name, method]) => [
        name,
        ((request, done) => {
          if (SILENT.has(name)) return method.call(methods, request, done);
          const exchange = [`> ${name} ${JSON.stringify(plain(request))}`];
          exchanges.push(exchange);
          return method.call(methods, request, (error, response) => {
            exchange.push(error ? `! ${error.message}` : `< ${JSON.stringify(plain(response))}`);
            done(error, response);
          });
        }) satisfies Method,
      ]),
    );
  return { monitor: tap(monitor), engine: tap(engine) };
}

describe("what passes between the program of Pulumi.yaml and the resource monitor", () => {
  let folder: string;
  let sandbox: Sandbox;
  beforeEach(() => {
    folder = temporaryFolder();
    sandbox = openSandbox(join(folder, ".sandbox"));
  });
  afterEach(() => sandbox.close());

  /** A preview, an update and a second update of a manifest; what passed, each under a heading. */
  async function transcript(manifest: string, isInOrder: boolean): Promise<string> {
    writeFileSync(join(folder, "m.yaml"), manifest);
    const engine = createEmbeddedEngine({
      backend: new FileBackend(folder),
      plugins: sandboxPlugins(sandbox),
      passphrase: () => "correct-horse",
    });
    const config = { "auth0-streams:manifest": "m.yaml" };
    const run = pulumiRun(resolve("dist/program.js"), { cwd: folder, config });
    const text: string[] = [];
    const operate = async (heading: string, verb: "preview" | "up"): Promise<void> => {
      const exchanges: string[][] = [];
      const host: typeof run = (services, context) => run(tapped(services, exchanges), context);
      const result: OperationResult = await engine[verb]({ project: "auth0-streams", stack: "dev", program: { host } });
      expect([result.result, result.diagnostics]).toEqual(["succeeded", []]);
      const passed = exchanges.map((lines) => steady(lines.join("\n")));
      text.push(`# ${heading}`, ...(isInOrder ? passed : passed.toSorted()), "");
    };
    await operate("preview", "preview");
    await operate("up", "up");
    await operate("up, without a change", "up");
    return text.join("\n");
  }

  test.each([
    ["eventbridge", eventbridgeManifest("s")],
    ["webhook", webhookManifest("s", { token: TOKEN })],
    [
      "event-bus",
      busManifest("s", {
        rules: [{ name: "all", targets: [{ name: "inbox", sqs: { arn: QUEUE }, deadLetterQueue: { create: true } }] }],
      }),
    ],
  ])("%s", async (name, manifest) => {
    await sandbox.provide([QUEUE]);
    // Resources of an event bus are made side by side.
    const text = await transcript(manifest, name !== "event-bus");
    await expect(text).toMatchFileSnapshot(`expected/monitor.${name}.txt`);
  });
});
