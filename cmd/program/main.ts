// The Pulumi program: what `pulumi up` runs. Takes one manifest, from a stack input or a file, and exports its
// `status.outputs` as stack outputs.
import * as pulumi from "@pulumi/pulumi";
import { programFor } from "../../pkg/components/index.ts";
import { InvalidInput, diagnostic, hasErrors, isInvalidInput } from "../../pkg/diagnostics/index.ts";
import { chooseTenants } from "../../pkg/deploy/tenants.ts";
import type { Tenant } from "../../pkg/deploy/tenants.ts";
import { loadManifests, parseProviderConfig, withReferences } from "../../pkg/manifest/index.ts";
import type { Manifest } from "../../pkg/manifest/index.ts";
import { renderDiagnostics } from "../../pkg/report/index.ts";
import { domainOf } from "../../pkg/values/index.ts";
import { projectFolder } from "./project-folder.ts";
import { manifestSource } from "./stack-input.ts";

const plain = (_: unknown, text: string): string => text;

/** The one manifest of the stack, and the tenant that it goes to. @throws InvalidInput */
async function load(): Promise<[Manifest, Tenant]> {
  const source = manifestSource(process.env, new pulumi.Config(), new pulumi.Config("planton-cloud"));
  const loaded = await loadManifests({ ...source, set: [], strict: false, absent: "error", env: process.env });
  const { diagnostics, providerConfig } = loaded;
  const [manifest, another] = loaded.manifests;
  if (hasErrors(diagnostics) || !manifest) throw new InvalidInput(diagnostics);
  if (another) {
    const { file, line } = another.document;
    const hint = "give each manifest a file and a stack; openmcf apply takes many at once";
    throw new InvalidInput(diagnostic("duplicate-stack", "a stack takes one manifest", { file, line, hint }));
  }
  if (diagnostics.length > 0) await pulumi.log.warn(renderDiagnostics(diagnostics, plain).join("\n"));
  const { spec, diagnostics: unresolved } = withReferences(manifest, () => undefined);
  if (hasErrors(unresolved)) throw new InvalidInput(unresolved);
  const given = providerConfig ? [parseProviderConfig(providerConfig.file, providerConfig.value)] : [];
  const environment = domainOf(new pulumi.Config("auth0").get("domain") ?? process.env["AUTH0_DOMAIN"] ?? "");
  const tenants = chooseTenants([manifest], { given, ...(environment === "" ? {} : { environment }) });
  return [{ ...manifest, spec }, tenants.get(manifest) ?? {}];
}

process.chdir(projectFolder(pulumi.getRootDirectory(), process.cwd()));
const [manifest, tenant] = await load().catch((error: unknown) => {
  if (!isInvalidInput(error)) throw error;
  // Of any other error Pulumi shows the stack, and all that it holds.
  throw new pulumi.RunError(renderDiagnostics(error.diagnostics, plain).join("\n"));
});

export default await programFor(manifest, tenant)();
