import type { StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { describe, expect, test } from "vitest";
import { importFile } from "../../pkg/engine/pulumi-cli/import-file.ts";

const ROOT = "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev";
const OUTER = "urn:pulumi:dev::p::a:index:Outer::o";
const INNER = "urn:pulumi:dev::p::a:index:Outer$a:index:Inner::i";
const BUS = "aws:cloudwatch/eventBus:EventBus";
const PROVIDER = "urn:pulumi:dev::p::a:index:Outer$pulumi:providers:aws::x";

/** A step of a preview, as the CLI tells of it. */
function step(urn: string, parent = "", more: { op?: string; provider?: string } = {}): StepEventMetadata {
  const { op = "create", provider = "" } = more;
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  return { op, urn, type, new: { type, urn, parent, provider } } as unknown as StepEventMetadata;
}

describe("what the CLI is given to import a live resource", () => {
  const bus = step(`urn:pulumi:dev::p::a:index:Outer$a:index:Inner$${BUS}::b`, INNER, {
    provider: "urn:pulumi:dev::p::pulumi:providers:aws::default_7_48_0::04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  });
  const place = { type: BUS, id: "live", name: "imported", logicalName: "b", version: "7.48.0" };

  test("components that are not on record, the outer one first", () => {
    const planned = [step(ROOT), step(OUTER, ROOT), step(INNER, OUTER), bus];
    expect(importFile(planned, BUS, "live")).toEqual({
      resources: [
        { type: "a:index:Outer", name: "component0", logicalName: "o", component: true },
        { type: "a:index:Inner", name: "component1", logicalName: "i", component: true, parent: "component0" },
        { ...place, parent: "component1" },
      ],
      nameTable: {},
    });
  });

  test("a component and a provider that are", () => {
    const explicit = step(bus.urn, INNER, { provider: `${PROVIDER}::an-id` });
    const planned = [step(ROOT, "", { op: "same" }), step(OUTER, ROOT, { op: "same" }), step(INNER, OUTER), explicit];
    const { version: _, ...rest } = place;
    expect(importFile([...planned, step(PROVIDER, OUTER, { op: "same" })], BUS, "live")).toEqual({
      resources: [
        { type: "a:index:Inner", name: "component1", logicalName: "i", component: true, parent: "component0" },
        { ...rest, parent: "component1", provider: "provider" },
      ],
      nameTable: { component0: OUTER, provider: PROVIDER },
    });
    expect(() => importFile([...planned, step(PROVIDER, OUTER)], BUS, "live")).toThrow(/this stack has none yet/);
  });

  test("refuses what is there already, and what the program does not make once", () => {
    expect(() => importFile([step(bus.urn, INNER, { op: "same" })], BUS, "live")).toThrow(/b is in the state already/);
    expect(() => importFile([step(ROOT)], BUS, "live")).toThrow(/makes 0 resources/);
    expect(() => importFile([bus, step(`${bus.urn}2`, INNER)], BUS, "live")).toThrow(/makes 2 resources/);
  });
});
