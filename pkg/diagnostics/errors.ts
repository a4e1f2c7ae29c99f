import { diagnostic } from "./diagnostic.ts";
import type { Diagnostic } from "./diagnostic.ts";

const FAMILY = Symbol.for("auth0-streams.error-family");

/** Is told by its family, whichever copy of this package made it: the library is loaded beside the bundle. */
abstract class Failure extends Error {
  /** Each family has one of its own; classes that extend a family are told as any class is. */
  abstract get [FAMILY](): string;

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!Object.hasOwn(this.prototype, FAMILY)) return Function.prototype[Symbol.hasInstance].call(this, value);
    return (value as Partial<Failure> | null | undefined)?.[FAMILY] === this.prototype[FAMILY];
  }
}

/** The user's side is wrong: manifest, flag, missing credential. Exit code 3. */
export class InvalidInput extends Failure {
  override name = "InvalidInput";
  readonly diagnostics: Diagnostic[];

  constructor(diagnostics: Diagnostic | Diagnostic[]) {
    const list = Array.isArray(diagnostics) ? diagnostics : [diagnostics];
    super(list.map(({ message }) => message).join("; "));
    this.diagnostics = list;
  }

  get [FAMILY](): string {
    return "input";
  }
}

/** The other side said no or did not answer. Exit code 1. */
export class RemoteFailure extends Failure {
  override name = "RemoteFailure";
  readonly diagnostic: Diagnostic;

  constructor(problem: Diagnostic) {
    super(problem.message);
    this.diagnostic = problem;
  }

  get [FAMILY](): string {
    return "remote";
  }
}

/** The state is locked or cannot be read. Exit code 4. */
export class StateProblem extends Failure {
  override name = "StateProblem";
  readonly diagnostic: Diagnostic;

  constructor(problem: Diagnostic) {
    super(problem.message);
    this.diagnostic = problem;
  }

  get [FAMILY](): string {
    return "state";
  }
}

/** What to tell a person about `error`; anything that is not one of the families above is a bug of ours. */
export function asDiagnostic(error: unknown): Diagnostic {
  if (error instanceof RemoteFailure || error instanceof StateProblem) return error.diagnostic;
  if (error instanceof InvalidInput && error.diagnostics[0]) return error.diagnostics[0];
  const message = error instanceof Error ? error.message : String(error);
  return diagnostic("internal-error", message, { hint: "This is a bug in auth0-streams; please report it." });
}
