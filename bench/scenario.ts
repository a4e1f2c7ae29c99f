import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLI } from "./measure.ts";

/** A webhook manifest; each has a name, an endpoint and a stack of its own. */
function webhook(number: number): string {
  return `apiVersion: auth0.openmcf.org/v1
kind: Auth0EventStream
metadata:
  name: stream-${number}
spec:
  destinationType: webhook
  subscriptions: [user.created, user.deleted]
  webhookConfiguration:
    webhookEndpoint: https://hooks.example.com/${number}
    webhookAuthorization: {method: bearer, token: token-${number}}
`;
}

const EVENTBRIDGE = `apiVersion: auth0.openmcf.org/v1
kind: Auth0EventStream
metadata:
  name: to-aws
spec:
  destinationType: eventbridge
  subscriptions: [user.created, user.deleted]
  eventbridgeConfiguration: {awsAccountId: "123456789012", awsRegion: us-east-1}
`;

/** A manifest with a bus, an archive, four rules and eight targets: queues, functions, topics, streams, workflows. */
function bus(number: number): string {
  const arn = (service: string, resource: string): { arn: string } => ({
    arn: `arn:aws:${service}:us-east-1:123456789012:${resource}`,
  });
  const targets = [
    { name: "inbox", sqs: arn("sqs", `inbox-${number}`) },
    { name: "audit", sqs: arn("sqs", `audit-${number}`) },
    { name: "save", lambda: arn("lambda", "function:save") },
    { name: "mail", lambda: arn("lambda", "function:mail") },
    { name: "topic", sns: arn("sns", `users-${number}`) },
    { name: "stream", kinesis: arn("kinesis", "stream/users") },
    { name: "firehose", firehose: arn("firehose", "deliverystream/users") },
    { name: "workflow", stepFunctions: arn("states", "stateMachine:welcome") },
  ];
  const rules = [0, 1, 2, 3].map((rule) => ({
    name: `rule-${rule}`,
    eventTypes: ["user.created"],
    targets: targets.slice(2 * rule, 2 * rule + 2),
  }));
  return JSON.stringify({
    apiVersion: "auth0.openmcf.org/v1",
    kind: "Auth0EventStream",
    metadata: { name: `bus-${number}` },
    spec: {
      destinationType: "eventbridge",
      subscriptions: ["user.created", "user.deleted"],
      eventbridgeConfiguration: { awsAccountId: "123456789012", awsRegion: "us-east-1" },
      eventBus: { archive: { retentionDays: 7 }, rules },
    },
  });
}

/** Adds `bus.yaml` and, in `buses/`, `count` such manifests. */
export function addBuses(folder: string, count: number): void {
  writeFileSync(join(folder, "bus.yaml"), bus(0));
  mkdirSync(join(folder, "buses"));
  for (let number = 1; number <= count; number += 1)
    writeFileSync(join(folder, "buses", `${number}.yaml`), bus(number));
}

/** A folder with `count` webhook manifests in `many/`, one in `webhook.yaml`, and an EventBridge one in `eventbridge.yaml`. */
export function workFolder(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), "auth0-streams-bench-"));
  writeFileSync(join(folder, "eventbridge.yaml"), EVENTBRIDGE);
  writeFileSync(join(folder, "webhook.yaml"), webhook(1));
  const documents = join(folder, "many");
  mkdirSync(documents);
  for (let number = 1; number <= count; number += 1) writeFileSync(join(documents, `${number}.yaml`), webhook(number));
  return folder;
}

/** Removes a folder's sandbox, its state with it. */
export function resetSandbox(folder: string): void {
  rmSync(join(folder, ".sandbox"), { recursive: true, force: true });
}

/** What the sandbox has on record. */
export function requests(folder: string): { method: string; path: string; status: number }[] {
  return readFileSync(join(folder, ".sandbox/requests.jsonl"), "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { method: string; path: string; status: number });
}

/** Starts `sandbox serve` in a folder. */
export async function serve(
  folder: string,
  ...faults: string[]
): Promise<{ exports: Record<string, string>; httpPort: number; stop: () => Promise<void> }> {
  const [program = "", ...args] = [
    ...CLI,
    "sandbox",
    "serve",
    "-o",
    "json",
    ...faults.flatMap((fault) => ["--fault", fault]),
  ];
  const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  const text = await new Promise<string>((done) =>
    child.stdout.once("data", (chunk: Buffer) => done(chunk.toString())),
  );
  const { httpPort } = JSON.parse(readFileSync(join(folder, ".sandbox/server.json"), "utf8")) as { httpPort: number };
  return {
    exports: JSON.parse(text) as Record<string, string>,
    httpPort,
    stop: async () => {
      const ended = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await ended;
    },
  };
}
