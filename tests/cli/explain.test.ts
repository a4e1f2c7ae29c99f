import { describe, expect, test } from "vitest";
import { explain } from "../../cmd/openmcf/commands/explain.ts";
import type { Context } from "../../cmd/openmcf/context.ts";

async function explained(path: string): Promise<string> {
  let text = "";
  const terminal = { out: (chunk: string) => void (text += chunk), paint: (_: string, chunk: string) => chunk };
  await explain({ terminal } as unknown as Context, { paths: [path], output: "human" } as never);
  return text.split("\n")[0] ?? "";
}

describe("explain", () => {
  test.each([
    ["", "Auth0EventStream  object"],
    ["spec.subscriptions", "Auth0EventStream.spec.subscriptions  string[]"],
    ["spec.eventBus.rules.targets", "Auth0EventStream.spec.eventBus.rules.targets  object[]"],
    ["spec.eventBus.rules[].targets", "Auth0EventStream.spec.eventBus.rules.targets  object[]"],
    ["spec.eventBus.rules[0].targets[1].sqs", "Auth0EventStream.spec.eventBus.rules.targets.sqs  object"],
    ["spec.eventBus.rules[", "Auth0EventStream.spec.eventBus.rules  object[]"],
    ["spec.httpConfiguration.httpEndpoint", "Auth0LogStream.spec.httpConfiguration.httpEndpoint  string"],
    ["Auth0LogStream.spec.filters", "Auth0LogStream.spec.filters  string[]"],
  ])("%j names a field", async (path, title) => {
    expect(await explained(path)).toBe(title);
  });

  test.each([
    ["spec.eventBus.rules.targts", 'spec.eventBus.rules has no field "targts"', 'did you mean "targets"?'],
    ["spec.subscriptions.x", 'spec.subscriptions has no field "x"', undefined],
    ["nothing", 'Auth0EventStream has no field "nothing"', "it has"],
  ])("%j names none: it says which are there", async (path, message, hint) => {
    const error: { diagnostics: { code: string; message: string; hint?: string }[] } = await explained(path).then(
      () => expect.unreachable(),
      (reason: unknown) => reason as never,
    );
    expect(error.diagnostics[0]).toMatchObject({ code: "bad-flag", message: expect.stringContaining(message) });
    if (hint === undefined) expect(error.diagnostics[0]?.hint).toBeUndefined();
    else expect(error.diagnostics[0]?.hint).toContain(hint);
  });
});
