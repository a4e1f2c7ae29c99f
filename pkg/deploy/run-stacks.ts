import {
  asDiagnostic,
  diagnostic,
  hasErrors,
  isInvalidInput,
  isRemoteFailure,
  isStateProblem,
} from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import type {
  Engine,
  EngineEvent,
  LiveReads,
  ImportRequest,
  OperationOptions,
  OperationResult,
  Program,
  StackJob,
  Throttle,
} from "../engine/index.ts";
import { hasSecrets, manifestKey, orderByReferences, withReferences } from "../manifest/index.ts";
import type { Manifest, ManifestReference } from "../manifest/index.ts";
import type { PropertyMap } from "../values/index.ts";
import { TENANT_OUTPUT } from "../components/tenant-output.ts";
import { outputsElsewhere, outputsOf } from "./outputs.ts";
import type { StackIndex } from "./outputs.ts";
import { summarize } from "./report.ts";
import type { RunReport, StackReport, Verb } from "./report.ts";
import type { Approval } from "./saved-plan.ts";
import { refuseOtherTenants } from "./tenants.ts";
import type { Tenant } from "./tenants.ts";

/** How to run. */
export interface RunOptions {
  engine: Engine;
  backend: StackIndex;
  /** Makes a manifest's program, when the engine wants another copy of the SDK than this one's. */
  programFor?: (manifest: Manifest, tenant: Tenant) => Program;
  /** Remote operations at once, over all stacks. */
  parallel: number;
  /** Show, change nothing. */
  isPreview: boolean;
  /** Read the live side first. */
  refresh?: boolean;
  /** Of a preview: what takes credentials that are not there is left out, and is told of in the report. */
  mayLackCredentials?: boolean;
  /** Why it is not compared with the live side, where that is known. */
  notCompared?: string;
  /** What a preview of the same command has read. */
  live?: LiveReads;
  targets?: readonly string[];
  /** Decides about each step of a manifest's stack before it is taken. */
  approvals?: (manifest: Manifest) => Approval;
  /** The tenant of each manifest, as {@link chooseTenants} says. */
  tenants: ReadonlyMap<Manifest, Tenant>;
  /** Credentials of a tenant for the providers on record, which may hold older ones. */
  credentialsOf?: (tenant: Tenant) => PropertyMap | undefined;
  /** Let a stack go to another tenant than the one that it was applied to. */
  allowTenantChange?: boolean;
  /** What to import for each manifest, for the verb `import`. */
  importRequest?: (manifest: Manifest) => ImportRequest;
  signal?: AbortSignal;
  /** Called when no stack is refused, before anything is sent. */
  onAccepted?: () => void;
  onEvent?: (manifest: Manifest, event: EngineEvent) => void;
  onStackEnd?: (report: StackReport) => void;
}

/** What one manifest's run gives to those that wait for it. */
interface Outcome {
  report: StackReport;
  missedTargets?: readonly string[];
  outputs?: PropertyMap;
  /** Why something was not compared with the live side. */
  notCompared?: readonly string[];
}

/**
 * Runs a verb over manifests, `parallel` operations at a time, in the order that their references ask for (the other way round
 * when destroying). One that fails does not stop the others, save those that wait for it.
 * @throws InvalidInput, before anything is done, when a stack is of another tenant; else what concerns no single stack
 * (a bug).
 */
