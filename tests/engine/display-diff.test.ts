import { expect, test } from "vitest";
import { displayDiff } from "../../pkg/engine/embedded/plan/display-diff.ts";

const policy = (action: string, ...more: object[]): string =>
  JSON.stringify({ Statement: [{ Action: action, Effect: "Allow" }, ...more] });
const shown = (before: string, after: string, replaces: string[] = []) =>
  displayDiff(
    [{ path: "policy", kind: "update" }],
    replaces,
    { outputs: { policy: before }, inputs: {} },
    { policy: after },
  );

test("a document that changed is shown place by place", () => {
  expect(shown(policy("a"), policy("b"))).toEqual([
    { path: "policy.Statement[0].Action", kind: "update", replace: false, before: "a", after: "b" },
  ]);
  expect(shown(policy("a", { Sid: "x" }), policy("a"), ["policy"])).toEqual([
    expect.objectContaining({ path: "policy.Statement[1].Sid", kind: "delete", replace: true, before: "x" }),
  ]);
});

test.each([
  ["a text", "old", "new"],
  ["a document that is not whole", '{"a":', '{"a":1}'],
  ["a document that only its spelling changed", '{"a":1}', '{ "a": 1 }'],
])("%s is shown as it is", (_, before, after) => {
  expect(shown(before, after)).toEqual([{ path: "policy", kind: "update", replace: false, before, after }]);
});
