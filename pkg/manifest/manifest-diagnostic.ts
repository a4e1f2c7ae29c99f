import { diagnostic } from "../diagnostics/index.ts";
import type { Code, Diagnostic } from "../diagnostics/index.ts";
import type { Manifest } from "./manifest.ts";

/** What is to be said of a manifest as a whole, at the line where it begins. */
export function manifestDiagnostic(
  { document: { file, line } }: Pick<Manifest, "document">,
  code: Code,
  message: string,
  hint: string,
): Diagnostic {
  return diagnostic(code, message, { file, line, hint });
}
