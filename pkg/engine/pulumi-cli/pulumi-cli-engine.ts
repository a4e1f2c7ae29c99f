import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import type {
  EngineEvent as PulumiEvent,
  OutputMap,
  Stack,
  StepEventMetadata,
} from "@pulumi/pulumi/automation/index.js";
import { InvalidInput, asDiagnostic, diagnostic } from "../../diagnostics/index.ts";
import {
  StackSecrets,
  decodeDeployment,
  encodeDeployment,
  ownSalt,
  passphraseFrom,
  requireWhole,
} from "../../state/index.ts";
import type { Deployment, Passphrase, Snapshot } from "../../state/index.ts";
import { secret } from "../../values/index.ts";
import type { PropertyMap, PropertyValue } from "../../values/index.ts";
import type { Engine, ImportRequest, OperationOptions, OperationResult, Program, StackJob, Step } from "../engine.ts";
import { nothingLive } from "../import-problems.ts";
import { importFile } from "./import-file.ts";
import { failureOf, saidBy } from "./failures.ts";
import { refusedBy } from "./refused-by.ts";
import { EventReader } from "./steps.ts";

/** What the engine is made of. */
export interface AutomationEngineOptions {
  /** URL of the state: `s3://…`, `https://api.pulumi.com`, `file://…`. What the CLI is logged in to when left out. */
  backend?: string;
  /** What the CLI finds in its environment besides what is there already: credentials, the passphrase. */
  env?: Record<string, string>;
  /** Who encrypts secrets of new stacks, as `--secrets-provider` takes it. */
  secretsProvider?: string;
  /** What snapshots are encrypted with on their way to the CLI; as the CLI takes it from the environment when left out. */
  passphrase?: Passphrase;
  /** What the CLI finds in its environment for one stack: its credentials. */
  envOf?: (job: StackId) => Record<string, string>;
  /** Finds the id of a live resource by id or name, for imports; without it the id must be given. */
  resolve?: (type: string, idOrName: string, job: StackId) => Promise<string | undefined>;
  /** The CLI; the one on PATH when left out. */
  pulumiCommand?: PulumiCommand;
}

type StackId = Omit<StackJob, "program">;

/** How a stack's operation is told of by events, whatever it is. */
type Operation = (stack: Stack, options: { onEvent: (event: PulumiEvent) => void }) => Promise<unknown>;

/** The real CLI, by Automation API: any backend, any secrets provider, official providers. One folder for all stacks. */
export class AutomationEngine implements Engine {
  readonly #options: AutomationEngineOptions;
  /** Automation API asks the CLI for its version each time that it is not given one. */
  #command: Promise<PulumiCommand> | undefined;
  #folder: string | undefined;

  constructor(options: AutomationEngineOptions = {}) {
    this.#options = options;
  }

