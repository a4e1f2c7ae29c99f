import { pulumiProgram, terraformConfiguration } from "../../../pkg/export/index.ts";
import { InvalidInput } from "../../../pkg/diagnostics/index.ts";
import { EXIT } from "../context.ts";
import type { Command } from "../context.ts";
import { badFlag } from "../failure.ts";
import type { BackendFlags } from "../flags.ts";
import { loadForWork } from "../load-input.ts";
import { notApplied } from "../not-applied.ts";
import { withWorkspace } from "../workspace.ts";

interface ExportFlags extends BackendFlags {
  format: "terraform" | "pulumi";
}

/** `openmcf export`: what manifests make, for other tools. Nothing is changed, and no secret is printed. */
export const exportAs: Command<ExportFlags> = async (context, flags) => {
  const { manifests } = await loadForWork(context, flags, "defer");
  if (flags.format === "pulumi") {
    context.terminal.out(pulumiProgram(manifests));
    return EXIT.done;
  }
  return withWorkspace(context, flags, undefined, async ({ folder }) => {
    if (!folder)
      throw badFlag("export --format terraform reads state in folders only", "pulumi stack export moves it there");
    const deployments = await Promise.all(
      manifests.map(async (manifest) => {
        const deployment = await folder.read(manifest.stack);
        if (deployment?.resources) return deployment.resources;
        throw new InvalidInput(notApplied(manifest, "is not applied: there are no ids to import"));
      }),
    );
    context.terminal.out(terraformConfiguration(deployments.flat()));
    return EXIT.done;
  });
};