export async function runStacks(verb: Verb, manifests: readonly Manifest[], options: RunOptions): Promise<RunReport> {
  const started = performance.now();
  if (!options.allowTenantChange) await refuseOtherTenants(options.tenants, options.engine);
  options.onAccepted?.();
  const waitsFor = waiting(verb, manifests);
  const outcomes = new Map<Manifest, Promise<Outcome>>();
  // While some stacks wait for an answer, as many more get ready: their turn comes without a pause.
  const stackGate = new Gate(options.parallel === 1 ? 1 : 2 * options.parallel);
  const stepGate = new Gate(options.parallel);
  const throttle: Throttle = (work) => stepGate.pass(work);
  const run = (manifest: Manifest): Promise<Outcome> => {
    let outcome = outcomes.get(manifest);
    if (!outcome) outcomes.set(manifest, (outcome = start(manifest)));
    return outcome;
  };
  const start = async (manifest: Manifest): Promise<Outcome> => {
    const others = await Promise.all((waitsFor.get(manifest) ?? []).map(run));
    const failed = others.find(({ report }) => report.result !== "succeeded");
    const outcome = failed
      ? skipped(manifest, failed.report)
      : await stackGate.pass(() => runOne(verb, manifest, others, { ...options, throttle }));
    options.onStackEnd?.(outcome.report);
    return outcome;
  };
  const all = await Promise.all(manifests.map(run));
  const stacks = withMissedTargets(
    all.map(({ report }) => report),
    (options.targets ?? []).filter((target) => all.every(({ missedTargets }) => missedTargets?.includes(target))),
  );
  const notCompared = new Set(all.flatMap((outcome) => outcome.notCompared ?? []));
  if (options.notCompared !== undefined) notCompared.add(options.notCompared);
  return {
    verb,
    isPreview: options.isPreview,
    stacks,
    summary: summarize(stacks),
    ...(notCompared.size > 0 ? { notCompared: [...notCompared] } : {}),
    ms: performance.now() - started,
  };
}

/** Reports targets that no stack has, with the first stack: they are about the command, not about a manifest. */
function withMissedTargets(stacks: StackReport[], targets: readonly string[]): StackReport[] {
  const [first, ...others] = stacks;
  if (!first || targets.length === 0) return stacks;
  const hint = "a target is a resource's name, its URN, or a URN with * for anything";
  const problems = targets.map((target) => diagnostic("bad-flag", `--target ${target} is no resource`, { hint }));
  return [{ ...first, result: "failed", diagnostics: [...first.diagnostics, ...problems] }, ...others];
}

function waiting(verb: Verb, manifests: readonly Manifest[]): Map<Manifest, Manifest[]> {
  const { waitsFor } = orderByReferences(manifests);
  if (verb !== "destroy") return waitsFor;
  const reversed = new Map<Manifest, Manifest[]>(manifests.map((manifest) => [manifest, []]));
  for (const [manifest, others] of waitsFor) for (const other of others) reversed.get(other)?.push(manifest);
  return reversed;
}

type StackOptions = RunOptions & { throttle: Throttle };

async function runOne(
  verb: Verb,
  manifest: Manifest,
  others: readonly Outcome[],
  options: StackOptions,
): Promise<Outcome> {
  if (options.signal?.aborted)
    return ended(manifest, "skipped", [diagnostic("interrupted", "interrupted before this stack was begun")]);
  try {
    const result = await operate(verb, manifest, others, options);
    if (Array.isArray(result)) return ended(manifest, "failed", result);
    const { outputs, steps, diagnostics, missedTargets, notCompared } = result;
    return {
      outputs,
      ...(missedTargets ? { missedTargets } : {}),
      ...(notCompared ? { notCompared: [...notCompared.values()] } : {}),
      report: {
        ...ended(manifest, result.result, diagnostics).report,
        steps,
        outputs: verb === "destroy" ? {} : outputsOf(manifest, outputs),
      },
    };
  } catch (error) {
    if (isInvalidInput(error)) return ended(manifest, "failed", error.diagnostics);
    // What is not there need not be destroyed: an apply that was killed had not come to it.
    if (verb === "destroy" && isStateProblem(error) && error.diagnostic.code === "stack-not-found")
      return ended(manifest, "succeeded", [
        diagnostic("stack-not-found", "nothing to destroy: it is not applied", { severity: "warning" }),
      ]);
    if (isStateProblem(error) || isRemoteFailure(error)) return ended(manifest, "failed", [error.diagnostic]);
    return ended(manifest, "failed", [{ ...asDiagnostic(error), ...stackTrace(error) }]);
  }
}

