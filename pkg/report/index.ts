// What happened, as people and programs want to read it: human, JSON, YAML, Markdown. Renderers are pure functions
// from data to lines; only `terminal.ts` and `live-region.ts` write. The only room, with the process edge, that prints.
export { countDiagnostics, renderDiagnostics } from "./diagnostics.ts";
export { renderRun } from "./human-run.ts";
export { renderOutputs } from "./human-outputs.ts";
export { table } from "./table.ts";
export { jsonDiagnostic, jsonRun, jsonValidation } from "./json.ts";
export { markdownRun } from "./markdown.ts";
export { createProgress } from "./progress.ts";
export { createReceiverProgress } from "./receiver-status.ts";
