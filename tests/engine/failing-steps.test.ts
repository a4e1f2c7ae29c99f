import { ProviderResource } from "@pulumi/pulumi";
import { beforeEach, describe, expect, test } from "vitest";
import { RemoteFailure, diagnostic } from "../../pkg/diagnostics/index.ts";
import { checkIntegrity } from "../../pkg/state/index.ts";
import { ThingStack, stepsOf } from "../support/thing-stack.ts";
import { Thing } from "../support/things.ts";

class Provider extends ProviderResource {}

let stack: ThingStack;
beforeEach(() => {
  stack = new ThingStack();
});

const answer = (status: number | undefined, message = "the service refuses"): Error =>
  Object.assign(new RemoteFailure(diagnostic("operation-failed", message)), status === undefined ? {} : { status });

describe("after a failure", () => {
  test.each([
    [400, false],
    [403, false],
    [409, false],
    [429, false],
    [499, false],
    [500, true],
    [503, true],
    [599, true],
    [undefined, true],
  ])("status %s: the create may have had an effect, and stays pending: %s", async (status, isPending) => {
    stack.service.failing.add("create t");
    stack.service.failure = () => answer(status);
    await stack.up(async () => void new Thing("t", { size: 1 }));
    const pending = stack.state().pending_operations ?? [];
    expect(pending.map(({ type, resource }) => `${type} ${resource.urn.split("::").at(-1)}`)).toEqual(
      isPending ? ["creating t"] : [],
    );
  });

  const password = 'p"ss w/rd+12345';
  test.each([
    ["as it is", password],
    ["as JSON", JSON.stringify(password)],
    ["as JSON in JSON", JSON.stringify(JSON.stringify({ password }))],
    ["in a URL", encodeURIComponent(password)],
    ["in a form", new URLSearchParams({ password }).toString()],
    ["in base64", Buffer.from(password).toString("base64")],
    ["in base64 after others", Buffer.from(`user:${password}`).toString("base64")],
    ["in base64url before others", Buffer.from(`x${password}yz`).toString("base64url")],
  ])("a secret that the service repeats %s is not shown", async (_, repeated) => {
    stack.service.failing.add("create t");
    stack.service.failure = () => answer(400, `cannot take ${repeated} (invalid)`);
    const { diagnostics } = await stack.up(async () => void new Thing("t", { password, size: 12 }));
    const message = diagnostics.map((problem) => problem.message).join("\n");
    expect(message).toMatch(/^create of t failed: cannot take .*\[secret\].* \(invalid\)$/);
    for (const part of [password, "ss w", "12345", Buffer.from(password).toString("base64").slice(4, 12)])
      expect(message).not.toContain(part);
  });

  test("what depended on a resource that is gone no longer names it in the state", async () => {
    const program = (color: string) => async () => {
      const base = new Thing("base", { color }, { deleteBeforeReplace: true });
      new Thing("loose", { note: base.serial }, { dependsOn: base });
      new Thing("with", { size: 1 }, { deletedWith: base });
    };
    await stack.up(program("red"));
    stack.service.failing.add("create base");
    stack.service.failure = () => answer(400);
    expect((await stack.up(program("blue"))).result).toBe("failed");
    expect(stack.record("base")).toBeUndefined();
    expect(stack.record("loose")).toBeDefined();
    expect(checkIntegrity(stack.state().resources ?? [])).toEqual([]);
    expect((await stack.up(program("blue"))).result).toBe("succeeded");
  });

  test("what a renamed provider looks after is bound to its new name, though its own step failed", async () => {
    const program = (name: string, size: number) => async () => {
      const provider = new Provider("test", name, {}, { aliases: [{ name: "before" }] });
      new Thing("t", { size }, { provider });
    };
    await stack.up(program("before", 1));
    stack.service.failing.add("update t");
    await stack.up(program("after", 2));
    expect(stack.record("t")?.provider).toBe(`${stack.record("after")?.urn}::${stack.record("after")?.id}`);
    expect(checkIntegrity(stack.state().resources ?? [])).toEqual([]);
  });
});

