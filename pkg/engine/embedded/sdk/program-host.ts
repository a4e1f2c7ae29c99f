import { AsyncLocalStorage } from "node:async_hooks";
import * as runtime from "@pulumi/pulumi/runtime/index.js";
import * as sdkState from "@pulumi/pulumi/runtime/state.js";
import type { ConfigValue, EngineServices, Program, ProgramContext, ProgramEnd } from "../../engine.ts";

/** The part of the SDK's per-program store that we set. Marked `@internal` there, so its types leave it out. */
interface SdkState {
  getStore: () => { settings: { engine?: object; options: { engineAddr?: string } } };
  withLocalStorage: <T>(callback: () => T) => T;
}

const { getStore, withLocalStorage } = sdkState as unknown as SdkState;

/** Failures inside `apply` callbacks and the like surface only as unhandled rejections; each run collects its own. */
interface Run {
  stray: unknown[];
}

const currentRun = new AsyncLocalStorage<Run>();
const activeRuns = new Set<Run>();

/**
 * Runs a Pulumi program with the official SDK against our services, without gRPC. Programs may run side by side; each
 * has its own SDK state.
 */
export async function runProgram(
  program: Program,
  context: ProgramContext,
  services: EngineServices,
  config: Readonly<Record<string, ConfigValue>> = {},
): Promise<ProgramEnd> {
  const run: Run = { stray: [] };
  if (activeRuns.size === 0) process.on("unhandledRejection", onStray);
  activeRuns.add(run);
  try {
    return await currentRun.run(run, () => withLocalStorage(() => runInside(program, context, services, config, run)));
  } finally {
    activeRuns.delete(run);
    if (activeRuns.size === 0) process.off("unhandledRejection", onStray);
  }
}

async function runInside(
  program: Program,
  context: ProgramContext,
  services: EngineServices,
  config: Readonly<Record<string, ConfigValue>>,
  run: Run,
): Promise<ProgramEnd> {
  runtime.setMockOptions(services.monitor, context.project, context.stack, context.preview, context.organization);
  const { settings } = getStore();
  settings.engine = services.engine;
  // Any address: it only makes the SDK believe that there is an engine.
  settings.options.engineAddr = "in-process";
  const entries = Object.entries(config);
  runtime.setAllConfig(
    Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    entries.filter(([, { isSecret }]) => isSecret).map(([key]) => key),
  );
  const failures: unknown[] = [];
  try {
    await runtime.runInPulumiStack(program);
    await runtime.disconnect(true);
  } catch (error) {
    failures.push(error);
    await runtime.disconnect(false).catch(() => {});
  }
  // Rejections are reported a turn after they happen.
  await new Promise((resolve) => setImmediate(resolve));
  return { failures: [...failures, ...run.stray] };
}

function onStray(reason: unknown): void {
  // Node runs this handler in the context of the promise that was rejected. Should a context be lost, nobody knows
  // whose it is, and every run fails rather than one wrongly succeed.
  const run = currentRun.getStore();
  for (const each of run && activeRuns.has(run) ? [run] : activeRuns) each.stray.push(reason);
}
