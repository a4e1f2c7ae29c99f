import { describe, expect, test } from "vitest";
import { explainCatalogue } from "../../cmd/openmcf/commands/explain-catalogue.ts";
import type { Context } from "../../cmd/openmcf/context.ts";

async function explained(catalogue: "log-types" | "event-types", search: string, output?: string): Promise<string> {
  let text = "";
  const terminal = { out: (chunk: string) => void (text += chunk), paint: (_: string, chunk: string) => chunk };
  await explainCatalogue({ terminal } as unknown as Context, catalogue, search, output);
  return text;
}

describe("explain log-types and event-types", () => {
  test("a code shows that type alone, with the filter that sends it", async () => {
    expect(await explained("log-types", "fp")).toBe("fp  auth.login.fail  Failed Login (Incorrect Password)\n");
  });

  test("words find every type that has them all, in any order and case", async () => {
    const lines = (await explained("log-types", "signup FAILED")).trim().split("\n");
    expect(lines.map((line) => line.split(" ")[0])).toContain("fs");
    expect(lines.every((line) => /signup|sign-up/i.test(line) && /failed/i.test(line))).toBe(true);
  });

  test("nothing to look for lists all", async () => {
    expect((await explained("log-types", "")).trim().split("\n")).toHaveLength(181);
    expect(await explained("event-types", "")).toContain("user.created");
  });

  test("JSON has the whole entries", async () => {
    expect(JSON.parse(await explained("log-types", "s", "json"))).toEqual([
      { name: "s", filter: "auth.login.success", title: "Success Login", description: expect.any(String) },
    ]);
  });

  test("a code that does not exist is an error that names the nearest", async () => {
    await expect(explained("event-types", "user.craeted")).rejects.toMatchObject({
      diagnostics: [{ code: "bad-flag", hint: 'did you mean "user.created"?' }],
    });
  });
});
