import { createServer, request } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { join } from "node:path";
import { EventStream } from "@pulumi/auth0/eventStream.js";
import * as pulumi from "@pulumi/pulumi";
import type { EngineEvent as PulumiEvent } from "@pulumi/pulumi/automation/index.js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { EventReader } from "../../pkg/engine/pulumi-cli/steps.ts";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { EmbeddedEngine, EngineEvent, Program } from "../../pkg/engine/index.ts";
import { auth0Plugin } from "../../pkg/providers/index.ts";
import { openSandbox } from "../../pkg/sandbox/index.ts";
import type { Sandbox } from "../../pkg/sandbox/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import type { Deployment, Snapshot } from "../../pkg/state/index.ts";
import { SECRET_SIG, SIG, UNKNOWN } from "../../pkg/values/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { pulumiFixture, pulumiFixtureLines } from "../support/fixtures.ts";

interface Exchange {
  phase: string;
  method: string;
  url: string;
  body?: unknown;
}

/** The program that the recordings were made with. */
class Demo extends pulumi.ComponentResource {
  readonly stream: EventStream;
  readonly webhook: EventStream;

  constructor(version: 1 | 2) {
    super("eventstream:index:Auth0EventStream", "demo");
    const subscriptions = version === 1 ? ["user.created", "user.updated"] : ["user.created"];
    this.stream = new EventStream(
      "demo-eb",
      {
        name: "my-eventbridge",
        destinationType: "eventbridge",
        subscriptions,
        eventbridgeConfiguration: { awsAccountId: "242849305777", awsRegion: "us-east-1" },
      },
      { parent: this },
    );
    this.webhook = new EventStream(
      "demo-webhook",
      {
        name: version === 1 ? "my-webhook" : "my-webhook-2",
        destinationType: "webhook",
        subscriptions,
        webhookConfiguration: {
          webhookEndpoint: "https://api.example.com/webhooks/auth0",
          webhookAuthorization: { method: "bearer", token: pulumi.secret(`tok-plain-${version}`) },
        },
      },
      { parent: this },
    );
    this.registerOutputs({ awsPartnerEventSource: sourceOf(this.stream) });
  }
}

const sourceOf = ({ eventbridgeConfiguration }: EventStream): pulumi.Output<string | undefined> =>
  eventbridgeConfiguration.apply((block) => block?.awsPartnerEventSource);

const program =
  (version: 1 | 2): Program =>
  async () => {
    const { stream, webhook } = new Demo(version);
    return { awsPartnerEventSource: sourceOf(stream), status: stream.status, webhookId: webhook.id };
  };

