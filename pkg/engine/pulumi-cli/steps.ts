import type { EngineEvent as PulumiEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { diagnostic } from "../../diagnostics/index.ts";
import type { Diagnostic } from "../../diagnostics/index.ts";
import { SECRET_TEXT, SIG, diffValues, getPath, hideSecrets, isUnknown, parsePath } from "../../values/index.ts";
import type { PropertyMap, PropertyValue } from "../../values/index.ts";
import type { DiffEntry, EngineEvent, Step, StepOp } from "../engine.ts";
import { STACK_TYPE, nameOf } from "../urn.ts";

/** The CLI's words for what is done, and ours. What is missing here is a part of something that is told as a whole. */
const OPS: Partial<Record<OpType | "refresh", StepOp>> = {
  same: "same",
  create: "create",
  update: "update",
  delete: "delete",
  "create-replacement": "replace",
  read: "read",
  "read-replacement": "read",
  refresh: "refresh",
  import: "import",
};

/** The parts of an operation that events make up. */
export class EventReader {
  readonly steps: Step[] = [];
  readonly diagnostics: Diagnostic[] = [];
  /** Of the stack, when they are told and hold no secret: those come masked. */
  outputs: PropertyMap | undefined;
  readonly #isPreview: boolean;
  readonly #emit: (event: EngineEvent) => void;
  /** URNs of resources that are being read. */
  readonly #reading = new Set<string>();
  /** What reading them gave, until the program comes to them. */
  readonly #read = new Map<string, Step>();
  readonly #open = new Map<string, { step: Step; since: number }>();

  /** @param isPreview nothing is carried out: steps are planned, not begun. */
  constructor(isPreview: boolean, emit: (event: EngineEvent) => void) {
    this.#isPreview = isPreview;
    this.#emit = emit;
  }

  /** Takes in an event of the CLI. */
  take(event: PulumiEvent): void {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent } = event;
    if (resourcePreEvent) this.#begin(resourcePreEvent.metadata);
    if (resOutputsEvent) {
      if (this.#reading.delete(resOutputsEvent.metadata.urn)) this.#refreshed(resOutputsEvent.metadata);
      else this.#end(resOutputsEvent.metadata, "finished");
      this.#note(resOutputsEvent.metadata);
    }
    if (resOpFailedEvent) this.#end(resOpFailedEvent.metadata, "failed");
    if (diagnosticEvent) this.#tell(diagnosticEvent);
  }

  #begin(metadata: StepEventMetadata): void {
    const op = OPS[metadata.op];
    if (!op || !isTold(metadata)) return;
    if (op === "refresh") {
      this.#reading.add(metadata.urn);
      return;
    }
    const { urn } = metadata;
    const step = stepOf(metadata, op, diffOf(metadata, op));
    this.#takeDrift(step);
    this.steps.push(step);
    if (this.#isPreview || op === "same") {
      this.#emit({ kind: "step", phase: this.#isPreview ? "planned" : "finished", step });
      return;
    }
    this.#open.set(urn, { step, since: performance.now() });
    this.#emit({ kind: "step", phase: "started", step });
  }

  /** The live resource was read: a step of its own, unless the program then has one for it. */
  #refreshed(metadata: StepEventMetadata): void {
    const step = stepOf(metadata, ...refreshResult(metadata));
    this.#read.set(metadata.urn, step);
    this.steps.push(step);
    this.#emit({ kind: "step", phase: this.#isPreview ? "planned" : "finished", step });
  }

  /** What was read ahead of a step is part of that step: drift, which the step takes back. */
  #takeDrift(step: Step): void {
    const read = this.#read.get(step.urn);
    if (!read) return;
    this.#read.delete(step.urn);
    this.steps.splice(this.steps.indexOf(read), 1);
    if (read.op === "delete") step.gone = true;
    const drifted = new Set(read.diff.map(({ path }) => path));
    for (const entry of step.diff) if (drifted.has(entry.path)) entry.drift = true;
  }

  #end({ urn, op }: StepEventMetadata, phase: "finished" | "failed"): void {
    const open = this.#open.get(urn);
    if (!open || OPS[op] !== open.step.op) return;
    this.#open.delete(urn);
    if (phase === "failed") open.step.failed = true;
    this.#emit({ kind: "step", phase, step: open.step, ms: performance.now() - open.since });
  }

  #note(metadata: StepEventMetadata): void {
    if (metadata.type !== STACK_TYPE) return;
    const outputs = stateOf(metadata, "new")?.["outputs"] as PropertyMap | undefined;
    const isMasked = [SECRET_TEXT, SIG].some((mark) => JSON.stringify(outputs)?.includes(mark));
    this.outputs = isMasked ? undefined : outputs;
  }

  /** Messages at level debug hold secrets in the clear; info is for the CLI's own display. */
  #tell({ severity, message, urn, ephemeral }: NonNullable<PulumiEvent["diagnosticEvent"]>): void {
    const text = plain(message);
    if (severity === "info" && ephemeral) this.#emit({ kind: "progress", urn: urn ?? "", message: text });
    if ((severity !== "warning" && severity !== "error") || text === "") return;
    if (severity === "warning" && OWN_AFFAIRS.test(text)) return;
    const name = urn ? `${nameOf(urn)}: ` : "";
    const problem = diagnostic(severity === "error" ? "operation-failed" : "program-failed", `${name}${text}`, {
      severity,
    });
    if (this.diagnostics.some((known) => known.message === problem.message)) return;
    this.diagnostics.push(problem);
    this.#emit({ kind: "diagnostic", diagnostic: problem });
  }
}

