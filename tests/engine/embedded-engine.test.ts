import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ComponentResource, all, log, output, secret } from "@pulumi/pulumi";
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, test } from "vitest";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { Engine, OperationResult, Program } from "../../pkg/engine/index.ts";
import { FileBackend, checkIntegrity } from "../../pkg/state/index.ts";
import type { Deployment } from "../../pkg/state/index.ts";
import { UNKNOWN, hideSecrets } from "../../pkg/values/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { Thing, ThingService } from "../support/things.ts";

let service: ThingService;
let engine: Engine;
let folder: string;

beforeEach(() => {
  service = new ThingService();
  folder = temporaryFolder();
  engine = createEmbeddedEngine({
    backend: new FileBackend(folder),
    plugins: [service.plugin()],
    passphrase: () => "correct-horse",
  });
});

const job = (program: Program) => ({ project: "p", stack: "dev", program });
const up = (program: Program): Promise<OperationResult> => engine.up(job(program));
const ops = ({ steps }: OperationResult): string[] => steps.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
const state = (): Deployment =>
  (
    JSON.parse(readFileSync(join(folder, ".pulumi/stacks/p/dev.json"), "utf8")) as {
      checkpoint: { latest: Deployment };
    }
  ).checkpoint.latest;
const record = (name: string) => state().resources?.find(({ urn }) => urn.endsWith(`::${name}`));

describe("programs", () => {
  test("a component, children, outputs that depend on outputs; then nothing to do; then destroy, dependents first", async () => {
    class Pair extends ComponentResource {
      constructor(name: string) {
        super("my:index:Pair", name);
        const first = new Thing("first", { size: 1 }, { parent: this });
        const second = new Thing("second", { size: 2, of: first.serial }, { parent: this });
        this.registerOutputs({ both: all([first.serial, second.serial]) });
      }
    }
    const program = async () => ({ pair: new Pair("pair").urn });
    expect(ops(await engine.preview(job(program)))).toEqual(["create first", "create second"]);
    expect(service.log).toEqual([]);
    const made = await up(program);
    expect(made).toMatchObject({ result: "succeeded", outputs: { pair: "urn:pulumi:dev::p::my:index:Pair::pair" } });
    expect(record("second")).toMatchObject({
      urn: "urn:pulumi:dev::p::my:index:Pair$test:index:Thing::second",
      outputs: { of: "S1" },
      dependencies: [expect.stringContaining("::first")],
    });
    expect(record("pair")).toMatchObject({ custom: false, outputs: { both: ["S1", "S2"] } });
    expect(checkIntegrity(state().resources ?? [])).toEqual([]);
    expect(ops(await engine.preview(job(program)))).toEqual(["same first", "same second"]);
    const gone = await engine.destroy({ project: "p", stack: "dev" });
    expect(ops(gone)).toEqual(["delete second", "delete first"]);
    expect(service.log).toEqual(["create first", "create second", "delete second", "delete first"]);
    expect(state().resources).toBeUndefined();
  });

  test("secrets: encrypted in state, wrapped in outputs, never in the clear", async () => {
    const program = async () => ({
      p: new Thing("t", { password: "hush-1", note: secret("hush-2") }).password,
      made: secret("hush-3"),
    });
    const result = await up(program);
    expect(hideSecrets(result.outputs)).toEqual({ p: "[secret]", made: "[secret]" });
    expect(readFileSync(join(folder, ".pulumi/stacks/p/dev.json"), "utf8")).not.toContain("hush");
    expect(record("t")?.outputs?.["note"]).toHaveProperty("ciphertext");
    const again = await engine.preview(job(program));
    expect(ops(again)).toEqual(["same t"]);
    const changed = await engine.preview(
      job(async () => ({ t: new Thing("t", { password: "hush-9", note: secret("hush-2") }).id })),
    );
    expect(changed.steps[0]?.diff).toEqual([
      { path: "password", kind: "update", replace: false, before: "[secret]", after: "[secret]" },
    ]);
  });

  test("a secret that did not change keeps its ciphertext", async () => {
    await up(async () => void new Thing("t", { password: "hush", size: 1 }));
    const before = record("t")?.inputs?.["password"];
    await up(async () => void new Thing("t", { password: "hush", size: 2 }));
    expect(record("t")?.inputs?.["password"]).toEqual(before);
  });

  test("explicit providers: their config in state, their secrets encrypted, children bound to them", async () => {
    class Provider extends pulumi.ProviderResource {
      constructor(name: string, args: Record<string, pulumi.Input<unknown>>) {
        super("test", name, args);
      }
    }
    const program = (region: string) => async () =>
      void new Thing("t", { size: 1 }, { provider: new Provider("mine", { key: "hush", region }) });
    await up(program("a"));
    expect(record("t")?.provider).toBe(`urn:pulumi:dev::p::pulumi:providers:test::mine::${record("mine")?.id}`);
    expect(record("mine")?.inputs?.["key"]).toHaveProperty("ciphertext");
    expect(ops(await engine.preview(job(program("a"))))).toEqual(["same mine", "same t"]);
  });

  test("going from the default provider to an explicit one changes nothing", async () => {
    class Provider extends pulumi.ProviderResource {}
    await up(async () => void new Thing("t", { size: 1 }));
    expect(record("default_1_0_0")).toMatchObject({ inputs: { version: "1.0.0" }, outputs: { version: "1.0.0" } });
    const result = await up(
      async () => void new Thing("t", { size: 1 }, { provider: new Provider("test", "mine", {}) }),
    );
    expect(ops(result)).toEqual(["create mine", "same t"]);
    expect(record("default_1_0_0")).toBeUndefined();
  });

  test("invoke, and get of what is not ours: read, never deleted", async () => {
    service.things.set("thing-9", { label: "theirs", size: 9 });
    const program = async () => ({
      double: output(pulumi.runtime.invoke("test:index:double", { value: 21 }, { version: "1.0.0" })).apply(
        (result: { result: number }) => result.result,
      ),
      size: Thing.get("theirs", "thing-9").size,
    });
    const result = await up(program);
    expect(result.outputs).toEqual({ double: 42, size: 9 });
    expect(ops(result)).toEqual(["read theirs"]);
    expect(record("theirs")?.external).toBe(true);
    await engine.destroy({ project: "p", stack: "dev" });
    expect(service.things.size).toBe(1);
  });
});

