import { StateProblem, diagnostic } from "../../diagnostics/index.ts";
import type { ProviderPlugin } from "../../provider-contract/index.ts";
import { StackSecrets, decodeDeployment, encodeDeployment, requireWhole } from "../../state/index.ts";
import type { FileBackend, HistoryKind, Passphrase, Snapshot } from "../../state/index.ts";
import type { PropertyMap } from "../../values/index.ts";
import type {
  Engine,
  ImportRequest,
  ImportedResource,
  OperationOptions,
  OperationResult,
  StackJob,
} from "../engine.ts";
import type { Session } from "./run/deploy-program.ts";
import { deleteAll } from "./run/delete-order.ts";
import { markDrift } from "./plan/drift.ts";
import type { Drift } from "./plan/drift.ts";
import { createContext } from "./run/context.ts";
import { dropOldCreates, resolvePending } from "./run/pending.ts";
import { refreshResources } from "./run/refresh.ts";
import { isManaged } from "./plan/resource-kinds.ts";
import { deleteResource } from "./run/resource-steps.ts";
import { missedTargets, targetTest } from "./plan/targets.ts";
import { STACK_TYPE } from "../urn.ts";

/** What the embedded engine is made of. */
export interface EmbeddedEngineOptions {
  backend: FileBackend;
  plugins: readonly ProviderPlugin[];
  passphrase: Passphrase;
}

type StackId = Omit<StackJob, "program">;

/** What an operation is, to {@link EmbeddedEngine.#operate}. */
interface Operation {
  kind: HistoryKind;
  isPreview: boolean;
  /** Work on a stack that does not exist yet. */
  mayCreate: boolean;
  /** Whether secrets must be readable; deleting needs none but the provider's. */
  needsSecrets: boolean;
  /** Secrets will have to be stored. */
  expectsSecrets: boolean;
  /** A program will be run. */
  loadsSdk: boolean;
}

/** The engine in this process: Pulumi's state and rules, TypeScript drivers, no CLI and no plugins. */
export function createEmbeddedEngine(options: EmbeddedEngineOptions): EmbeddedEngine {
  return new EmbeddedEngine(options);
}

