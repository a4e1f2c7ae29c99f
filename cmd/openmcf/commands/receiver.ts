import { InvalidInput, diagnostic } from "../../../pkg/diagnostics/index.ts";
import { plainSpec, shownSpec } from "../../../pkg/manifest/index.ts";
import { dashboardSettings, receiversOf } from "../../../pkg/receivers/index.ts";
import { table } from "../../../pkg/report/index.ts";
import { EXIT } from "../context.ts";
import type { Command } from "../context.ts";
import type { SourceFlags } from "../flags.ts";
import { loadForWork } from "../load-input.ts";

interface SettingsFlags extends SourceFlags {
  showSecrets?: boolean;
}

/** `openmcf receiver settings`: what to type into Auth0's dashboard, and the request that makes the same stream. */
export const receiverSettings: Command<SettingsFlags> = async (context, flags) => {
  const { manifests } = await loadForWork(context, flags, flags.showSecrets ? "error" : "defer");
  const specOf = flags.showSecrets ? plainSpec : shownSpec;
  const setups = receiversOf(manifests, context.cwd, specOf);
  if (setups.length === 0) throw new InvalidInput(diagnostic("nothing-to-run", "no manifest has a receiver"));
  const printed = setups.map((setup) => {
    const manifest = manifests.find(({ metadata }) => metadata.name === setup.name);
    const spec = manifest ? (specOf(manifest) as object) : {};
    return { name: setup.name, kind: setup.kind, ...dashboardSettings(setup, spec, flags.showSecrets ?? false) };
  });
  const { out, paint } = context.terminal;
  if (flags.output === "json") out(`${JSON.stringify(printed, null, 2)}\n`);
  else
    out(
      printed
        .map(({ name, fields, curl }) => `${paint("bold", name)}\n${table(fields, "  ").join("\n")}\n\n${curl}\n`)
        .join("\n"),
    );
  return EXIT.done;
};
