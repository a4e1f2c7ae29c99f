import type { Diagnostic } from "../../pkg/diagnostics/index.ts";
import { manifestDiagnostic, manifestKey } from "../../pkg/manifest/index.ts";
import type { Manifest } from "../../pkg/manifest/index.ts";

/** There is no stack to work on. @param said of the manifest, e.g. `is not applied`. */
export function notApplied(manifest: Manifest, said: string): Diagnostic {
  const message = `${manifestKey(manifest)} ${said}`;
  return manifestDiagnostic(manifest, "stack-not-found", message, "apply it first, or check --backend");
}
