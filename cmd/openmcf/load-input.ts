import { join } from "node:path";
import { InvalidInput, diagnostic, hasErrors } from "../../pkg/diagnostics/index.ts";
import type { Diagnostic } from "../../pkg/diagnostics/index.ts";
import { loadManifests } from "../../pkg/manifest/index.ts";
import type { LoadResult, Manifest } from "../../pkg/manifest/index.ts";
import { renderDiagnostics } from "../../pkg/report/index.ts";
import type { Context } from "./context.ts";
import { badFlag } from "./failure.ts";
import type { BackendFlags, SourceFlags } from "./flags.ts";

/** Loads the manifests that flags ask for. Problems are in the result. */
export function loadInput({ env, stdin }: Context, flags: SourceFlags, absent: "error" | "defer"): Promise<LoadResult> {
  return loadManifests({
    manifests: [
      ...(flags.manifest ?? []),
      ...(flags.paths ?? []),
      ...(flags.inputDir ? [join(flags.inputDir, "target.yaml")] : []),
    ],
    recursive: flags.recursive ?? false,
    ...(flags.stackInput ? { stackInput: flags.stackInput } : {}),
    ...(flags.kustomizeDir === undefined ? {} : { kustomizeDir: flags.kustomizeDir }),
    ...(flags.overlay === undefined ? {} : { overlay: flags.overlay }),
    set: flags.set ?? [],
    allowEnv: flags.allowEnv ?? [],
    allowFiles: flags.allowFiles ?? [],
    strict: flags.strict ?? false,
    absent,
    env,
    stdin,
  });
}

/**
 * Loads manifests that something is to be done with: warnings are told, errors end the command with nothing touched.
 * @throws InvalidInput with every problem of every file.
 */
export async function loadForWork(
  context: Context,
  flags: BackendFlags,
  absent: "error" | "defer" = "error",
): Promise<LoadResult> {
  const result = await loadInput(context, flags, absent);
  applyStackFlag(result, flags.stack);
  if (hasErrors(result.diagnostics)) throw new InvalidInput(result.diagnostics);
  if (result.manifests.length === 0)
    throw new InvalidInput(
      result.diagnostics.length > 0 ? result.diagnostics : diagnostic("no-manifest", "no manifest is given"),
    );
  tellWarnings(context, result.diagnostics);
  return result;
}

/** Prints warnings to stderr. */
function tellWarnings({ terminal }: Context, diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length > 0) terminal.err(`${renderDiagnostics(diagnostics, terminal.paintErr).join("\n")}\n`);
}

/** `--stack` names the stack of a manifest that does not say; saying two different things is an error, not a silent choice. */
function applyStackFlag({ manifests }: LoadResult, flag: string | undefined): void {
  if (flag === undefined) return;
  const [organization, project, stack, ...more] = flag.split("/");
  if (!organization || !project || !stack || more.length > 0)
    throw badFlag(`--stack ${flag} is not organization/project/stack`);
  if (manifests.length > 1) throw badFlag("--stack goes with one manifest", "name the stacks with labels");
  const [manifest] = manifests as [Manifest | undefined];
  if (!manifest) return;
  const hasLabels = Object.keys(manifest.metadata.labels ?? {}).some((label) =>
    label.startsWith("pulumi.openmcf.org/"),
  );
  if (hasLabels && (manifest.stack.project !== project || manifest.stack.stack !== stack)) {
    throw badFlag(
      `--stack ${flag} contradicts the manifest's labels (${manifest.stack.project}/${manifest.stack.stack})`,
      "drop the flag or change the labels",
    );
  }
  manifest.stack = { organization, project, stack };
}
