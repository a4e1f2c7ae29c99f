// What a person is told when something is wrong: the Diagnostic, the closed table of codes, the code frame and the
// three families of errors. Imports nothing of ours, so that every other room may use it.
export { CODES } from "./codes.ts";
export type { Code, Family } from "./codes.ts";
export { diagnostic, hasErrors } from "./diagnostic.ts";
export type { Diagnostic } from "./diagnostic.ts";
export {
  InvalidInput,
  RemoteFailure,
  StateProblem,
  asDiagnostic,
  diagnosticsOf,
  isInvalidInput,
  isRemoteFailure,
  isStateProblem,
} from "./errors.ts";
export { closest } from "./closest.ts";
export { toCamel, toSnake } from "./spelling.ts";
export { codeFrame } from "./frame.ts";
export { maskText } from "./mask.ts";
export { positionOf } from "./source-text.ts";
export type { SourceText, Span } from "./source-text.ts";
