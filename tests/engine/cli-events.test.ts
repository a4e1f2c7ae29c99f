import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, test } from "vitest";
import { EventReader } from "../../pkg/engine/pulumi-cli/steps.ts";

const URN = "urn:pulumi:dev::p::auth0:index/eventStream:EventStream::s";

/** An event about the stream, as the CLI sends it. @param now `undefined`: it is gone. */
function metadata(
  op: string,
  old: object | undefined,
  now: object | undefined,
  paths: string[] = [],
): StepEventMetadata {
  const state = (inputs: object | undefined) => inputs && { custom: true, id: "est_1", inputs, outputs: inputs };
  const detailedDiff = Object.fromEntries(paths.map((path) => [path, { diffKind: "update", inputDiff: true }]));
  const type = "auth0:index/eventStream:EventStream";
  return { op, urn: URN, type, old: state(old), new: state(now), detailedDiff } as unknown as StepEventMetadata;
}

function read(events: Pick<EngineEvent, "resourcePreEvent" | "resOutputsEvent" | "diagnosticEvent">[]): EventReader {
  const reader = new EventReader(true, () => {});
  for (const event of events) reader.take({ sequence: 1, timestamp: 1, ...event });
  return reader;
}

const before = (step: StepEventMetadata) => ({ resourcePreEvent: { metadata: step } });
const after = (step: StepEventMetadata) => ({ resOutputsEvent: { metadata: step } });
const enabled = { name: "s", status: "enabled" };
const disabled = { name: "s", status: "disabled" };

describe("what the CLI has read", () => {
  test.each([
    ["same", enabled, "same", []],
    ["update", disabled, "refresh", ["status"]],
    ["delete", undefined, "delete", []],
    ["refresh", enabled, "same", []],
    ["refresh", disabled, "refresh", ["status"]],
    ["refresh", undefined, "delete", []],
  ])("is told with %s, now %j: that is %s", (op, now, expected, paths) => {
    const { steps } = read([before(metadata("refresh", enabled, undefined)), after(metadata(op, enabled, now))]);
    expect(steps.map((step) => [step.op, step.diff.map(({ path }) => path)])).toEqual([[expected, paths]]);
  });

  test("ahead of a plan is no step of its own: what drifted is marked in the step that takes it back", () => {
    const same = read([
      before(metadata("refresh", enabled, undefined)),
      after(metadata("refresh", enabled, enabled)),
      before(metadata("same", enabled, enabled)),
    ]);
    expect(same.steps).toMatchObject([{ op: "same", diff: [] }]);
    const drifted = read([
      before(metadata("refresh", enabled, undefined)),
      after(metadata("refresh", enabled, disabled)),
      before(metadata("update", disabled, enabled, ["status"])),
    ]);
    expect(drifted.steps).toMatchObject([{ op: "update", diff: [{ path: "status", drift: true }] }]);
    const gone = read([
      before(metadata("refresh", enabled, undefined)),
      after(metadata("refresh", enabled, undefined)),
      before(metadata("create", undefined, enabled)),
    ]);
    expect(gone.steps).toMatchObject([{ op: "create", gone: true }]);
  });
});

test("where the CLI finds its plugins is no warning about a manifest", () => {
  const say = (message: string) => ({ diagnosticEvent: { message, color: "never", severity: "warning" as const } });
  const { diagnostics } = read([
    say("using pulumi-resource-auth0 from $PATH at /usr/local/bin/pulumi-resource-auth0"),
    say("a warning of the program"),
  ]);
  expect(diagnostics.map(({ message }) => message)).toEqual(["a warning of the program"]);
});
