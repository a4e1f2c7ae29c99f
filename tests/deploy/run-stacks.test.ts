import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { runStacks } from "../../pkg/deploy/index.ts";
import type { RunReport, Verb } from "../../pkg/deploy/index.ts";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { Engine } from "../../pkg/engine/index.ts";
import { loadManifests } from "../../pkg/manifest/index.ts";
import type { Manifest } from "../../pkg/manifest/index.ts";
import { renderRun } from "../../pkg/report/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { Thing, ThingService } from "../support/things.ts";

let service: ThingService;
let backend: FileBackend;
let engine: Engine;
let manifests: readonly Manifest[];

const manifestOf = (name: string): string => `apiVersion: auth0.openmcf.org/v1
kind: Auth0EventStream
metadata: { name: ${name} }
spec:
  destinationType: action
  subscriptions: [user.created]
  actionConfiguration: { actionId: act_1 }
`;

beforeEach(async () => {
  service = new ThingService();
  const folder = temporaryFolder();
  backend = new FileBackend(folder);
  engine = createEmbeddedEngine({ backend, plugins: [service.plugin()], passphrase: () => "correct-horse" });
  const path = join(folder, "m.yaml");
  writeFileSync(path, ["one", "two"].map(manifestOf).join("---\n"));
  const env = {};
  manifests = (await loadManifests({ manifests: [path], set: [], strict: false, absent: "error", env })).manifests;
  expect(manifests).toHaveLength(2);
});

/** Each manifest makes one thing, named as the manifest is. */
const run = (verb: Verb, targets?: string[], which = manifests): Promise<RunReport> =>
  runStacks(verb, which, {
    engine,
    backend,
    tenants: new Map(),
    parallel: 4,
    isPreview: verb === "plan",
    programFor: (manifest) => async () => void new Thing(manifest.metadata.name, { size: 1 }),
    ...(targets ? { targets } : {}),
  });

const summaryOf = (report: RunReport): string => renderRun(report, (_, text) => text).at(-1) ?? "";

test("a destroy passes over what was never applied, and says so", async () => {
  await run("apply", undefined, manifests.slice(0, 1));
  const report = await run("destroy");
  expect(report.stacks).toMatchObject([
    { result: "succeeded", steps: [{ op: "delete" }], diagnostics: [] },
    { result: "succeeded", steps: [], diagnostics: [{ code: "stack-not-found", severity: "warning" }] },
  ]);
  expect(service.things.size).toBe(0);
});

test("a target has to be a resource of one of the stacks", async () => {
  expect((await run("plan", ["one"])).stacks.map(({ result }) => result)).toEqual(["succeeded", "succeeded"]);
  const report = await run("plan", ["one", "nosuch"]);
  expect(report.stacks).toMatchObject([
    { result: "failed", diagnostics: [{ code: "bad-flag", message: "--target nosuch is no resource" }] },
    { result: "succeeded", diagnostics: [] },
  ]);
});

test("a run of which nothing succeeded sums up to nothing", async () => {
  service.failing.add("create one");
  expect(summaryOf(await run("apply", undefined, manifests.slice(0, 1)))).toMatch(/^Applied: nothing; 1 failed /);
});
