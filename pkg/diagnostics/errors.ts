import { diagnostic } from "./diagnostic.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** What marks an error of a family, whichever copy of this package made it: the library is loaded beside the bundle. */
const FAMILY = Symbol.for("auth0-streams.error-family");

function isOfFamily(family: string, value: unknown): boolean {
  return typeof value === "object" && value !== null && (value as Record<symbol, unknown>)[FAMILY] === family;
}

/** The user's side is wrong: manifest, flag, missing credential. Exit code 3. */
export class InvalidInput extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === InvalidInput
      ? isOfFamily("input", value)
      : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  override name = "InvalidInput";
  readonly [FAMILY] = "input";
  readonly diagnostics: Diagnostic[];

  constructor(diagnostics: Diagnostic | Diagnostic[]) {
    const list = Array.isArray(diagnostics) ? diagnostics : [diagnostics];
    super(list.map(({ message }) => message).join("; "));
    this.diagnostics = list;
  }
}

/** The other side said no or did not answer. Exit code 1. */
export class RemoteFailure extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === RemoteFailure
      ? isOfFamily("remote", value)
      : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  override name = "RemoteFailure";
  readonly [FAMILY] = "remote";
  readonly diagnostic: Diagnostic;

  constructor(problem: Diagnostic) {
    super(problem.message);
    this.diagnostic = problem;
  }
}

/** The state is locked or cannot be read. Exit code 4. */
export class StateProblem extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === StateProblem
      ? isOfFamily("state", value)
      : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  override name = "StateProblem";
  readonly [FAMILY] = "state";
  readonly diagnostic: Diagnostic;

  constructor(problem: Diagnostic) {
    super(problem.message);
    this.diagnostic = problem;
  }
}

/** What to tell a person about `error`; anything that is not one of the families above is a bug of ours. */
export function asDiagnostic(error: unknown): Diagnostic {
  if (error instanceof RemoteFailure || error instanceof StateProblem) return error.diagnostic;
  if (error instanceof InvalidInput && error.diagnostics[0]) return error.diagnostics[0];
  const message = error instanceof Error ? error.message : String(error);
  return diagnostic("internal-error", message, { hint: "This is a bug in auth0-streams; please report it." });
}
