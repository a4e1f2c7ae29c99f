import type { Command } from "../context.ts";
import { execute } from "../execute.ts";
import type { RunFlags } from "../flags.ts";

/** `openmcf refresh`: reads the live side, reports what drifted, and (without `--preview-only`) records it. */
export const refresh: Command<RunFlags> = (context, flags) =>
  execute(context, flags, {
    verb: "refresh",
    isPreview: flags.previewOnly ?? false,
    asks: false,
    needsCredentials: true,
  });