describe("deletions", () => {
  const chain = async (): Promise<void> => {
    const first = new Thing("first", { size: 1 });
    const second = new Thing("second", { of: first.serial });
    new Thing("third", { size: 1 }, { dependsOn: second });
    new Thing("alone", { size: 1 });
  };

  test.each(["destroy", "up"] as const)(
    "by %s wait for dependents: what one leaves, the rest leaves too",
    async (verb) => {
      await stack.up(chain);
      stack.service.log.length = 0;
      stack.service.failing.add("delete second");
      const result = verb === "destroy" ? await stack.engine.destroy(stack.id) : await stack.up(async () => {});
      expect(result.result).toBe("failed");
      expect(stack.service.log.toSorted()).toEqual(["delete alone", "delete second", "delete third"]);
      expect(checkIntegrity(stack.state().resources ?? [])).toEqual([]);
    },
  );

  test("a copy that a replacement left is deleted, though it was protected", async () => {
    await stack.up(async () => void new Thing("t", { size: 1 }));
    stack.edit(({ resources = [] }) => {
      const [record] = resources.filter(({ urn }) => urn.endsWith("::t"));
      if (record) resources.push({ ...record, id: "thing-old", protect: true, delete: true });
    });
    stack.service.things.set("thing-old", { label: "copy" });
    const result = await stack.up(async () => void new Thing("t", { size: 1 }));
    expect([result.result, stack.service.log]).toEqual(["succeeded", ["create t", "delete copy"]]);
  });

  test("a target that others need stays", async () => {
    await stack.up(async () => {
      new Thing("t", { size: 1 }, { provider: new Provider("test", "mine", {}) });
      new Provider("test", "unused", {});
    });
    const result = await stack.up(async () => {}, { targets: ["mine", "unused"] });
    expect([result.result, stepsOf(result)]).toEqual(["succeeded", ["delete unused"]]);
    expect(stack.record("mine")).toBeDefined();
    expect(checkIntegrity(stack.state().resources ?? [])).toEqual([]);
  });
});

describe("limits", () => {
  test.each(["create", "update", "delete"] as const)(
    "the time for a %s is the one that the program gives it",
    async (kind) => {
      // The operation ends when its time is up: of another kind's time, not within this test.
      const customTimeouts = { create: "1h", update: "1h", delete: "1h", [kind]: "5ms" };
      const program = (size: number) => async () => void new Thing("t", { size }, { customTimeouts });
      if (kind !== "create") await stack.up(program(1));
      stack.service.hanging.add(`${kind} t`);
      const { diagnostics } = kind === "delete" ? await stack.engine.destroy(stack.id) : await stack.up(program(2));
      expect(diagnostics).toMatchObject([{ message: `${kind} of t failed: the time is up` }]);
    },
  );

  test("reads of a refresh take their turn, as all that is remote", async () => {
    await stack.up(async () => void ["a", "b", "c"].map((name) => new Thing(name, { size: 1 })));
    let [running, most, passed] = [0, 0, 0];
    let turn: Promise<unknown> = Promise.resolve();
    const throttle = <T>(work: () => Promise<T>): Promise<T> => {
      const mine = turn.then(async () => {
        passed += 1;
        most = Math.max(most, (running += 1));
        const result = await work();
        running -= 1;
        return result;
      });
      turn = mine;
      return mine;
    };
    await stack.engine.refresh(stack.id, { throttle });
    expect([passed, most]).toEqual([3, 1]);
  });
});

test("a create that was recorded before the kill is not adopted a second time", async () => {
  await stack.up(async () => void new Thing("t", { size: 1 }));
  stack.edit((state) => {
    const [record] = (state.resources ?? []).filter(({ urn }) => urn.endsWith("::t"));
    const { id: _, outputs: __, ...begun } = record ?? { urn: "", type: "", custom: true };
    state.pending_operations = [{ type: "creating", resource: begun }];
  });
  const result = await stack.up(async () => void new Thing("t", { size: 1 }));
  expect([stepsOf(result), result.diagnostics]).toEqual([["same t"], []]);
  expect(stack.state().resources?.filter(({ urn }) => urn.endsWith("::t"))).toHaveLength(1);
  expect(stack.state().pending_operations ?? []).toEqual([]);
});
