import { expect, test } from "vitest";
import { detailedDiff } from "../../pkg/pulumi-command/detailed-diff.ts";
import { diffValues } from "../../pkg/values/index.ts";
import type { PropertyMap } from "../../pkg/values/index.ts";

const bridge = { awsAccountId: "242849305777", awsRegion: "us-east-1" };
const hook = { webhookEndpoint: "https://x", webhookAuthorization: { method: "basic", username: "u", token: "" } };

test.each<[string, PropertyMap, PropertyMap, string[], Record<string, string>]>([
  [
    "a block that comes is one place",
    {},
    { eventbridgeConfiguration: bridge },
    [],
    { eventbridgeConfiguration: "add" },
  ],
  ["so is one that goes", { webhookConfiguration: hook }, {}, [], { webhookConfiguration: "delete" }],
  [
    "a block that comes in place of another, and replaces",
    { webhookConfiguration: hook },
    { eventbridgeConfiguration: bridge },
    ["eventbridgeConfiguration.awsAccountId", "eventbridgeConfiguration.awsRegion"],
    { eventbridgeConfiguration: "add-replace", webhookConfiguration: "delete" },
  ],
  ["a block that was null", { a: null }, { a: { b: { c: 1 } } }, [], { a: "add" }],
  [
    "a list in another order",
    { list: ["a", "b", "c"] },
    { list: ["b", "a", "c"] },
    [],
    { "list[0]": "update", "list[1]": "update" },
  ],
  ["a list that grows", { list: ["a"] }, { list: ["a", "b"] }, [], { "list[1]": "add" }],
  ["a value that changes and replaces", { color: "red" }, { color: "blue" }, ["color"], { color: "update-replace" }],
])("%s", (_, before, after, replaces, expected) => {
  const old = { urn: "u", type: "t", custom: true, inputs: before, outputs: before };
  const now = { urn: "u", type: "t", custom: true, inputs: after };
  const changes = diffValues(before, after);
  const details = detailedDiff({ op: "update", urn: "u", type: "t", old, new: now, changes, replaces });
  expect(Object.fromEntries(Object.entries(details).map(([path, { diffKind }]) => [path, diffKind]))).toEqual(expected);
});

test("what the service holds empty is updated, not added, though the program never gave it", () => {
  const inputs = { webhookConfiguration: { webhookEndpoint: "https://x" } };
  const given = { webhookConfiguration: { ...hook, webhookAuthorization: { token: "t" } } };
  const record = { urn: "u", type: "t", custom: true };
  const change = {
    op: "update",
    urn: "u",
    type: "t",
    old: { ...record, inputs, outputs: { webhookConfiguration: hook } },
  } as const;
  const changes = [{ path: "webhookConfiguration.webhookAuthorization.token", kind: "add" } as const];
  expect(detailedDiff({ ...change, new: { ...record, inputs: given }, changes })).toEqual({
    "webhookConfiguration.webhookAuthorization.token": { diffKind: "update", inputDiff: false },
  });
});
