import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ComponentResource, Config, log, secret } from "@pulumi/pulumi";
import { ConcurrentUpdateError, LocalWorkspace, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import type { EngineEvent, PulumiFn, Stack } from "@pulumi/pulumi/automation/index.js";
import { beforeEach, describe, expect, test } from "vitest";
import { embeddedPulumiCommand } from "../../pkg/entry/automation.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { SECRET_SIG, SIG } from "../../pkg/values/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { Thing, ThingService } from "../support/things.ts";

/** The stock Automation API, with no CLI on this machine: everything below is Pulumi's own SDK. */
describe("Automation API on the embedded engine", () => {
  let folder: string;
  let service: ThingService;
  beforeEach(() => {
    folder = temporaryFolder();
    service = new ThingService();
  });

  const stackOf = (program: PulumiFn, stackName = "dev"): Promise<Stack> =>
    LocalWorkspace.createOrSelectStack(
      { projectName: "p", stackName, program },
      {
        pulumiCommand: embeddedPulumiCommand({ plugins: [service.plugin()], backend: `file://${folder}` }),
        workDir: folder,
        projectSettings: { name: "p", runtime: "nodejs" },
        envVars: { PULUMI_CONFIG_PASSPHRASE: "correct-horse" },
      },
    );
  const program =
    (size = 1): PulumiFn =>
    async () => {
      const first = new Thing("first", { size });
      const second = new Thing("second", { size: 2, of: first.serial });
      return { serial: second.serial, hidden: secret("hush-1") };
    };

  test("up, preview, refresh, destroy, with outputs, summaries and events", async () => {
    const stack = await stackOf(program());
    const events: EngineEvent[] = [];
    const made = await stack.up({ onEvent: (event) => events.push(event) });
    expect(made.outputs).toEqual({ serial: { value: "S2", secret: false }, hidden: { value: "hush-1", secret: true } });
    expect(made.summary).toMatchObject({
      kind: "update",
      result: "succeeded",
      resourceChanges: { create: 3 },
      version: 1,
    });
    expect(made.summary.startTime).toBeInstanceOf(Date);
    expect(service.log).toEqual(["create first", "create second"]);
    const kinds = events.map((event) => Object.keys(event).find((key) => key.endsWith("Event")));
    expect(kinds[0]).toBe("preludeEvent");
    // The stack's outputs are masked where they are secret.
    const ended = events.flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? []);
    expect(ended.map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`)).toEqual([
      "create first",
      "create second",
      "create p-dev",
    ]);
    expect(ended.at(-1)?.new?.outputs).toEqual({
      serial: "S2",
      hidden: { [SIG]: SECRET_SIG, ciphertext: "[secret]" },
    });
    expect(events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent?.resourceChanges).toEqual({ create: 3 });
    expect(kinds.at(-1)).toBe("cancelEvent");

    const again = await stackOf(program(5));
    expect((await again.preview()).changeSummary).toEqual({ update: 1, same: 2 });
    expect((await again.up()).summary.resourceChanges).toEqual({ update: 1, same: 2 });
    expect((await again.refresh()).summary.result).toBe("succeeded");
    expect((await again.destroy()).summary).toMatchObject({ kind: "destroy", resourceChanges: { delete: 3 } });
    expect((await again.history()).map(({ kind }) => kind)).toEqual(["destroy", "refresh", "update", "update"]);
    await again.workspace.removeStack("dev");
    await expect(
      LocalWorkspace.selectStack(
        { projectName: "p", stackName: "dev", program: program() },
        { pulumiCommand: embeddedPulumiCommand({ backend: `file://${folder}` }), workDir: folder },
      ),
    ).rejects.toBeInstanceOf(StackNotFoundError);
  });

  test("configuration reaches the program; secrets are encrypted on disk", async () => {
    const stack = await stackOf(async () => {
      const config = new Config();
      return { size: config.requireNumber("size"), token: config.requireSecret("token") };
    });
    await stack.setAllConfig({ size: { value: "3" }, token: { value: "hush-2", secret: true } });
    expect(await stack.getConfig("token")).toEqual({ value: "hush-2", secret: true });
    expect((await stack.up()).outputs).toEqual({
      size: { value: 3, secret: false },
      token: { value: "hush-2", secret: true },
    });
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      const path = join(folder, name);
      if (existsSync(path) && /\.(json|yaml)$/.test(name))
        expect(readFileSync(path, "utf8"), name).not.toContain("hush-2");
    }
    await stack.removeConfig("token");
    expect(Object.keys(await stack.getAllConfig())).toEqual(["p:size"]);
  });

  test("a stack is exported with its secrets and imported elsewhere, where nothing then changes", async () => {
    const source = await stackOf(program());
    await source.up();
    const exported = await source.exportStack();
    expect(JSON.stringify(exported)).toContain("hush-1");
    const copy = await stackOf(program(), "copy");
    const renamed = JSON.parse(
      JSON.stringify(exported).replaceAll("urn:pulumi:dev::", "urn:pulumi:copy::").replaceAll("p-dev", "p-copy"),
    ) as typeof exported;
    await copy.importStack(renamed);
    expect((await copy.preview()).changeSummary).toEqual({ same: 3 });
    expect(await copy.outputs()).toMatchObject({ hidden: { value: "hush-1", secret: true } });
    expect(readFileSync(join(folder, ".pulumi/stacks/p/copy.json"), "utf8")).not.toContain("hush-1");
  });

  test("live resources are imported under a component that is not on record yet", async () => {
    const grouped = async (): Promise<Record<string, unknown>> => {
      const group = new ComponentResource("test:index:Group", "group");
      const first = new Thing("first", { size: 1 }, { parent: group });
      return { serial: first.serial };
    };
    await (await stackOf(grouped)).up();
    const [id = ""] = service.things.keys();
    const adopting = await stackOf(grouped, "adopting");
    const resources = [
      { type: "test:index:Group", name: "a", logicalName: "group", component: true },
      { type: "test:index:Thing", name: "b", logicalName: "first", id, parent: "a", version: "1.0.0" },
    ];
    await adopting.import({ resources, protect: false, generateCode: false });
    expect((await adopting.preview()).changeSummary).toEqual({ same: 3 });
    await expect(adopting.import({ resources, protect: false, generateCode: false })).rejects.toThrow(
      /is in the state already/,
    );
    const strays = [{ type: "test:index:Thing", name: "c", id, parent: "nobody", version: "1.0.0" }];
    await expect(adopting.import({ resources: strays, protect: false, generateCode: false })).rejects.toThrow(
      /"nobody" is neither in the name table/,
    );
    await expect(adopting.import({ resources: [] })).rejects.toThrow(/generates no code/);
    expect(service.log).toEqual(["create first"]);
  });

  test.each([
    ["a warning", () => log.warn("config value tenant is not set")],
    ["an error", () => log.error("config value tenant")],
  ])("%s before a throw does not make the throw a success: nothing is deleted", async (_, say) => {
    await (await stackOf(program())).up();
    const failing = await stackOf(async () => {
      await say();
      throw new Error("config value tenant is not set");
    });
    await expect(failing.up()).rejects.toThrow(/config value tenant is not set/);
    expect(service.log).toEqual(["create first", "create second"]);
  });

  test("a failing resource, a failing program and a locked stack are the errors that callers know", async () => {
    const failing = await stackOf(async () => ({ t: new Thing("t", { size: 1 }).serial }));
    service.failing.add("create t");
    await expect(failing.up()).rejects.toThrow(/create of t failed/);
    const broken = await stackOf(async () => Promise.reject(new Error("the program is wrong")), "broken");
    await expect(broken.up()).rejects.toThrow(/the program is wrong/);
    const stack = await stackOf(program(), "locked");
    const release = await new FileBackend(folder).lock({ project: "p", stack: "locked" });
    // The lock is this process's own, and this process lives.
    await expect(stack.up()).rejects.toBeInstanceOf(ConcurrentUpdateError);
    await stack.cancel();
    expect((await stack.up()).summary.result).toBe("succeeded");
    await release();
  });
});
