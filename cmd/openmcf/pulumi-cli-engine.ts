import { InvalidInput, diagnostic } from "../../pkg/diagnostics/index.ts";
import type * as pulumiCliEngine from "../../pkg/entry/pulumi-cli-engine.ts";

/**
 * Loads what drives the Pulumi CLI. It lies beside the bundle, because program and Automation API must share one copy of
 * the Pulumi SDK, the one in node_modules.
 * @throws InvalidInput when the SDK, an optional part of the installation, is not there.
 */
export async function loadPulumiCliEngine(): Promise<typeof pulumiCliEngine> {
  const beside = new URL("../lib/pulumi-cli-engine.js", import.meta.url).href;
  try {
    return (await import(beside)) as typeof pulumiCliEngine;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new InvalidInput(
      diagnostic("sdk-missing", "the Pulumi CLI is driven with Pulumi's Node.js SDK, which is not installed", {
        hint: "npm install @pulumi/pulumi beside auth0-streams (with --global where auth0-streams is installed globally)",
      }),
    );
  }
}
