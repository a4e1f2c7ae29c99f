// The Pulumi program: what `pulumi up` runs. Takes one manifest, from a stack input or a file, and exports its
// `status.outputs` as stack outputs.
import * as pulumi from "@pulumi/pulumi";
import { programFor } from "../../pkg/components/index.ts";
import { InvalidInput, hasErrors } from "../../pkg/diagnostics/index.ts";
import { loadManifests, parseProviderConfig } from "../../pkg/manifest/index.ts";
import { manifestSource } from "./stack-input.ts";

const source = manifestSource(process.env, new pulumi.Config());
const { manifests, diagnostics, providerConfig } = await loadManifests({
  ...source,
  set: [],
  strict: false,
  absent: "error",
  env: process.env,
});
for (const { severity, message, file, line } of diagnostics) {
  if (severity === "warning") await pulumi.log.warn(`${file ?? ""}:${line ?? ""} ${message}`);
}
const [manifest] = manifests;
if (hasErrors(diagnostics) || !manifest) throw new InvalidInput(diagnostics);
const credentials = providerConfig && parseProviderConfig(providerConfig.file, providerConfig.value);

const outputs = await programFor(manifest, credentials)();

/** OpenMCF's proto has snake_case, its readers want camelCase: stack outputs have both. */
export default {
  ...outputs,
  ...Object.fromEntries(Object.entries(outputs).map(([name, value]) => [snake(name), value])),
};

function snake(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
