import type { Command } from "../context.ts";
import { execute } from "../execute.ts";
import type { RunFlags } from "../flags.ts";

/** `openmcf plan`: what `apply` (or, with `--destroy`, `destroy`) would do, compared with the live side. */
export const plan: Command<RunFlags> = (context, flags) =>
  execute(context, flags, {
    verb: flags.destroy ? "destroy" : "plan",
    isPreview: true,
    asks: false,
    needsCredentials: flags.refresh ?? false,
  });
