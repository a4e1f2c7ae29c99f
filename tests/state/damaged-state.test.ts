import fc from "fast-check";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { InvalidInput, StateProblem } from "../../pkg/diagnostics/index.ts";
import { FileBackend, StackSecrets, decodeDeployment, encodeDeployment, parseExport } from "../../pkg/state/index.ts";
import type { Deployment, Snapshot } from "../../pkg/state/index.ts";
import { SECRET_SIG, SIG } from "../../pkg/values/index.ts";
import { temporaryFolder } from "../support/cli.ts";

const ref = { project: "p", stack: "dev" };
const STACK = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
const PROVIDER = "urn:pulumi:dev::p::pulumi:providers:auth0::default";
const STREAM = "urn:pulumi:dev::p::auth0:index/eventStream:EventStream::s";

/** A stack with everything that a state file of ours may hold. */
const snapshot: Snapshot = {
  resources: [
    { urn: STACK, type: "pulumi:pulumi:Stack", custom: false, outputs: { id: "est_1" } },
    { urn: PROVIDER, type: "pulumi:providers:auth0", custom: true, id: "1", inputs: { domain: "t.auth0.com" } },
    {
      urn: STREAM,
      type: "auth0:index/eventStream:EventStream",
      custom: true,
      id: "est_1",
      parent: STACK,
      provider: `${PROVIDER}::1`,
      inputs: { name: "s", subscriptions: ["user.created"], token: { [SIG]: SECRET_SIG, value: "hush-hush" } },
      outputs: { name: "s", token: { [SIG]: SECRET_SIG, value: "hush-hush" } },
      dependencies: [PROVIDER],
      propertyDependencies: { name: [PROVIDER] },
      customTimeouts: { create: 60 },
      created: "2026-01-01T00:00:00Z",
    },
  ],
  pending: [
    { type: "creating", resource: { urn: `${STREAM}2`, type: "auth0:index/eventStream:EventStream", custom: true } },
  ],
};

const secretsOf = (backend: FileBackend, deployment?: Deployment): StackSecrets =>
  new StackSecrets(() => "correct-horse", backend.salts, deployment?.secrets_providers);

async function sound(): Promise<{ version: number; checkpoint: { stack: string; latest: Deployment } }> {
  const backend = new FileBackend(temporaryFolder());
  const latest = await encodeDeployment(snapshot, secretsOf(backend), new Date(0));
  return { version: 3, checkpoint: { stack: "organization/p/dev", latest } };
}

/** Reads a state file as a run does. */
async function read(file: unknown): Promise<Snapshot | undefined | StateProblem> {
  const folder = temporaryFolder();
  const path = join(folder, ".pulumi/stacks/p/dev.json");
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof file === "string" ? file : JSON.stringify(file));
  const backend = new FileBackend(folder);
  try {
    const deployment = await backend.read(ref);
    const decoded = await decodeDeployment(deployment, secretsOf(backend, deployment), backend.fileOf(ref));
    await encodeDeployment(decoded, secretsOf(backend, deployment), new Date(0));
    return decoded;
  } catch (error) {
    if (error instanceof StateProblem) {
      // Secrets that another service keeps are no damage: no file is to blame.
      if (error.message.includes("secrets are kept by")) return error;
      expect(error.diagnostic).toMatchObject({ code: "state-unreadable", file: path, hint: expect.anything() });
      expect(error.message).toContain(path);
      expect(error.message).not.toContain("hush");
      return error;
    }
    throw error;
  }
}