describe("options", () => {
  test("ignoreChanges, replaceOnChanges", async () => {
    await up(async () => void new Thing("t", { size: 1, other: 1 }));
    expect(
      ops(
        await engine.preview(job(async () => void new Thing("t", { size: 2, other: 1 }, { ignoreChanges: ["size"] }))),
      ),
    ).toEqual(["same t"]);
    expect(
      ops(
        await engine.preview(
          job(async () => void new Thing("t", { size: 2, other: 1 }, { replaceOnChanges: ["size"] })),
        ),
      ),
    ).toEqual(["replace t"]);
  });

  test("protect stops deletion and replacement before anything is touched", async () => {
    const program = async () => void [new Thing("a", { size: 1 }), new Thing("b", { color: "red" }, { protect: true })];
    await up(program);
    service.log.length = 0;
    expect(await engine.destroy({ project: "p", stack: "dev" })).toMatchObject({
      result: "failed",
      diagnostics: [{ code: "protected-resource" }],
    });
    expect(await up(async () => void new Thing("b", { color: "blue" }, { protect: true }))).toMatchObject({
      result: "failed",
    });
    expect(service.log).toEqual([]);
  });

  test("retainOnDelete forgets without deleting", async () => {
    await up(async () => void new Thing("t", { size: 1 }, { retainOnDelete: true }));
    await up(async () => {});
    expect([service.log, service.things.size, record("t")]).toEqual([["create t"], 1, undefined]);
  });

  test("a replacement makes the new one first; deleteBeforeReplace turns it round", async () => {
    const program = (color: string, deleteBeforeReplace?: boolean) => async () =>
      void new Thing("t", { color }, deleteBeforeReplace === undefined ? {} : { deleteBeforeReplace });
    await up(program("red"));
    expect(await up(program("blue"))).toMatchObject({
      steps: [{ op: "replace", diff: [{ path: "color", replace: true, before: "red", after: "blue" }] }],
    });
    expect(service.log).toEqual(["create t", "create t", "delete t"]);
    service.log.length = 0;
    await up(program("green", true));
    expect(service.log).toEqual(["delete t", "create t"]);
    expect(service.things.size).toBe(1);
  });

  test("replacing what others depend on replaces those that cannot follow, in the right order", async () => {
    const program = (color: string) => async () => {
      const base = new Thing("base", { color }, { deleteBeforeReplace: true });
      new Thing("bound", { color: base.serial });
      new Thing("loose", { note: base.serial });
      new Thing("with", { size: 1 }, { deletedWith: base });
    };
    await up(program("red"));
    service.log.length = 0;
    const result = await up(program("blue"));
    expect(result.result).toBe("succeeded");
    expect(service.log.slice(0, 3).toSorted()).toEqual(["delete base", "delete bound", "delete with"]);
    expect(service.log[2]).toBe("delete base");
    expect(service.log.slice(3).toSorted()).toEqual(["create base", "create bound", "create with", "update loose"]);
    expect(ops(result).toSorted()).toEqual(["replace base", "replace bound", "replace with", "update loose"]);
    expect(service.things.size).toBe(4);
    expect(checkIntegrity(state().resources ?? [])).toEqual([]);
  });

  test("aliases: a renamed resource, a renamed parent", async () => {
    class Parent extends ComponentResource {
      constructor(name: string, options: pulumi.ComponentResourceOptions = {}) {
        super("my:index:Parent", name, {}, options);
        new Thing(`${name}-child`, { label: "child" }, { parent: this });
      }
    }
    await up(async () => void [new Thing("old", { label: "x" }), new Parent("before")]);
    const result = await up(
      async () =>
        void [
          new Thing("new", { label: "x" }, { aliases: [{ name: "old" }] }),
          new Parent("after", { aliases: [{ name: "before" }] }),
        ],
    );
    expect(ops(result)).toEqual(["same new", "same after-child"]);
    expect(service.log).toEqual(["create x", "create child"]);
    expect(checkIntegrity(state().resources ?? [])).toEqual([]);
  });

  test("import takes over what is live, and refuses when the inputs differ", async () => {
    service.things.set("thing-7", { label: "t", size: 7 });
    const program = (size: number) => async () => void new Thing("t", { size }, { import: "thing-7" });
    expect(await up(program(8))).toMatchObject({
      result: "failed",
      diagnostics: [{ code: "check-failed", message: expect.stringContaining("size") }],
    });
    expect(ops(await up(program(7)))).toEqual(["import t"]);
    expect(ops(await engine.preview(job(program(7))))).toEqual(["same t"]);
    expect(service.log).toEqual([]);
  });

  test("an import of one resource records nothing that is still to be made", async () => {
    service.things.set("thing-7", { label: "t", size: 7 });
    const program = async () => {
      const adopted = new Thing("t", { label: "t", size: 7 });
      new Thing("other", { of: adopted.serial }, {}, "test:index:Other");
    };
    await engine.import(job(program), { type: "test:index:Thing", idOrName: "thing-7", idPrefix: "thing-" });
    expect(record("t")?.id).toBe("thing-7");
    expect(record("other")).toBeUndefined();
    expect(ops(await up(program))).toEqual(["same t", "create other"]);
    expect(JSON.stringify(state())).not.toContain(UNKNOWN);
    expect(checkIntegrity(state().resources ?? [])).toEqual([]);
  });

  test("additionalSecretOutputs, customTimeouts, dependsOn are on record", async () => {
    await up(async () => {
      const first = new Thing("first", { size: 1 });
      new Thing(
        "second",
        { size: 2 },
        { dependsOn: first, additionalSecretOutputs: ["serial"], customTimeouts: { create: "1m30s" } },
      );
    });
    expect(record("second")).toMatchObject({
      dependencies: [expect.stringContaining("first")],
      customTimeouts: { create: 90 },
      additionalSecretOutputs: ["serial"],
      outputs: { serial: { ciphertext: expect.any(String) } },
    });
  });

  test("a plan holds nothing random: a name that is made up is known after the apply", async () => {
    const program = async () => {
      const first = new Thing("t", { size: 1 });
      return { label: (first as unknown as { label: pulumi.Output<string> }).label, size: first.size };
    };
    const [one, other] = [await engine.preview(job(program)), await engine.preview(job(program))];
    expect(one).toEqual(other);
    expect(one.steps[0]?.diff).toContainEqual({ path: "label", kind: "add", replace: false, unknown: true });
    await up(program);
    expect(ops(await engine.preview(job(program)))).toEqual(["same t"]);
  });

  test("targets that name nothing are reported, by whichever operation", async () => {
    const program = async () => void [new Thing("a", { size: 1 }), new Thing("b", { size: 1 })];
    const targets = ["a", "nosuch", "*::b", "urn:pulumi:dev::p::test:index:Thing::c"];
    const missed = ["nosuch", "urn:pulumi:dev::p::test:index:Thing::c"];
    expect((await engine.preview(job(program), { targets })).missedTargets).toEqual(missed);
    expect((await engine.up(job(program), { targets })).missedTargets).toEqual(missed);
    const stack = { project: "p", stack: "dev" };
    expect((await engine.refresh(stack, { targets, preview: true })).missedTargets).toEqual(missed);
    expect((await engine.destroy(stack, { targets })).missedTargets).toEqual(missed);
    expect((await engine.up(job(program))).missedTargets).toBeUndefined();
  });

  test("targets: the rest stays as it is", async () => {
    const program = (size: number) => async () =>
      void [new Thing("a", { size }), new Thing("b", { size }), new Thing("c", { size })];
    await engine.up(job(program(1)), { targets: ["a", "b"] });
    service.log.length = 0;
    const result = await engine.up(job(program(2)), { targets: ["urn:pulumi:dev::p::test:index:Thing::a"] });
    expect(ops(result)).toEqual(["update a", "same b"]);
    await engine.destroy({ project: "p", stack: "dev" }, { targets: ["*::b"] });
    expect(service.log).toEqual(["update a", "delete b"]);
  });
});