async function operate(
  verb: Verb,
  manifest: Manifest,
  others: readonly Outcome[],
  options: StackOptions,
): Promise<OperationResult | Diagnostic[]> {
  const { engine, isPreview } = options;
  const onEvent = (event: EngineEvent): void => {
    if (event.kind !== "record") options.onEvent?.(manifest, event);
  };
  const operation: OperationOptions = {
    onEvent,
    throttle: options.throttle,
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.refresh ? { refresh: true } : {}),
    ...(options.mayLackCredentials ? { mayLackCredentials: true } : {}),
    ...(options.live ? { live: options.live } : {}),
    ...(options.targets?.length ? { targets: options.targets } : {}),
    ...(options.approvals ? { approve: options.approvals(manifest) } : {}),
  };
  const { organization, project, stack } = manifest.stack;
  const tenant = options.tenants.get(manifest) ?? {};
  const auth0 = options.credentialsOf?.(tenant);
  const id = { organization, project, stack, ...(auth0 ? { providerConfig: { auth0 } } : {}) };
  if (verb === "destroy") return engine.destroy(id, { ...operation, preview: isPreview });
  if (verb === "refresh") return engine.refresh(id, { ...operation, preview: isPreview });

  const { spec, diagnostics } = await resolve(manifest, others, options);
  if (hasErrors(diagnostics)) return diagnostics;
  const job: StackJob = {
    ...id,
    program: (options.programFor ?? programOf)({ ...manifest, spec }, tenant),
    ...(tenant.domain === undefined ? {} : { initialOutputs: { [TENANT_OUTPUT]: tenant.domain } }),
    expectsSecrets: hasSecrets(manifest),
  };
  if (verb === "import" && options.importRequest) {
    const imported = await engine.import(job, options.importRequest(manifest), operation);
    if (imported.result === "failed") return imported;
    const remaining = await engine.preview(job, operation);
    const left = remaining.steps.filter(({ op }) => op !== "same").map((step) => ({ ...step, pending: true as const }));
    return {
      ...remaining,
      steps: [...imported.steps, ...left],
      diagnostics: [...imported.diagnostics, ...remaining.diagnostics],
    };
  }
  return isPreview ? engine.preview(job, operation) : engine.up(job, operation);
}

/** The program, with the SDK loaded only when the engine runs it. */
function programOf(manifest: Manifest, tenant: Tenant): Program {
  return async () => {
    const { programFor } = await import("../components/index.ts");
    return programFor(manifest, tenant)();
  };
}

/** Fills in what comes from other manifests: of this command, or from their stacks. */
async function resolve(
  manifest: Manifest,
  others: readonly Outcome[],
  { engine, backend }: RunOptions,
): Promise<{ spec: unknown; diagnostics: Diagnostic[] }> {
  const known = new Map<string, PropertyMap | undefined>();
  for (const { report, outputs } of others) known.set(manifestKey(report.manifest), outputs);
  for (const reference of manifest.references) {
    const key = manifestKey(reference);
    if (!known.has(key)) known.set(key, await outputsElsewhere(reference, manifest, engine, backend));
  }
  return withReferences(manifest, (reference: ManifestReference) => known.get(manifestKey(reference)));
}

function skipped(manifest: Manifest, failed: StackReport): Outcome {
  return ended(manifest, "skipped", [
    diagnostic("dependency-failed", `not begun: ${manifestKey(failed.manifest)}, which it refers to, did not succeed`),
  ]);
}

function ended(manifest: Manifest, result: StackReport["result"], diagnostics: Diagnostic[]): Outcome {
  const { document, kind, metadata, stack } = manifest;
  const where = { file: document.file, line: document.line, kind: kind.kind, name: metadata.name };
  // A failure without a place of its own belongs to the manifest.
  const placed = diagnostics.map((problem) =>
    problem.file ? problem : { ...problem, file: document.file, line: problem.line ?? document.line },
  );
  return {
    report: {
      stack: `${stack.project}/${stack.stack}`,
      manifest: where,
      result,
      steps: [],
      outputs: {},
      diagnostics: placed,
    },
  };
}

function stackTrace(error: unknown): { hint?: string } {
  const at = error instanceof Error ? error.stack?.split("\n")[1]?.trim() : undefined;
  return at ? { hint: `This is a bug in auth0-streams; please report it (${at}).` } : {};
}

/** Lets so many through at a time. */
class Gate {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = Math.max(1, places);
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await new Promise<void>((go) => this.#waiting.push(go));
    else this.#free -= 1;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