describe("beside the real CLI and the official provider", () => {
  const id = { project: "es-secret", stack: "dev" };
  let engine: EmbeddedEngine;
  let sandbox: Sandbox;
  let proxy: Server;
  let seen: Omit<Exchange, "phase">[];
  /** A request to the sandbox, of somebody else. */
  let call: (method: "PATCH" | "POST", path: string, body: unknown) => Promise<unknown>;

  beforeEach(async () => {
    const folder = temporaryFolder();
    sandbox = openSandbox(join(folder, ".sandbox"));
    seen = [];
    const { baseUrl } = await sandbox.access();
    const pass = async (incoming: IncomingMessage, answer: ServerResponse): Promise<void> => {
      const body = await text(incoming);
      const { method = "", url = "", headers } = incoming;
      if (url.startsWith("/api/")) seen.push({ method, url, ...(body ? { body: JSON.parse(body) as unknown } : {}) });
      request(new URL(url, baseUrl), { method, headers }, (response) => {
        answer.writeHead(response.statusCode ?? 500, response.headers);
        response.pipe(answer);
      }).end(body);
    };
    proxy = createServer((incoming, answer) => void pass(incoming, answer));
    await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
    const access = {
      ...(await sandbox.access()),
      baseUrl: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    };
    engine = createEmbeddedEngine({
      backend: new FileBackend(folder),
      plugins: [auth0Plugin({ env: {}, override: async () => access })],
      passphrase: () => "correct-horse",
    });
    call = async (method, path, body) => {
      const token = await fetch(`${baseUrl}/oauth/token`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          grant_type: "client_credentials",
          client_id: access.clientId,
          client_secret: access.clientSecret,
          audience: `https://${access.domain}/api/v2/`,
        }),
      });
      const { access_token } = (await token.json()) as { access_token: string };
      const headers = { authorization: `Bearer ${access_token}`, "content-type": "application/json" };
      const sent = { method, headers, body: JSON.stringify(body) };
      const response = await fetch(`${baseUrl}/api/v2${path}`, sent);
      expect(response.ok).toBe(true);
      return response.json();
    };
  });
  afterEach(async () => {
    proxy.close();
    await sandbox.close();
  });

  /** Somebody renames both streams by hand. */
  async function drift(): Promise<void> {
    for (const { id: stream, name } of sandbox.status().streams as { id: string; name: string }[])
      await call("PATCH", `/event-streams/${stream}`, { name: `${name}-drift` });
  }

  const PHASES: Record<string, () => Promise<unknown>> = {
    create: () => engine.up({ ...id, program: program(1) }),
    refresh: () => engine.refresh(id),
    "refresh-preview-drift": async () => {
      await drift();
      return engine.refresh(id, { preview: true });
    },
    "preview-refresh-drift": () => engine.preview({ ...id, program: program(1) }, { refresh: true }),
    "refresh-drift": () => engine.refresh(id),
    "up-fix-drift": () => engine.up({ ...id, program: program(1) }),
    update: () => engine.up({ ...id, program: program(2) }),
    destroy: () => engine.destroy(id),
  };

  test("the same writes in every phase of a stack's life, and never more requests", async () => {
    const transcript = pulumiFixtureLines<Exchange>("http-transcript.main.jsonl").filter(({ url }) =>
      url.startsWith("/api/"),
    );
    const writes = (exchanges: readonly Omit<Exchange, "phase">[]): string[] =>
      exchanges
        .filter(({ method }) => method !== "GET")
        .map(({ method, body }) => `${method} ${JSON.stringify(sorted(body))}`)
        .toSorted();
    const phases = [...new Set(transcript.map(({ phase }) => phase))].filter((phase) => phase.startsWith("secret/"));
    expect(phases.map((phase) => phase.slice("secret/".length))).toEqual(Object.keys(PHASES));
    for (const phase of phases) {
      const theirs = transcript.filter((each) => each.phase === phase);
      seen = [];
      const result = await PHASES[phase.slice("secret/".length)]?.();
      expect(result, phase).toMatchObject({ result: "succeeded", diagnostics: [] });
      expect(writes(seen), phase).toEqual(writes(theirs));
      expect(seen.length, phase).toBeLessThanOrEqual(theirs.length);
    }
  });

  test("the same records after each of them", async () => {
    const recorded = ["create", "update", "refresh", "drift-refresh", "destroy"] as const;
    // The recordings are of one life, of which not every moment was exported.
    const life: Record<(typeof recorded)[number], (keyof typeof PHASES)[]> = {
      create: ["create"],
      refresh: ["refresh"],
      "drift-refresh": ["refresh-preview-drift", "refresh-drift"],
      update: ["up-fix-drift", "update"],
      destroy: ["destroy"],
    };
    for (const [moment, phases] of Object.entries(life)) {
      for (const phase of phases) await PHASES[phase]?.();
      const { deployment } = JSON.parse(pulumiFixture(`secret-input-after-${moment}.export-plaintext.json`)) as {
        deployment: Deployment;
      };
      // The CLI writes what drifted into the inputs too; ours keep what the program said. Both diff against the outputs.
      const compared = ({ inputs, ...rest }: Snapshot["resources"][number]): Snapshot["resources"][number] =>
        moment === "drift-refresh" || inputs === undefined ? rest : { ...rest, inputs };
      const theirs = normalized((deployment.resources ?? []).map(compared));
      const ours = normalized(((await engine.snapshot(id))?.resources ?? []).map(compared));
      expect(ours, moment).toEqual(theirs);
    }
  });

  test("the same records after an import", async () => {
    const subscriptions = [{ event_type: "user.created" }];
    const destinations = {
      eb: { type: "eventbridge", configuration: { aws_account_id: "242849305777", aws_region: "us-east-1" } },
      wh: {
        type: "webhook",
        configuration: {
          webhook_endpoint: "https://api.example.com/h",
          webhook_authorization: { method: "bearer", token: "tok-1" },
        },
      },
    };
    const resources = [];
    for (const [name, destination] of Object.entries(destinations)) {
      const made = await call("POST", "/event-streams", { name: `imp-${name}`, subscriptions, destination });
      const { id: live } = made as { id: string };
      resources.push({ type: "auth0:index/eventStream:EventStream", name, id: live, version: "3.49.0" });
    }
    const imported = { project: "imp", stack: "dev" };
    await engine.init(imported);
    const { result } = await engine.importResources(imported, resources, {});
    expect(result).toBe("succeeded");
    const { deployment } = JSON.parse(pulumiFixture("import.export-plaintext.json")) as {
      deployment: Deployment;
    };
    const ours = (await engine.snapshot(imported))?.resources ?? [];
    expect(normalized(ours)).toEqual(normalized(deployment.resources ?? []));
  });
});