export class EmbeddedEngine implements Engine {
  readonly #options: EmbeddedEngineOptions;

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
  }

  preview(job: StackJob, options: OperationOptions = {}): Promise<OperationResult> {
    return this.#operate(job, options, programOperation(job, "update", true), (session) => this.#run(job, session));
  }

  up(job: StackJob, options: OperationOptions = {}): Promise<OperationResult> {
    return this.#operate(job, options, programOperation(job, "update", false), (session) => this.#run(job, session));
  }

  refresh(job: StackId, options: OperationOptions & { preview?: boolean } = {}): Promise<OperationResult> {
    const operation = recordsOperation("refresh", options.preview ?? false, true);
    return this.#operate(job, options, operation, async ({ context, isTarget }) => {
      await refreshResources(context, isTarget, true);
    });
  }

  destroy(job: StackId, options: OperationOptions & { preview?: boolean } = {}): Promise<OperationResult> {
    const operation = recordsOperation("destroy", options.preview ?? false, false);
    return this.#operate(job, options, operation, async ({ context, isTarget }) => {
      const doomed = context.journal.unsettled().filter(({ urn }) => !isTarget || isTarget(urn));
      // Whatever is protected stops the whole, before anything is touched: half a stack helps nobody.
      const isProtected = doomed.find((resource) => resource.protect && isManaged(resource));
      if (isProtected) await deleteResource(context, isProtected);
      await deleteAll(doomed, (resource) => deleteResource(context, resource));
    });
  }

  import(job: StackJob, request: ImportRequest, options: OperationOptions = {}): Promise<OperationResult> {
    return this.#operate(job, options, programOperation(job, "import", false), async (session) => {
      const { importLive } = await import("./run/import.ts");
      await importLive(job, request, session.context);
    });
  }

  /** Puts live resources on record, without a program. @param names URNs by the names that resources use. */
  importResources(
    job: Pick<StackJob, "project" | "stack" | "config">,
    resources: readonly ImportedResource[],
    names: Readonly<Record<string, string>>,
    options: OperationOptions = {},
  ): Promise<OperationResult> {
    return this.#operate(job, options, recordsOperation("import", false, true), async ({ context }) => {
      const { importResources } = await import("./run/import-resources.ts");
      await importResources(job, resources, names, context);
    });
  }

  async outputs({ project, stack }: StackId): Promise<PropertyMap | undefined> {
    const deployment = await this.#options.backend.read({ project, stack });
    return deployment && stackOutputs({ resources: deployment.resources ?? [], pending: [] });
  }

  async init({ project, stack }: StackId): Promise<boolean> {
    const { backend } = this.#options;
    const release = await backend.lock({ project, stack });
    try {
      if (await backend.read({ project, stack })) return false;
      await backend.write(
        { project, stack },
        await encodeDeployment({ resources: [], pending: [] }, this.#secrets(undefined), new Date()),
      );
      return true;
    } finally {
      await release();
    }
  }

  async snapshot({ project, stack }: StackId): Promise<Snapshot | undefined> {
    const { backend } = this.#options;
    const stored = await backend.read({ project, stack });
    return (
      stored && decodeDeployment(stored, this.#secrets(stored.secrets_providers), backend.fileOf({ project, stack }))
    );
  }

  async restore({ project, stack }: StackId, snapshot: Snapshot): Promise<void> {
    const { backend } = this.#options;
    const ref = { project, stack };
    requireWhole(snapshot);
    const release = await backend.lock(ref);
    try {
      const old = await backend.read(ref);
      if (old) await backend.backUp(ref);
      const secrets = this.#secrets(old?.secrets_providers);
      await backend.write(ref, await encodeDeployment(snapshot, secrets, new Date()));
    } finally {
      await release();
    }
  }

  async forget({ project, stack }: StackId): Promise<void> {
    const { backend } = this.#options;
    const ref = { project, stack };
    const release = await backend.lock(ref);
    try {
      if (!(await backend.read(ref))) return;
      await backend.backUp(ref);
      await backend.remove(ref);
    } finally {
      await release();
    }
  }

  #secrets(provider: ConstructorParameters<typeof StackSecrets>[2]): StackSecrets {
    return new StackSecrets(this.#options.passphrase, this.#options.backend.salts, provider);
  }

  async #run(job: StackJob, session: Session): Promise<void> {
    const { deployProgram } = await loadSdk();
    const deployment = await deployProgram(job, session);
    if (!session.context.log.hasFailed) await deployment.finish();
  }

  /** Opens the stack, mends what an interrupted run left, does the work, stores the end of it. */
  async #operate(
    id: StackId,
    options: OperationOptions,
    operation: Operation,
    work: (session: Session) => Promise<void>,
  ): Promise<OperationResult> {
    const { backend, plugins } = this.#options;
    const { isPreview, kind, mayCreate } = operation;
    const ref = { project: id.project, stack: id.stack };
    const startTime = new Date();
    const release = isPreview ? async (): Promise<void> => {} : await backend.lock(ref);
    try {
      const stored = await backend.read(ref);
      if (!stored && !mayCreate) {
        throw new StateProblem(
          diagnostic("stack-not-found", `there is no stack ${ref.project}/${ref.stack}`, {
            hint: "apply the manifest first, or check --backend",
          }),
        );
      }
      const secrets = this.#secrets(stored?.secrets_providers);
      if (operation.expectsSecrets) secrets.warm();
      if (operation.loadsSdk) loadSdk().catch(() => {});
      const before = await decodeDeployment(
        stored,
        operation.needsSecrets || needsProviderSecrets(stored?.resources ?? []) ? secrets : undefined,
        backend.fileOf(ref),
      );
      let isBackedUp = false;
      const write = async (snapshot: Snapshot): Promise<void> => {
        const deployment = await encodeDeployment(snapshot, secrets, new Date());
        if (!isBackedUp) await backend.backUp(ref);
        isBackedUp = true;
        await backend.write(ref, deployment);
      };
      const context = createContext(before, isPreview, plugins, options, isPreview ? undefined : write, id);
      let drift: Drift = new Map();
      try {
        const uncertain = await resolvePending(context, before.pending);
        const isTarget = options.targets?.length ? targetTest(options.targets) : undefined;
        if (options.refresh)
          drift = await refreshResources(
            { ...context, log: context.log.without({ steps: true, counts: true }) },
            isTarget,
            false,
          );
        await work({ context, uncertain, ...(isTarget ? { isTarget } : {}) });
      } catch (error) {
        context.log.failWith(error);
      }
      const after = context.journal.snapshot();
      const result = context.log.result(stackOutputs(after));
      markDrift(result.steps, drift);
      const missed = missedTargets(options.targets, [...before.resources, ...after.resources]);
      if (!isPreview) {
        dropOldCreates(context, Date.now());
        context.journal.touch();
        await context.journal.save();
        await backend.record(ref, {
          kind,
          startTime,
          result: result.result,
          resourceChanges: result.resourceChanges ?? {},
        });
      }
      return {
        ...result,
        ...(missed.length > 0 ? { missedTargets: missed } : {}),
        ...(context.missing ? { notCompared: context.missing.reasons } : {}),
      };
    } finally {
      await release();
    }
  }
}

/** An operation on what is on record, without the program. */
function recordsOperation(kind: HistoryKind, isPreview: boolean, needsSecrets: boolean): Operation {
  return { kind, isPreview, mayCreate: false, needsSecrets, expectsSecrets: false, loadsSdk: false };
}

function programOperation(job: StackJob, kind: HistoryKind, isPreview: boolean): Operation {
  return {
    kind,
    isPreview,
    mayCreate: true,
    needsSecrets: true,
    expectsSecrets: !isPreview && (job.expectsSecrets ?? false),
    loadsSdk: true,
  };
}

/** The SDK is large: only what runs a program loads it, and the rest of the preparation goes on meanwhile. */
const loadSdk = () => import("./run/deploy-program.ts");

function stackOutputs(snapshot: Snapshot): PropertyMap {
  return snapshot.resources.find(({ type }) => type === STACK_TYPE)?.outputs ?? {};
}

function needsProviderSecrets(resources: readonly { type: string; inputs?: PropertyMap }[]): boolean {
  return resources.some(
    ({ type, inputs }) => type.startsWith("pulumi:providers:") && JSON.stringify(inputs ?? {}).includes('"ciphertext"'),
  );
}
