import { spawnSync } from "node:child_process";
import { Config, secret } from "@pulumi/pulumi";
import { beforeEach, describe, expect, test } from "vitest";
import { embeddedPulumiCommand } from "../../pkg/entry/automation.ts";
import { AutomationEngine } from "../../pkg/engine/pulumi-cli/pulumi-cli-engine.ts";
import { failureOf } from "../../pkg/engine/pulumi-cli/failures.ts";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { Engine, EngineEvent, OperationResult, Program } from "../../pkg/engine/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { hideSecrets } from "../../pkg/values/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { Thing, ThingService } from "../support/things.ts";

const id = { project: "p", stack: "dev" };
const program =
  (size = 1, color = "red"): Program =>
  async () => {
    const first = new Thing("first", { size, color });
    const second = new Thing("second", { size: 2, of: first.serial });
    return { serial: second.serial, hidden: secret("hush-1") };
  };

/** A whole life of a stack: what each operation said, in a form that can be compared. */
async function life(engine: Engine): Promise<unknown[]> {
  const said: unknown[] = [];
  const shown = ({ result, steps, outputs, diagnostics }: OperationResult): unknown => ({
    result,
    steps: steps
      .map(({ op, urn, type, diff }) => ({ op, urn, type, diff }))
      .toSorted((a, b) => (a.urn < b.urn ? -1 : 1)),
    outputs: hideSecrets(outputs),
    diagnostics: diagnostics.map(({ severity }) => severity),
  });
  const events: EngineEvent[] = [];
  const onEvent = (event: EngineEvent) => void events.push(event);
  said.push(shown(await engine.up({ ...id, program: program() }, { onEvent })));
  said.push(shown(await engine.preview({ ...id, program: program(5) })));
  said.push(shown(await engine.up({ ...id, program: program(5, "blue") }, { onEvent })));
  said.push(await engine.outputs(id).then((outputs) => hideSecrets(outputs ?? {})));
  said.push(shown(await engine.destroy(id, { onEvent })));
  said.push(await engine.init(id));
  said.push(
    events
      .filter(({ kind }) => kind !== "record")
      .map((event) =>
        event.kind === "step" ? `${event.phase} ${event.step.op} ${event.step.urn.split("::").at(-1)}` : event.kind,
      )
      .toSorted(),
  );
  return said;
}

describe("the engine by Automation API", () => {
  let folder: string;
  let service: ThingService;
  beforeEach(() => {
    folder = temporaryFolder();
    service = new ThingService();
  });
  const byAutomation = () =>
    new AutomationEngine({
      backend: `file://${folder}`,
      env: { PULUMI_CONFIG_PASSPHRASE: "correct-horse" },
      pulumiCommand: embeddedPulumiCommand({ plugins: [service.plugin()] }),
    });

  test("says of a stack's whole life what the embedded engine says: steps, diffs, outputs, events", async () => {
    const other = new ThingService();
    const embedded = createEmbeddedEngine({
      backend: new FileBackend(temporaryFolder()),
      plugins: [other.plugin()],
      passphrase: () => "correct-horse",
    });
    const engine = byAutomation();
    expect(await life(engine)).toEqual(await life(embedded));
    engine.close();
    expect(service.log).toEqual(other.log);
  });

  test("a failed resource and a failed program are diagnostics; a locked stack is the state's affair", async () => {
    const engine = byAutomation();
    service.failing.add("create first");
    const failed = await engine.up({ ...id, program: program() });
    expect([failed.result, failed.diagnostics.map(({ message }) => message).join()]).toEqual([
      "failed",
      expect.stringContaining("create of first failed"),
    ]);
    const broken = await engine.up({ ...id, program: async () => ({ x: new Config("p").require("absent") }) });
    expect([broken.result, broken.diagnostics.map(({ message }) => message).join()]).toEqual([
      "failed",
      expect.stringContaining("p:absent"),
    ]);
    const release = await new FileBackend(folder).lock(id);
    await expect(engine.up({ ...id, program: program() })).rejects.toMatchObject({
      diagnostic: { code: "state-locked" },
    });
    await release();
    engine.close();
  });

  test("what the CLI says of itself becomes a diagnostic with the command that mends it", () => {
    const cases: [string, string, string][] = [
      ["spawn pulumi ENOENT", "cli-missing", "install it"],
      ["Minimum version requirement failed. Minimum CLI version 3.2.0, your version 3.1.0", "cli-too-old", "upgrade"],
      [
        "code: 255\n stderr: error: no resource plugin 'pulumi-resource-auth0' found in the workspace at version v3.49.0 or on your $PATH",
        "plugin-missing",
        "pulumi plugin install resource auth0",
      ],
      [
        "stderr: error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
        "not-logged-in",
        "pulumi login",
      ],
      [
        'stderr: error: getting secrets manager: constructing secrets manager of type "passphrase": passphrase must be set with PULUMI_CONFIG_PASSPHRASE',
        "wrong-passphrase",
        "PULUMI_CONFIG_PASSPHRASE",
      ],
      [
        "stderr: error: the stack is currently locked by 1 lock(s). Either wait for the other process(es)",
        "state-locked",
        "pulumi cancel",
      ],
      ["stderr: error: no stack named 'dev' found", "stack-not-found", "apply"],
    ];
    for (const [message, code, hint] of cases) {
      const failure = failureOf(new Error(message)) as { diagnostic?: object; diagnostics?: object[] };
      expect(failure.diagnostic ?? failure.diagnostics?.[0], message).toMatchObject({
        code,
        hint: expect.stringContaining(hint) as string,
      });
    }
  });
});

const hasPulumi = spawnSync("pulumi", ["version"]).status === 0;

describe.skipIf(!hasPulumi)(`the real CLI${hasPulumi ? "" : " (skipped: pulumi is not on PATH)"}`, () => {
  test("runs a program of components only, on a folder of its own", async () => {
    const folder = temporaryFolder();
    const engine = new AutomationEngine({ backend: `file://${folder}`, env: { PULUMI_CONFIG_PASSPHRASE: "x" } });
    const simple: Program = async () => ({ answer: 42, hidden: secret("hush") });
    const made = await engine.up({ ...id, program: simple });
    expect([made.result, hideSecrets(made.outputs)]).toEqual(["succeeded", { answer: 42, hidden: "[secret]" }]);
    expect(await engine.stacks()).toContainEqual(id);
    expect((await engine.destroy(id)).result).toBe("succeeded");
    engine.close();
  });
});