/** Records with what differs from run to run taken out, and what only the official provider's bridge keeps for itself. */
function normalized(resources: Snapshot["resources"]): unknown {
  const ids = new Map(resources.flatMap(({ id, urn }) => (id === undefined ? [] : [[id, `id of ${urn}`]])));
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") {
      let plain = value;
      for (const [id, name] of ids) plain = plain.replaceAll(id, name);
      return plain
        .replace(/^\d{4}-\d\d-\d\d[ T].*(UTC|Z)$/, "<time>")
        .replace(/^aws\.partner\/auth0\.com\/[^/]+\//, "aws.partner/auth0.com/<source>/");
    }
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(clean);
    if (SIG in value) return secretOf(value);
    const entries = Object.entries(value)
      // A refresh of the CLI loses property dependencies; ours keeps them.
      .filter(([key, each]) => !key.startsWith("__") && key !== "propertyDependencies" && !isEmpty(each))
      .map(([key, each]) => [key, clean(each)] as const);
    return Object.fromEntries(entries);
  };
  const byUrn = resources.map((resource) => clean(resource) as { urn: string });
  return byUrn.toSorted((a, b) => a.urn.localeCompare(b.urn));
}

/** The bridge records what is not set as "", 0 or null, and takes its absence for the same. */
function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null && SIG in value)
    return isEmpty((secretOf(value) as { value: unknown }).value);
  return value === undefined || value === null || value === "" || value === 0;
}

function secretOf(wrapped: object): unknown {
  const { plaintext, value } = wrapped as { plaintext?: string; value?: unknown };
  return { [SIG]: SECRET_SIG, value: plaintext === undefined ? value : (JSON.parse(plaintext) as unknown) };
}

function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

describe("events of the real CLI", () => {
  test.each([
    ["events.up-create.jsonl", false, ["create demo-webhook", "create demo-eb"], "enabled"],
    ["events.preview-create.jsonl", true, ["create demo-webhook", "create demo-eb"], UNKNOWN],
    ["events.preview-update.jsonl", true, ["update demo-webhook", "update demo-eb"], "enabled"],
  ])(
    "%s is told as the embedded engine tells it; debug messages, which hold secrets, go nowhere",
    (file, isPreview, steps, status) => {
      const events: EngineEvent[] = [];
      const reader = new EventReader(isPreview, (event) => events.push(event));
      for (const event of pulumiFixtureLines<PulumiEvent>(file)) reader.take(event);
      expect(reader.steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`).toSorted()).toEqual(steps.toSorted());
      expect(Object.keys(reader.outputs ?? {})).toEqual(["awsPartnerEventSource", "status", "webhookId"]);
      expect(reader.outputs?.["status"]).toBe(status);
      expect(reader.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
      const told = JSON.stringify([events, reader.steps, reader.diagnostics]);
      expect(told).not.toMatch(/tok-|Registering resource/);
    },
  );
});
