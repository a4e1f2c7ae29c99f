import { outputsOf } from "../../../pkg/deploy/index.ts";
import { InvalidInput } from "../../../pkg/diagnostics/index.ts";
import type { Diagnostic } from "../../../pkg/diagnostics/index.ts";
import { renderOutputs } from "../../../pkg/report/index.ts";
import { EXIT } from "../context.ts";
import type { Command } from "../context.ts";
import type { BackendFlags } from "../flags.ts";
import { loadForWork } from "../load-input.ts";
import { notApplied } from "../not-applied.ts";
import { printDocument } from "../print-document.ts";
import { openWorkspace } from "../workspace.ts";

/** `openmcf outputs`: `status.outputs` of the manifests' stacks, keyed by name, by `kind/name` where two share one. */
export const outputs: Command<BackendFlags> = async (context, flags) => {
  const { manifests } = await loadForWork(context, flags, "defer");
  const workspace = await openWorkspace(context, flags);
  const missing: Diagnostic[] = [];
  const stacks: Parameters<typeof renderOutputs>[0][number][] = [];
  for (const manifest of manifests) {
    const found = await workspace.engine.outputs(manifest.stack);
    if (!found || Object.keys(found).length === 0) {
      missing.push(notApplied(manifest, "has no outputs: it is not applied"));
    } else
      stacks.push({
        manifest: {
          file: manifest.document.file,
          line: manifest.document.line,
          kind: manifest.kind.kind,
          name: manifest.metadata.name,
        },
        outputs: outputsOf(manifest, found),
      });
  }
  await workspace.close();
  if (missing.length > 0) throw new InvalidInput(missing);
  if (flags.output === "human")
    context.terminal.out(renderOutputs(stacks, context.terminal.paint, Number.POSITIVE_INFINITY).join("\n"));
  else {
    const isShared = (name: string): boolean => stacks.filter(({ manifest }) => manifest.name === name).length > 1;
    const byName = Object.fromEntries(
      stacks.map(({ manifest, outputs: values }) => [
        isShared(manifest.name) ? `${manifest.kind}/${manifest.name}` : manifest.name,
        values,
      ]),
    );
    await printDocument(context.terminal, flags.output, byName);
  }
  return EXIT.done;
};
