import { existsSync } from "node:fs";
import { basename } from "node:path";
import { InvalidInput, diagnostic } from "../../pkg/diagnostics/index.ts";
import type { SourceOptions } from "../../pkg/manifest/index.ts";

/** The part of `pulumi.Config` that is needed. */
interface Config {
  get(key: string): string | undefined;
}

/**
 * Where the program's manifest comes from, in the order of OpenMCF's modules: config `planton-cloud:stack-input` (a stack
 * input's text), `STACK_INPUT_YAML` (the same), `STACK_INPUT_YAML_FILE` (its path), else config `manifest` (a manifest's
 * path).
 * @param own configuration of the project.
 * @param openmcf configuration in OpenMCF's namespace, `planton-cloud`.
 * @throws InvalidInput when none is given.
 */
export function manifestSource(env: NodeJS.ProcessEnv, own: Config, openmcf: Config): SourceOptions {
  const text = openmcf.get("stack-input") || env["STACK_INPUT_YAML"];
  if (text) return { manifests: [], stackInput: "-", env, stdin: async () => text };
  const file = env["STACK_INPUT_YAML_FILE"];
  if (file) return { manifests: [], stackInput: inProject(file), env };
  const manifest = own.get("manifest");
  if (manifest) return { manifests: [manifest], env };
  throw new InvalidInput(
    diagnostic("no-manifest", "no manifest is given", {
      hint: "pulumi config set manifest PATH, or set STACK_INPUT_YAML_FILE",
    }),
  );
}

/** With a relative `--module-dir`, OpenMCF names the file from its own folder; it lies in the project's. */
function inProject(file: string): string {
  return !existsSync(file) && existsSync(basename(file)) ? basename(file) : file;
}
