import type { Code } from "./codes.ts";
import type { SourceText } from "./source-text.ts";

/** How bad it is: an error stops the run, a warning does not. */
type Severity = "error" | "warning";

/** One thing to tell a person. `line` and `column` count from 1. */
export interface Diagnostic {
  code: Code;
  severity: Severity;
  message: string;
  hint?: string;
  file?: string;
  line?: number;
  column?: number;
  /** Column just behind the marked text, on the same line. */
  endColumn?: number;
  /** The field, as `spec.webhookConfiguration.webhookEndpoint`. */
  path?: string;
  source?: SourceText;
}

/** Makes an error diagnostic; `more` adds place, hint or another severity. */
export function diagnostic(code: Code, message: string, more: Partial<Diagnostic> = {}): Diagnostic {
  return { code, severity: "error", message, ...more };
}

/** Whether a list holds at least one error. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
}
