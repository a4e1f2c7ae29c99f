import { diagnostic } from "./diagnostic.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** Marks an error with its family, for all copies of this package: the library is loaded beside the bundle. */
const FAMILY: unique symbol = Symbol.for("auth0-streams.error-family") as typeof FAMILY;

/** The user's side is wrong: manifest, flag, missing credential. */
export class InvalidInput extends Error {
  override name = "InvalidInput";
  readonly [FAMILY] = "input";
  readonly diagnostics: Diagnostic[];

  constructor(diagnostics: Diagnostic | Diagnostic[]) {
    const list = Array.isArray(diagnostics) ? diagnostics : [diagnostics];
    super(list.map(({ message }) => message).join("; "));
    this.diagnostics = list;
  }
}

/** The other side refused or did not answer. */
export class RemoteFailure extends Error {
  override name = "RemoteFailure";
  readonly [FAMILY] = "remote";
  readonly diagnostic: Diagnostic;

  constructor(problem: Diagnostic) {
    super(problem.message);
    this.diagnostic = problem;
  }
}

/** The state is locked, cannot be read or cannot be written. */
export class StateProblem extends Error {
  override name = "StateProblem";
  readonly [FAMILY] = "state";
  readonly diagnostic: Diagnostic;

  constructor(problem: Diagnostic) {
    super(problem.message);
    this.diagnostic = problem;
  }
}

/** Whether an error is an {@link InvalidInput}, whichever copy of this package made it. */
export function isInvalidInput(error: unknown): error is InvalidInput {
  return familyOf(error) === "input";
}

/** Whether an error is a {@link RemoteFailure}, whichever copy of this package made it. */
export function isRemoteFailure(error: unknown): error is RemoteFailure {
  return familyOf(error) === "remote";
}

/** Whether an error is a {@link StateProblem}, whichever copy of this package made it. */
export function isStateProblem(error: unknown): error is StateProblem {
  return familyOf(error) === "state";
}

function familyOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && FAMILY in error ? error[FAMILY] : undefined;
}

/** What an error has to say to a person, never empty. An error of no family is a bug of this program. */
export function diagnosticsOf(error: unknown): Diagnostic[] {
  if (isInvalidInput(error) && error.diagnostics.length > 0) return error.diagnostics;
  return [asDiagnostic(error)];
}

/** As {@link diagnosticsOf}, the first one only. */
export function asDiagnostic(error: unknown): Diagnostic {
  if (isRemoteFailure(error) || isStateProblem(error)) return error.diagnostic;
  if (isInvalidInput(error) && error.diagnostics[0]) return error.diagnostics[0];
  const message = error instanceof Error ? error.message : String(error);
  return diagnostic("internal-error", message, { hint: "This is a bug in auth0-streams; please report it." });
}
