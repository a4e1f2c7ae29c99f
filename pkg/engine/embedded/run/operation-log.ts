import { randomUUID } from "node:crypto";
import { asDiagnostic, diagnostic, isInvalidInput } from "../../../diagnostics/index.ts";
import type { Diagnostic } from "../../../diagnostics/index.ts";
import type { PropertyMap } from "../../../values/index.ts";
import type { EngineEvent, OperationResult, RecordChange, RecordPhase, Step } from "../../engine.ts";
import { StepFailed } from "../step-failed.ts";
import { isDefaultProvider } from "../plan/resource-kinds.ts";

/** What a log and its views share. */
interface Records {
  diagnostics: Diagnostic[];
  hasFailed: boolean;
  /** Changes of records by operation. */
  counts: Record<string, number>;
  /** Texts that identify reported failures, as they stand in {@link StepFailed.details}. */
  references: string[];
  /** Errors that have been reported, by identity. */
  reported: Set<unknown>;
}

/** What a view of a log leaves out. */
interface Omissions {
  steps?: boolean;
  records?: boolean;
  counts?: boolean;
}

/** The halves of a replacement are counted by the replacement itself. */
const UNCOUNTED = new Set(["create-replacement", "delete-replaced"]);

/**
 * The log of one operation. Steps, diagnostics and events all go through it, and the result is made from it. The
 * operation has failed as soon as an error was reported; what the error says plays no part in that.
 */
export class OperationLog {
  readonly #onEvent: (event: EngineEvent) => void;
  readonly #isPreview: boolean;
  readonly #records: Records;
  readonly #without: Omissions;
  readonly #steps = new Set<Step>();

  /**
   * @param onEvent is called for everything that happens, as it happens.
   * @param isPreview steps are planned, not carried out.
   * @param records are kept there, when this is a view of another log.
   */
  constructor(
    onEvent: (event: EngineEvent) => void = () => {},
    isPreview = false,
    records: Records = { diagnostics: [], hasFailed: false, counts: {}, references: [], reported: new Set() },
    without: Omissions = {},
  ) {
    this.#onEvent = onEvent;
    this.#isPreview = isPreview;
    this.#records = records;
    this.#without = without;
  }

  /** Whether an error was reported. */
  get hasFailed(): boolean {
    return this.#records.hasFailed;
  }

  /** A view for work that is part of another step. Diagnostics are never left out. */
  without(omissions: Omissions): OperationLog {
    return new OperationLog(this.#onEvent, this.#isPreview, this.#records, { ...this.#without, ...omissions });
  }

  /** Records a diagnostic; an error fails the operation. One error of many resources is shown once. */
  report(problem: Diagnostic): void {
    if (problem.severity === "error") {
      this.#records.hasFailed = true;
      if (this.#records.diagnostics.some((shown) => isSameError(shown, problem))) return;
    }
    this.#records.diagnostics.push(problem);
    this.#onEvent({ kind: "diagnostic", diagnostic: problem });
  }

  /** Reports an error. @returns what to throw, so that whatever waits for the resource stops. */
  fail(problem: Diagnostic): StepFailed {
    this.report(problem);
    const reference = ` (failure ${randomUUID().slice(0, 13)})`;
    this.#records.references.push(reference);
    return new StepFailed(problem.message, reference);
  }

  /** Reports whatever was thrown, and fails the operation. What has been reported already is not shown again. */
  failWith(error: unknown): void {
    const { reported } = this.#records;
    this.#records.hasFailed = true;
    if (error instanceof StepFailed || reported.has(error)) return;
    reported.add(error);
    if (error instanceof Error && this.isReported(error.message)) return;
    for (const problem of problemsOf(error)) this.report(problem);
  }

  /** Whether a text of the program or of the SDK passes on a failure that {@link fail} reported. */
  isReported(text: string): boolean {
    return this.#records.references.some((reference) => text.includes(reference));
  }

  /** A text of the program, without the references in it. */
  withoutReferences(text: string): string {
    return this.#records.references.reduce((shown, reference) => shown.replaceAll(reference, ""), text);
  }

  /** Records a phase of a step. Default providers come and go by themselves and are not shown. */
  step(phase: Extract<EngineEvent, { kind: "step" }>["phase"], step: Step, ms?: number): void {
    if (this.#without.steps || isDefaultProvider(step)) return;
    this.#steps.add(step);
    this.#onEvent({ kind: "step", phase, step, ...(ms === undefined ? {} : { ms }) });
  }

  /** Records a phase of a change of the state, and counts it when it is done. */
  record(phase: RecordPhase, change: RecordChange): void {
    if (this.#without.records || isDefaultProvider(change)) return;
    const isDone = phase === "planned" || phase === "finished" || phase === "registered";
    if (isDone && !this.#without.counts && !UNCOUNTED.has(change.op)) {
      const { counts } = this.#records;
      counts[change.op] = (counts[change.op] ?? 0) + 1;
    }
    this.#onEvent({ kind: "record", phase, change });
  }

  /** Records a step that has nothing to carry out. */
  announce(step: Step): void {
    this.step(this.#isPreview ? "planned" : "finished", step);
  }

  /** Records a change of the state that has nothing to carry out. @param after how it ended, when not as it began. */
  announceChange(change: RecordChange, after: RecordChange = change): void {
    if (!this.#isPreview) this.record("started", change);
    this.record(this.#isPreview ? "planned" : "finished", after);
  }

  /** Records the stack or a component, which has its outputs later. */
  announceComponent(change: RecordChange): void {
    this.record(this.#isPreview ? "planned" : "registered", change);
  }

  /** Shows what a resource waits for. */
  progress(urn: string, message: string): void {
    this.#onEvent({ kind: "progress", urn, message });
  }

  /** How the operation ended. @param outputs of the stack, secrets wrapped. */
  result(outputs: PropertyMap): OperationResult {
    const { hasFailed, diagnostics, counts } = this.#records;
    const result = hasFailed ? "failed" : "succeeded";
    return { result, steps: [...this.#steps], outputs, diagnostics, resourceChanges: counts };
  }
}

function isSameError(one: Diagnostic, other: Diagnostic): boolean {
  return one.severity === other.severity && one.code === other.code && one.message === other.message;
}

/** The SDK puts this before the message of an error each time the error passes through a resource's input. */
const INPUT_PREFIX = /^(?:error serializing property "[^"]*": )+/;

function problemsOf(error: unknown): Diagnostic[] {
  if (isInvalidInput(error)) return error.diagnostics;
  const known = asDiagnostic(error);
  if (known.code !== "internal-error") return [known];
  const message = (error instanceof Error ? error.message : String(error)).replace(INPUT_PREFIX, "");
  // A RunError is meant for the user as it stands.
  const isForUser = error instanceof Error && "__pulumiRunError" in error;
  return [diagnostic("program-failed", isForUser ? message : `the program failed: ${message}`)];
}
