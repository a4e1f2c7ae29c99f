import { expect, test } from "vitest";
import type { Auth0EventStreamArgs } from "../../pkg/components/index.ts";

test("the types of arguments name what Auth0 takes; the compiler checks each line here", () => {
  const args: Auth0EventStreamArgs[] = [
    { destinationType: "webhook", subscriptions: ["user.created"], status: "disabled" },
    // A newer event type than the known ones.
    { destinationType: "action", subscriptions: ["user.renamed"] },
    // @ts-expect-error -- a misspelt destination
    { destinationType: "webhok", subscriptions: [] },
    // @ts-expect-error -- a status of log streams
    { destinationType: "action", subscriptions: [], status: "active" },
  ];
  expect(args).toHaveLength(4);
});
