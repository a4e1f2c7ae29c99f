import type { RunReport } from "../deploy/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";

/** The one JSON document of `plan`, `apply`, `destroy`, `refresh` and `import`. */
export function jsonRun({ stacks, summary, isPreview, notCompared }: RunReport): object {
  return {
    stacks: stacks.map((stack) => ({
      stack: stack.stack,
      manifest: stack.manifest,
      result: stack.result,
      steps: stack.steps.map(({ op, urn, type, diff, failed, pending, gone }) => ({
        op,
        urn,
        type,
        ...(failed ? { failed } : {}),
        ...(pending ? { pending } : {}),
        ...(gone ? { gone } : {}),
        diff: diff.map(({ path, kind, replace, before, after, unknown, drift }) => ({
          path,
          kind,
          replace,
          ...(drift ? { drift } : {}),
          ...(before === undefined ? {} : { before }),
          ...(unknown ? { after: "[unknown]" } : after === undefined ? {} : { after }),
        })),
      })),
      outputs: stack.outputs,
      diagnostics: stack.diagnostics.map(jsonDiagnostic),
    })),
    summary: { create: 0, update: 0, replace: 0, delete: 0, same: 0, ...summary },
    ...(isPreview && notCompared ? { notCompared } : {}),
  };
}

/** The JSON document of `validate`. */
export function jsonValidation(diagnostics: readonly Diagnostic[]): object {
  return {
    valid: !diagnostics.some(({ severity }) => severity === "error"),
    diagnostics: diagnostics.map(jsonDiagnostic),
  };
}

/** A diagnostic without the text it points into. */
export function jsonDiagnostic({ code, severity, message, hint, file, line, column, path }: Diagnostic): object {
  return { code, severity, message, hint, file, line, column, path };
}
