import { beforeEach, describe, expect, test } from "vitest";
import { createEmbeddedEngine } from "../../pkg/engine/index.ts";
import type { Engine, StackJob } from "../../pkg/engine/index.ts";
import { FileBackend } from "../../pkg/state/index.ts";
import { temporaryFolder } from "../support/cli.ts";
import { Thing, ThingService } from "../support/things.ts";

const id = { project: "p", stack: "dev" };

describe("a stack's outputs", () => {
  let service: ThingService;
  let engine: Engine;
  beforeEach(() => {
    service = new ThingService();
    engine = createEmbeddedEngine({
      backend: new FileBackend(temporaryFolder()),
      plugins: [service.plugin()],
      passphrase: () => "correct-horse",
    });
  });
  const job = (more: Partial<StackJob> = {}): StackJob => ({
    ...id,
    program: async () => ({ serial: new Thing("a", { size: 1 }).serial }),
    ...more,
  });

  test("that are known before the program are on record though the first run fails, and go with the next one", async () => {
    service.failing.add("create a");
    await engine.up(job({ initialOutputs: { place: "here" } }));
    expect(await engine.outputs(id)).toEqual({ place: "here" });
    await engine.up(job());
    expect(await engine.outputs(id)).toEqual({ serial: "S1" });
  });
});