  preview(job: StackJob, options: OperationOptions = {}): Promise<OperationResult> {
    return this.#operate(job, options, true, true, (stack, events) =>
      stack.preview({ ...events, ...scope(options), ...refreshed(options) }),
    );
  }

  async up(job: StackJob, options: OperationOptions = {}): Promise<OperationResult> {
    const { approve } = options;
    const refused = approve && refusedBy(approve, await this.preview(job, { ...options, onEvent: () => {} }));
    if (refused) return refused;
    return this.#operate(job, options, false, true, (stack, events) =>
      stack.up({ ...events, ...scope(options), ...refreshed(options) }),
    );
  }

  refresh(job: StackId, options: OperationOptions & { preview?: boolean } = {}): Promise<OperationResult> {
    const preview = options.preview ?? false;
    return this.#operate({ ...job, program: idle }, options, preview, false, (stack, events) => {
      const all = { ...events, ...scope(options) };
      return preview ? stack.previewRefresh(all) : stack.refresh(all);
    });
  }

  destroy(job: StackId, options: OperationOptions & { preview?: boolean } = {}): Promise<OperationResult> {
    const preview = options.preview ?? false;
    return this.#operate({ ...job, program: idle }, options, preview, false, (stack, events) => {
      const all = { ...events, ...scope(options) };
      return preview ? stack.previewDestroy(all) : stack.destroy(all);
    });
  }

  async import(job: StackJob, request: ImportRequest, options: OperationOptions = {}): Promise<OperationResult> {
    const { type, idOrName } = request;
    const id = this.#options.resolve ? await this.#options.resolve(type, idOrName, job) : idOrName;
    if (id === undefined) throw new InvalidInput(nothingLive(request));
    const imported: Step[] = [];
    const result = await this.#operate(job, { ...options, onEvent: () => {} }, false, true, async (stack) => {
      // Which URN, parents and provider the program gives it.
      const planned: StepEventMetadata[] = [];
      const onEvent = ({ resourcePreEvent }: PulumiEvent): void => {
        if (resourcePreEvent) planned.push(resourcePreEvent.metadata);
      };
      await stack.preview({ onEvent, color: "never" });
      const { resources, nameTable } = importFile(planned, type, id);
      await stack.import({ resources, nameTable, protect: false, generateCode: false });
      const { urn = "" } = planned.find((step) => step.type === type) ?? {};
      imported.push({ op: "import", urn, type, diff: [], id });
    });
    for (const step of imported) options.onEvent?.({ kind: "step", phase: "finished", step });
    return { ...result, steps: imported };
  }

  async outputs(job: StackId): Promise<PropertyMap | undefined> {
    try {
      const workspace = await this.#workspace(job);
      return plainOutputs(await workspace.stackOutputs(nameOf(job)));
    } catch (error) {
      return undefinedUnlessMissing(error);
    }
  }

  async init(job: StackId): Promise<boolean> {
    try {
      const workspace = await this.#workspace(job);
      await workspace.createStack(nameOf(job));
      return true;
    } catch (error) {
      if (/already exists/.test((error as Error).message)) return false;
      throw failureOf(error);
    }
  }

  async snapshot(job: StackId): Promise<Snapshot | undefined> {
    try {
      const workspace = await this.#workspace(job);
      // Automation API asks for secrets in clear; they stay in this process.
      const { deployment } = await workspace.exportStack(nameOf(job));
      return await decodeDeployment(deployment as Deployment, this.#secrets());
    } catch (error) {
      return undefinedUnlessMissing(error);
    }
  }

  async restore(job: StackId, snapshot: Snapshot): Promise<void> {
    requireWhole(snapshot);
    // It goes to the CLI by way of a file: encrypted with the passphrase, whoever keeps the stack's secrets from now on.
    const deployment = await encodeDeployment(snapshot, this.#secrets(), new Date());
    try {
      const stack = await this.#open({ ...job, program: idle }, true);
      await stack.importStack({ version: 3, deployment });
    } catch (error) {
      throw failureOf(error);
    }
  }

  async forget(job: StackId): Promise<void> {
    try {
      const workspace = await this.#workspace(job);
      await workspace.removeStack(nameOf(job), { force: true });
    } catch (error) {
      throw failureOf(error);
    }
  }

  #secrets(): StackSecrets {
    return new StackSecrets(this.#options.passphrase ?? passphraseFrom(process.env), ownSalt, undefined);
  }

  /** Names of all stacks of a project, for references between manifests. */
  async stacks(): Promise<{ project: string; stack: string }[]> {
    try {
      const workspace = await this.#workspace({ project: "auth0-streams", stack: "" });
      return (await workspace.listStacks({ all: true })).map(({ name }) => {
        const parts = name.split("/");
        return { project: parts.at(-2) ?? "auth0-streams", stack: parts.at(-1) ?? name };
      });
    } catch (error) {
      throw failureOf(error);
    }
  }

  /** Removes what was written to disk for the CLI. */
  close(): void {
    if (this.#folder) rmSync(this.#folder, { recursive: true, force: true });
  }

  async #operate(
    job: StackJob,
    options: OperationOptions,
    isPreview: boolean,
    mayCreate: boolean,
    operation: Operation,
  ): Promise<OperationResult> {
    const reader = new EventReader(isPreview, (event) => options.onEvent?.(event));
    let stack: Stack;
    try {
      stack = await this.#open(job, mayCreate);
    } catch (error) {
      throw failureOf(error);
    }
    const throttle = options.throttle ?? ((work) => work());
    let failure: unknown;
    try {
      await throttle(() => operation(stack, { onEvent: (event) => reader.take(event) }));
    } catch (error) {
      failure = failureOf(error);
      // Not the stack's own affair: a lock, a missing plugin, a passphrase.
      if (asDiagnostic(failure).code !== "internal-error") throw failure;
    }
    const { steps, diagnostics } = reader;
    if (failure !== undefined && !diagnostics.some(({ severity }) => severity === "error")) {
      const problem = diagnostic("operation-failed", saidBy(failure));
      diagnostics.push(problem);
      options.onEvent?.({ kind: "diagnostic", diagnostic: problem });
    }
    const told = failure === undefined ? reader.outputs : undefined;
    const outputs = told ?? (await stack.outputs().then(plainOutputs, () => ({})));
    return { result: failure === undefined ? "succeeded" : "failed", steps, outputs, diagnostics };
  }

  async #open(job: StackJob, mayCreate: boolean): Promise<Stack> {
    if ("host" in job.program) throw new Error("the Pulumi CLI runs programs of this process only");
    const { program } = job;
    const inline = {
      projectName: job.project,
      stackName: nameOf(job),
      program: async () => (await program()) as Record<string, unknown> | undefined,
    };
    const options = await this.#settings(job);
    return mayCreate
      ? LocalWorkspace.createOrSelectStack(inline, options)
      : LocalWorkspace.selectStack(inline, options);
  }

  /** For what needs no program. */
  async #workspace(job: StackId): Promise<LocalWorkspace> {
    return LocalWorkspace.create(await this.#settings(job));
  }

  async #settings(job: StackId) {
    const { backend, env = {}, envOf, secretsProvider, pulumiCommand } = this.#options;
    this.#command ??= pulumiCommand ? Promise.resolve(pulumiCommand) : PulumiCommand.get();
    this.#folder ??= mkdtempSync(join(tmpdir(), "auth0-streams-pulumi-"));
    return {
      // A folder for each project: the CLI reads the project's name from it.
      workDir: mkdtempSync(join(this.#folder, "project-")),
      projectSettings: {
        name: job.project,
        runtime: "nodejs" as const,
        ...(backend ? { backend: { url: backend } } : {}),
      },
      envVars: {
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ...(backend ? { PULUMI_BACKEND_URL: backend } : {}),
        ...env,
        ...envOf?.(job),
      },
      ...(secretsProvider ? { secretsProvider } : {}),
      pulumiCommand: await this.#command,
    };
  }
}

/** A backend of one's own has one organization, and takes names without it. */
function nameOf({ organization = "organization", project, stack }: StackId): string {
  return organization === "organization" ? stack : `${organization}/${project}/${stack}`;
}

/** For a question whose answer may be that there is no such stack. @throws any other failure. */
function undefinedUnlessMissing(error: unknown): undefined {
  const failure = failureOf(error);
  if (asDiagnostic(failure).code === "stack-not-found") return undefined;
  throw failure;
}

/** Operations on what is on record need no program; Automation API wants one. */
const idle: Program = async () => {};

/** What every operation of the CLI is asked with. */
function scope({ targets, signal }: OperationOptions): { color: "never"; target?: string[]; signal?: AbortSignal } {
  return { color: "never", ...(targets?.length ? { target: [...targets] } : {}), ...(signal ? { signal } : {}) };
}

function refreshed({ refresh }: OperationOptions): { refresh?: true } {
  return refresh ? { refresh } : {};
}

/** Outputs as Automation API gives them, with secrets wrapped again. */
function plainOutputs(outputs: OutputMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { value, secret: isSecret }]) => {
      const plain = value as PropertyValue;
      return [name, isSecret ? secret(plain) : plain];
    }),
  );
}
