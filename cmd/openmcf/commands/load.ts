import { effectiveManifest } from "../../../pkg/manifest/index.ts";
import { toYaml } from "../../../pkg/report/yaml.ts";
import { EXIT } from "../context.ts";
import type { Command } from "../context.ts";
import type { SourceFlags } from "../flags.ts";
import { loadForWork } from "../load-input.ts";

/** `openmcf load`: the manifests as they will be applied, after overlays, `--set` and references. Secrets are hidden. */
export const load: Command<SourceFlags> = async (context, flags) => {
  const { manifests } = await loadForWork(context, flags, "defer");
  const shown = manifests.map(effectiveManifest);
  if (flags.output === "json")
    context.terminal.out(`${JSON.stringify(shown.length === 1 ? shown[0] : shown, null, 2)}\n`);
  else context.terminal.out(shown.map((manifest) => toYaml(manifest)).join("---\n"));
  return EXIT.done;
};
