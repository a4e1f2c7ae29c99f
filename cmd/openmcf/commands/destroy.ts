import type { Command } from "../context.ts";
import { execute } from "../execute.ts";
import type { RunFlags } from "../flags.ts";

/** `openmcf destroy`: deletes everything in the manifests' stacks; on a terminal asks first. */
export const destroy: Command<RunFlags> = (context, flags) =>
  execute(context, flags, { verb: "destroy", isPreview: false, asks: true, needsCredentials: true });
