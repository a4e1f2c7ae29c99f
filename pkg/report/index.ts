// What happened, as people and programs want to read it: human, JSON, YAML, Markdown. Renderers are pure functions
// from data to lines; only `terminal.ts` and what it is given to write. All text from outside passes `printable`.
export { countDiagnostics, renderDiagnostics } from "./diagnostics.ts";
export { renderRun } from "./human-run.ts";
export { renderOutputs } from "./human-outputs.ts";
export { table } from "./table.ts";
export { jsonDiagnostic, jsonRun, jsonValidation } from "./json.ts";
export { markdownFailure } from "./failure.ts";
export { markdownRun } from "./markdown.ts";
export { counted } from "./sums.ts";
export { printable } from "./printable.ts";
export { createProgress } from "./progress.ts";
export { createReceiverProgress } from "./receiver-status.ts";
