import { outputsOf } from "../../../pkg/deploy/index.ts";
import { InvalidInput } from "../../../pkg/diagnostics/index.ts";
import type { Diagnostic } from "../../../pkg/diagnostics/index.ts";
import type { Engine } from "../../../pkg/engine/index.ts";
import type { Manifest } from "../../../pkg/manifest/index.ts";
import { renderOutputs } from "../../../pkg/report/index.ts";
import { EXIT } from "../context.ts";
import type { Command } from "../context.ts";
import type { BackendFlags } from "../flags.ts";
import { loadForWork } from "../load-input.ts";
import { notApplied } from "../not-applied.ts";
import { printDocument } from "../print-document.ts";
import { withWorkspace } from "../workspace.ts";

type Applied = Parameters<typeof renderOutputs>[0][number];

/** `openmcf outputs`: `status.outputs` of the manifests' stacks. */
export const outputs: Command<BackendFlags> = async (context, flags) => {
  const { manifests } = await loadForWork(context, flags, "defer");
  const applied = await withWorkspace(context, flags, undefined, ({ engine }) => appliedOnes(manifests, engine));
  const { terminal } = context;
  if (flags.output === "human")
    terminal.out(renderOutputs(applied, terminal.paint, Number.POSITIVE_INFINITY).join("\n"));
  else await printDocument(terminal, flags.output, byName(applied));
  return EXIT.done;
};

/** The outputs of every manifest. @throws InvalidInput for those that are not applied. */
async function appliedOnes(manifests: readonly Manifest[], engine: Engine): Promise<(Applied & { stack: string })[]> {
  const missing: Diagnostic[] = [];
  const applied: (Applied & { stack: string })[] = [];
  for (const manifest of manifests) {
    const { document, kind, metadata, stack } = manifest;
    const found = await engine.outputs(stack);
    if (!found || Object.keys(found).length === 0)
      missing.push(notApplied(manifest, "has no outputs: it is not applied"));
    else
      applied.push({
        stack: `${stack.project}/${stack.stack}`,
        manifest: { file: document.file, line: document.line, kind: kind.kind, name: metadata.name },
        outputs: outputsOf(manifest, found),
      });
  }
  if (missing.length > 0) throw new InvalidInput(missing);
  return applied;
}

/** By name; by `kind/name` where two share one, and by stack where they share that too, on two tenants. */
function byName(applied: readonly (Applied & { stack: string })[]): Record<string, unknown> {
  const names = applied.map(({ manifest: { kind, name }, stack }) => [name, `${kind}/${name}`, stack]);
  const isUnique = (key: string, level: number): boolean => names.filter((each) => each[level] === key).length === 1;
  return Object.fromEntries(
    applied.map(({ outputs: values, stack }, index) => [names[index]?.find(isUnique) ?? stack, values]),
  );
}
