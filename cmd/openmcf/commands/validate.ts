import { hasErrors } from "../../../pkg/diagnostics/index.ts";
import { countDiagnostics, jsonValidation, renderDiagnostics } from "../../../pkg/report/index.ts";
import { EXIT } from "../context.ts";
import type { Command } from "../context.ts";
import type { SourceFlags } from "../flags.ts";
import { loadInput } from "../load-input.ts";
import { printDocument } from "../print-document.ts";

/** `openmcf validate`: offline checks of manifests. All problems of all files at once. */
export const validate: Command<SourceFlags> = async (context, flags) => {
  const { terminal } = context;
  const { manifests, diagnostics } = await loadInput(context, flags, "defer");
  const isValid = !hasErrors(diagnostics);
  if (flags.output === "human") {
    if (diagnostics.length > 0) terminal.err(`${renderDiagnostics(diagnostics, terminal.paintErr).join("\n")}\n`);
    const noun = `${manifests.length} manifest${manifests.length === 1 ? "" : "s"}`;
    if (isValid)
      terminal.out(
        `${terminal.paint("green", "✔")} ${noun} valid${diagnostics.length > 0 ? `, ${countDiagnostics(diagnostics)}` : ""}\n`,
      );
    else terminal.err(`${terminal.paintErr("red", "✗")} ${countDiagnostics(diagnostics)}\n`);
  } else {
    const result = jsonValidation(diagnostics);
    await printDocument(terminal, flags.output, result);
  }
  if (isValid) return EXIT.done;
  return diagnostics.some(({ code }) => code === "internal-error") ? EXIT.bug : EXIT.invalidInput;
};