describe("failures", () => {
  test("one resource that fails leaves the others, and a second run completes", async () => {
    const program = async () => void [new Thing("a", { size: 1 }), new Thing("b", { size: 1 })];
    service.failing.add("create b");
    const result = await up(program);
    expect(result).toMatchObject({
      result: "failed",
      diagnostics: [{ code: "operation-failed", message: expect.stringContaining("create of b failed") }],
    });
    expect(result.diagnostics).toHaveLength(1);
    expect(ops(await up(program))).toEqual(["same a", "create b"]);
  });

  test.each([
    ["a throw", async () => Promise.reject(new Error("no good"))],
    [
      "a throw in apply",
      async () =>
        void output(1).apply(() => {
          throw new Error("no good");
        }),
    ],
    ["an error log", async () => log.error("no good")],
    [
      "an output that throws",
      async () => ({
        x: output(1).apply(() => {
          throw new Error("no good");
        }),
      }),
    ],
  ] as [string, Program][])("%s fails the run, and says why", async (_, program) => {
    const result = await up(async () => {
      new Thing("t", { size: 1 });
      return program();
    });
    expect(result).toMatchObject({
      result: "failed",
      diagnostics: [{ code: "program-failed", message: expect.stringContaining("no good") }],
    });
  });

  test("two resources of one name", async () => {
    const result = await up(async () => void [new Thing("t", { size: 1 }), new Thing("t", { size: 2 })]);
    expect(result).toMatchObject({
      result: "failed",
      diagnostics: [{ message: expect.stringContaining("two resources") }],
    });
  });

  test("inputs that the provider refuses, and types without a driver, are told in a preview", async () => {
    const result = await engine.preview(
      job(async () => void [new Thing("t", { size: -1 }), new Thing("x", {}, {}, "other:index:Nothing")]),
    );
    expect(result.diagnostics.map(({ code }) => code).toSorted()).toEqual(["check-failed", "no-driver"]);
    expect(result.diagnostics.find(({ code }) => code === "no-driver")?.hint).toContain("--engine pulumi");
  });

  test.each([
    ["a resource that fails", () => service.failing.add("update t"), async () => {}],
    ["a program that throws", () => {}, async () => Promise.reject(new Error("no good"))],
  ])("%s leaves the stack its last outputs", async (_, prepare, end) => {
    const program = (size: number, then: () => Promise<void>) => async () => {
      const thing = new Thing("t", { size, note: secret("hush-1") });
      await then();
      return { serial: thing.serial, size: thing.size, note: secret("hush-1") };
    };
    await up(program(1, async () => {}));
    prepare();
    const failed = await up(program(2, end));
    expect(failed.result).toBe("failed");
    const stack = { project: "p", stack: "dev" };
    for (const outputs of [failed.outputs, (await engine.snapshot(stack))?.resources[0]?.outputs])
      expect(hideSecrets(outputs ?? {})).toEqual({ serial: "S1", size: 1, note: "[secret]" });
    expect((await up(program(3, async () => {}))).outputs).toMatchObject({ size: 3 });
  });

  test("what a program gives as outputs is kept when only a deletion after it fails", async () => {
    await up(async () => void [new Thing("old", { size: 1 })]);
    service.failing.add("delete old");
    const result = await up(async () => ({ size: 2 }));
    expect([result.result, result.outputs]).toEqual(["failed", { size: 2 }]);
    expect(await engine.outputs({ project: "p", stack: "dev" })).toEqual({ size: 2 });
  });

  test("a failing program deletes nothing", async () => {
    await up(async () => void new Thing("t", { size: 1 }));
    await up(async () => Promise.reject(new Error("no good")));
    expect(service.things.size).toBe(1);
  });

  /** Programs that fail after they have said, as a warning or an error, words of what they then fail with. */
  const quota = new Error("quota used up");
  test.each([
    ["warns of it", () => log.warn("quota used up")],
    ["warns of a part of it", () => log.warn("quota")],
    ["warns of more than it", () => log.warn("the quota used up today")],
    ["logs it as an error", () => log.error("quota used up")],
    ["logs a part of it as an error", () => log.error("quota")],
    ["informs of it", () => log.info("quota used up")],
  ])("a program that %s and then throws has failed, and nothing is deleted", async (_, say) => {
    await up(async () => void new Thing("t", { size: 1 }));
    const result = await up(async () => {
      await say();
      throw quota;
    });
    expect(result.result).toBe("failed");
    expect(result.diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message)).toContain(
      "the program failed: quota used up",
    );
    expect(service.log).toEqual(["create t"]);
  });

  test("a program that logs an error after a warning of the same words has failed", async () => {
    await up(async () => void new Thing("t", { size: 1 }));
    const result = await up(async () => {
      await log.warn("quota");
      await log.error("quota used up");
    });
    expect(result).toMatchObject({ result: "failed", diagnostics: [{ severity: "warning" }, { severity: "error" }] });
    expect(service.log).toEqual(["create t"]);
  });

  test("what fails for a resource's sake is said once, in the words of the step", async () => {
    service.failing.add("create a");
    const result = await up(async () => {
      const first = new Thing("a", { size: 1 });
      const second = new Thing("b", { of: first.serial });
      new Thing("c", { of: second.serial }, { dependsOn: first });
      return { serial: second.serial };
    });
    expect(result.diagnostics.map(({ message }) => message)).toEqual(["create of a failed: the service refuses"]);
  });

  test("what the program throws on its way through several resources is said once, in its own words", async () => {
    const result = await up(async () => {
      const failing = output(1).apply((): number => {
        throw new pulumi.RunError("the source does not show");
      });
      const first = new Thing("a", { size: failing });
      const second = new Thing("b", { size: 1, of: first.serial });
      return { third: new Thing("c", { of: second.serial, size: failing }).serial };
    });
    expect(result.diagnostics.map(({ message }) => message)).toEqual(["the source does not show"]);
    expect(service.log).toEqual([]);
  });

  test("a program that quotes a resource's failure in its log does so without our reference to it", async () => {
    service.failing.add("create a");
    const result = await up(async () => {
      const { urn } = new Thing("a", { size: 1 });
      const settled = (urn as unknown as { promise(): Promise<string> }).promise();
      await settled.catch((error: Error) => log.warn(error.message));
    });
    expect(result).toMatchObject({
      result: "failed",
      diagnostics: [
        { message: "create of a failed: the service refuses" },
        { severity: "warning", message: expect.stringMatching(/create of a failed: the service refuses$/) },
      ],
    });
  });

  test("programs side by side: what fails in one fails that one", async () => {
    const results = await Promise.all(
      ["a", "b", "c"].map((stack) =>
        engine.up({
          project: "p",
          stack,
          program: async () =>
            void new Thing(stack, { size: 1 }).serial.apply((serial) => {
              if (stack === "b") throw new Error(`no good ${serial}`);
            }),
        }),
      ),
    );
    expect(results.map(({ result }) => result)).toEqual(["succeeded", "failed", "succeeded"]);
  });

  test("an abort stops before the next step", async () => {
    const stop = new AbortController();
    const program = async () =>
      void new Thing("b", { size: new Thing("a", { size: 1 }).serial.apply(() => (stop.abort(), 2)) });
    expect(await engine.up(job(program), { signal: stop.signal })).toMatchObject({
      result: "failed",
      diagnostics: [{ code: "interrupted" }],
    });
    expect(service.log).toEqual(["create a"]);
  });
});

