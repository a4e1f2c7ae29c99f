import { beforeEach, describe, expect, test } from "vitest";
import { InvalidInput, diagnostic } from "../../pkg/diagnostics/index.ts";
import { LiveReads, createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { Engine, OperationOptions, OperationResult } from "../../pkg/engine/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { Thing, ThingService } from "../support/things.ts";

const job = {
  project: "p",
  stack: "dev",
  program: async () => {
    void new Thing("a", { size: 1 });
    void new Thing("b", { size: 2 });
  },
};
const steps = ({ steps: all }: OperationResult): string[] =>
  all.map(({ op, urn, gone, diff }) =>
    [op, urn.split("::").at(-1), gone && "gone", ...diff.map(({ path, drift }) => `${path}${drift ? "!" : ""}`)]
      .filter(Boolean)
      .join(" "),
  );

describe("a plan that is compared with the live side", () => {
  let service: ThingService;
  let engine: Engine;
  beforeEach(async () => {
    service = new ThingService();
    service.comparesWithLive = true;
    engine = createEmbeddedEngine({
      backend: new FileBackend(temporaryFolder()),
      plugins: [service.plugin()],
      passphrase: () => "correct-horse",
    });
    await engine.up(job);
    service.log.length = 0;
  });
  const change = (name: string, properties?: Record<string, number>): void => {
    for (const [id, thing] of service.things)
      if (thing["label"] === name)
        if (properties) service.things.set(id, { ...thing, ...properties });
        else service.things.delete(id);
  };
  const plan = (options: OperationOptions = {}): Promise<OperationResult> =>
    engine.preview(job, { refresh: true, ...options });

  test("marks what someone else has changed, and what is made because someone else deleted it", async () => {
    change("a", { size: 7 });
    change("b");
    expect(steps(await plan())).toEqual(["update a size!", expect.stringMatching(/^create b gone/)]);
    expect(steps(await plan({ refresh: false }))).toEqual(["same a", "same b"]);
  });

  test("does not mark what the program changes", async () => {
    const program = async (): Promise<void> => {
      void new Thing("a", { size: 3 });
      void new Thing("b", { size: 2 });
    };
    expect(steps(await engine.preview({ ...job, program }, { refresh: true }))).toEqual(["update a size", "same b"]);
  });

  test("is what an update compares with: nothing is read twice, and each read is used once", async () => {
    const live = new LiveReads();
    await plan({ live });
    expect(service.reads).toBe(2);
    await engine.up(job, { refresh: true, live });
    expect(service.reads).toBe(2);
    await engine.up(job, { refresh: true, live });
    expect(service.reads).toBe(4);
  });

  test("without credentials works on the record, and says so; an update does not", async () => {
    service.lacks = new InvalidInput(diagnostic("missing-credentials", "there are no credentials"));
    change("a", { size: 7 });
    const planned = await plan({ mayLackCredentials: true });
    expect([planned.result, steps(planned), planned.diagnostics]).toEqual(["succeeded", ["same a", "same b"], []]);
    expect([...(planned.notCompared ?? [])]).toEqual([["test", "there are no credentials"]]);
    expect((await plan()).result).toBe("failed");
    expect((await engine.up(job, { refresh: true, mayLackCredentials: true })).result).toBe("failed");
  });

  test("that fails for any other reason fails", async () => {
    service.lacks = new InvalidInput(diagnostic("wrong-account", "another account"));
    expect((await plan({ mayLackCredentials: true })).result).toBe("failed");
  });
});
