import { InvalidInput, diagnostic } from "../../pkg/diagnostics/index.ts";
import type { SourceOptions } from "../../pkg/manifest/index.ts";

/** The part of `pulumi.Config` that is needed. */
interface Config {
  get(key: string): string | undefined;
}

/**
 * Where the program's manifest comes from, as OpenMCF's modules take it: `STACK_INPUT_YAML` (a stack input's text),
 * `STACK_INPUT_YAML_FILE` (its path), else config `manifest` (a manifest's path).
 * @throws InvalidInput when none is given.
 */
export function manifestSource(env: NodeJS.ProcessEnv, config: Config): SourceOptions {
  const text = env["STACK_INPUT_YAML"];
  if (text) return { manifests: [], stackInput: "-", env, stdin: async () => text };
  const file = env["STACK_INPUT_YAML_FILE"];
  if (file) return { manifests: [], stackInput: file, env };
  const manifest = config.get("manifest");
  if (manifest) return { manifests: [manifest], env };
  throw new InvalidInput(
    diagnostic("no-manifest", "no manifest is given", {
      hint: "pulumi config set manifest PATH, or set STACK_INPUT_YAML_FILE",
    }),
  );
}