describe("interrupted runs", () => {
  /** Writes into the state what a run that was killed leaves there. */
  const leavePending = (type: string, resource: object): void => {
    const path = join(folder, ".pulumi/stacks/p/dev.json");
    const file = JSON.parse(readFileSync(path, "utf8")) as { checkpoint: { latest: Deployment } };
    const { latest } = file.checkpoint;
    const { urn } = resource as { urn: string };
    latest.resources = latest.resources?.filter((each) => type !== "creating" || each.urn !== urn) ?? [];
    latest.pending_operations = [{ type, resource }] as never;
    writeFileSync(path, JSON.stringify(file));
  };

  test("an adoption is part of the result", async () => {
    await up(async () => void new Thing("t", { size: 1 }));
    const { id: _, outputs: __, ...begun } = record("t") ?? {};
    leavePending("creating", begun);
    const result = await up(async () => void new Thing("t", { size: 1 }));
    expect(result).toMatchObject({
      result: "succeeded",
      diagnostics: [
        { code: "interrupted", severity: "warning", message: expect.stringContaining("adopted as thing-1") },
      ],
    });
    expect(ops(result)).toEqual(["same t"]);
  });

  const pending = () => state().pending_operations?.map(({ type }) => type) ?? [];
  const one = async () => void new Thing("t", { size: 1 });

  test.each(["creating", "updating"])("%s stays on record until a run has settled it", async (type) => {
    await up(one);
    const { id: _, ...begun } = record("t") ?? {};
    leavePending(type, type === "creating" ? { ...begun, created: new Date().toISOString() } : (record("t") ?? {}));
    if (type === "creating") service.things.clear();
    // The service does not answer; a program that fails before it comes to the resource; one that does not make it.
    service.failing.add("recover t");
    if (type === "creating") expect((await up(one)).result).toBe("failed");
    expect(pending()).toEqual([type]);
    await up(async () => {
      throw new Error("no");
    });
    expect(pending()).toEqual([type]);
    service.failing.add(type === "creating" ? "create t" : "update t");
    expect((await up(one)).result).toBe("failed");
    expect(pending()).toContain(type);
    expect(await up(one)).toMatchObject({ result: "succeeded" });
    expect(pending()).toEqual([]);
  });

  test("a create that has not shown up within an hour is dropped, unless the program makes it", async () => {
    await up(one);
    const { id: _, ...begun } = record("t") ?? {};
    service.things.clear();
    for (const [minutes, left] of [
      [59, ["creating"]],
      [61, []],
    ] as const) {
      leavePending("creating", { ...begun, created: new Date(Date.now() - minutes * 60_000).toISOString() });
      await up(async () => {});
      expect(pending()).toEqual(left);
    }
  });
});

describe("refresh", () => {
  test("drift is reported and recorded; what is gone is forgotten; up mends both", async () => {
    const program = async () => void [new Thing("a", { size: 1 }), new Thing("b", { size: 1 })];
    await up(program);
    service.things.set("thing-1", { label: "a", size: 5 });
    service.things.delete("thing-2");
    const stack = { project: "p", stack: "dev" };
    const shown = await engine.refresh(stack, { preview: true });
    expect(ops(shown)).toEqual(["refresh a", "delete b"]);
    expect(shown.steps[0]?.diff).toEqual([{ path: "size", kind: "update", replace: false, before: 1, after: 5 }]);
    expect(record("b")).toBeDefined();
    await engine.refresh(stack);
    expect(record("b")).toBeUndefined();
    expect(record("a")?.outputs?.["size"]).toBe(5);
    expect(ops(await up(program)).toSorted()).toEqual(["create b", "same a"]);
  });
});