/** Every place in a value, as a path. */
function placesIn(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [path];
  const children = Object.entries(value).flatMap(([key, child]) =>
    placesIn(child, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...children];
}

/** A copy with another value at a place; `undefined` removes it. */
function withValue(root: unknown, [step, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (step === undefined) return value;
  const copy = (Array.isArray(root) ? [...(root as unknown[])] : { ...(root as object) }) as Record<string, unknown>;
  const next = withValue(copy[step], rest, value);
  if (next === undefined && !Array.isArray(copy)) delete copy[step];
  else copy[step] = next;
  return copy;
}

describe("a damaged state file", () => {
  test.each([
    ["", "it is not JSON"],
    ["{", "it is not JSON"],
    ["null", "it is not a checkpoint"],
    ["[]", "it is not a checkpoint"],
    ["{}", "it is not a checkpoint"],
    ['{"version":"3"}', "it is not a checkpoint"],
    ['{"version":3}', "checkpoint is damaged"],
    ['{"version":3,"checkpoint":null}', "checkpoint is damaged"],
    ['{"version":3,"checkpoint":{"latest":5}}', "checkpoint.latest is damaged"],
    ['{"version":3,"checkpoint":{"latest":{"resources":{}}}}', "checkpoint.latest.resources is damaged"],
    ['{"version":3,"checkpoint":{"latest":{"resources":[null]}}}', "checkpoint.latest.resources[0] is damaged"],
    [
      '{"version":3,"checkpoint":{"latest":{"pending_operations":[{"type":"creating"}]}}}',
      "pending_operations[0].resource",
    ],
    ['{"version":3,"checkpoint":{"latest":{"secrets_providers":{"type":"passphrase","state":{}}}}}', "the salt of its"],
    ['{"version":4,"checkpoint":{}}', "it has checkpoint version 4"],
  ])("that reads %s is refused with its path: %s", async (text, why) => {
    expect(await read(text)).toMatchObject({ message: expect.stringContaining(why) });
  });

  test("whatever is changed in a sound one, it is read or refused with its path", async () => {
    const file = await sound();
    expect(await read(file)).toMatchObject({ resources: [{}, {}, { id: "est_1" }] });
    const junk = fc.oneof(
      fc.constantFrom<unknown>(undefined, null, "", "x", 0, -1, 1.5, true, [], {}, [null], { "": null }),
      fc.jsonValue({ maxDepth: 2 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...placesIn(file)), junk, async (place, value) => {
        // A file cannot hold nothing at all in its first place.
        fc.pre(place.length > 0 || value !== undefined);
        await read(withValue(file, place, value)).catch((error: unknown) => {
          // A salt that is another one is a wrong passphrase to whoever looks.
          if (!(error instanceof InvalidInput)) throw error;
          expect(error.diagnostics[0]?.code).toBe("wrong-passphrase");
        });
      }),
      { numRuns: 300 },
    );
  });

  test("a ciphertext with any one character changed is refused, and the resource is named", async () => {
    const file = await sound();
    const places = placesIn(file).filter((place) => place.at(-1) === "ciphertext");
    expect(places.length).toBeGreaterThan(1);
    const [place = []] = places;
    const ciphertext = place.reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], file) as string;
    for (let at = 0; at < ciphertext.length; at += 5) {
      // The last characters of base64 may stand for nothing.
      if (ciphertext.slice(at).startsWith("=")) continue;
      const flipped = `${ciphertext.slice(0, at)}${ciphertext[at] === "Q" ? "R" : "Q"}${ciphertext.slice(at + 1)}`;
      expect(await read(withValue(file, place, flipped))).toMatchObject({
        message: expect.stringContaining(`a secret of ${STREAM} is damaged`),
      });
    }
  });

  test("cut off anywhere, it is refused", async () => {
    const text = JSON.stringify(await sound());
    for (let length = 0; length < text.length; length += 97)
      expect(await read(text.slice(0, length))).toBeInstanceOf(StateProblem);
  });
});

test("fields that this version does not know are kept, and what Go writes as null is absent", async () => {
  const file = await sound();
  const changed = withValue(
    withValue(file, ["checkpoint", "latest", "resources", 2, "sourcePosition"], "project:///index.ts#1,2"),
    ["checkpoint", "latest", "resources", 2, "initErrors"],
    null,
  );
  const decoded = (await read(changed)) as Snapshot;
  expect(decoded.resources[2]).toMatchObject({ sourcePosition: "project:///index.ts#1,2" });
  expect(decoded.resources[2]).not.toHaveProperty("initErrors");
});

test.each([
  "",
  "null",
  "{}",
  '{"version":2,"deployment":{}}',
  '{"version":3}',
  '{"version":3,"deployment":null}',
  '{"version":3,"deployment":{"resources":[null]}}',
  '{"version":3,"deployment":{"resources":[{"urn":"a","type":"t","parent":"b"}]}}',
])("an export that reads %s is the user's mistake, with its path", (text) => {
  expect(() => parseExport("stack.json", text)).toThrow(InvalidInput);
  expect(() => parseExport("stack.json", text)).toThrow("stack.json is not a deployment of version 3");
});