function stepOf(metadata: StepEventMetadata, op: StepOp, diff: DiffEntry[]): Step {
  const { urn, type } = metadata;
  const id = stateOf(metadata, "old")?.["id"];
  return { op, urn, type, diff, ...(typeof id === "string" && id ? { id } : {}) };
}

/**
 * What reading a resource gave. `pulumi refresh` says `same`, `update` or `delete` of it; ahead of another operation the
 * CLI says `refresh` of each resource, drifted or not, and the states tell.
 */
function refreshResult(metadata: StepEventMetadata): [StepOp, DiffEntry[]] {
  const old = (stateOf(metadata, "old")?.["inputs"] ?? {}) as PropertyMap;
  const now = stateOf(metadata, "new");
  if (metadata.op === "delete" || !now) return ["delete", []];
  if (metadata.op === "same") return ["same", []];
  const inputs = (now["inputs"] ?? {}) as PropertyMap;
  const told = diffOf(metadata, "refresh");
  const diff =
    told.length > 0
      ? told
      : diffValues(old, inputs).map(({ path, kind }) => entryOf(path, kind, shownAt(old, path), shownAt(inputs, path)));
  return [metadata.op === "update" || diff.length > 0 ? "refresh" : "same", diff];
}

function entryOf(path: string, kind: DiffEntry["kind"], before: unknown, after: unknown): DiffEntry {
  return {
    path,
    kind,
    replace: false,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
}

/** What the CLI says of its own ways of finding things, with every step. */
const OWN_AFFAIRS = /^using pulumi-[a-z0-9-]+ from \$PATH\b/i;

/** A message without colours, and without the stack trace that the SDK puts after what a program threw. */
function plain(message: string): string {
  const lines = message.replaceAll(/<\{%[^%]*%\}>/g, "").split("\n");
  const said = lines.filter((line) => !/^\s+at /.test(line)).join("\n");
  return said.replace(/^Unhandled exception: (Error: )?/, "").trim();
}

/** The stack, components and default providers are bookkeeping, in either engine. */
function isTold(metadata: StepEventMetadata): boolean {
  const { type, urn } = metadata;
  const state = stateOf(metadata, "new") ?? stateOf(metadata, "old");
  // The CLI leaves out what is false: components and the stack have no `custom`.
  if (state?.["custom"] !== true) return false;
  return !(type.startsWith("pulumi:providers:") && /::default(_\d.*)?$/.test(urn));
}

function stateOf(metadata: StepEventMetadata, side: "old" | "new"): PropertyMap | undefined {
  return metadata[side] as unknown as PropertyMap | undefined;
}

function diffOf(metadata: StepEventMetadata, op: StepOp): DiffEntry[] {
  const now = (stateOf(metadata, "new")?.["inputs"] ?? {}) as PropertyMap;
  if (op === "create") return additions(now);
  const before = (stateOf(metadata, "old")?.["outputs"] ?? {}) as PropertyMap;
  const beforeInputs = (stateOf(metadata, "old")?.["inputs"] ?? {}) as PropertyMap;
  return Object.entries(metadata.detailedDiff ?? {}).map(([path, { diffKind }]) => {
    const kind = diffKind.split("-")[0] as DiffEntry["kind"];
    const old = shownAt(before, path) ?? shownAt(beforeInputs, path);
    const value = shownAt(now, path);
    return {
      path,
      kind,
      replace: diffKind.endsWith("replace"),
      ...(kind === "add" || old === undefined ? {} : { before: old }),
      ...(kind === "delete" || value === undefined ? {} : isUnknown(value) ? { unknown: true } : { after: value }),
    };
  });
}

function shownAt(properties: PropertyMap, path: string): PropertyValue | undefined {
  const value = getPath(properties, parsePath(path));
  return value === undefined ? undefined : hideSecrets(value);
}

function additions(inputs: PropertyMap, prefix = ""): DiffEntry[] {
  return Object.entries(inputs).flatMap(([key, value]): DiffEntry[] => {
    if (key.startsWith("__") || value === undefined || value === null) return [];
    const path = prefix === "" ? key : `${prefix}.${key}`;
    const shown = hideSecrets(value);
    if (typeof shown === "object" && shown !== null && !Array.isArray(shown)) return additions(shown, path);
    return [{ path, kind: "add", replace: false, ...(isUnknown(shown) ? { unknown: true } : { after: shown }) }];
  });
}
