import type { Command } from "../context.ts";
import { execute } from "../execute.ts";
import type { RunFlags } from "../flags.ts";

/** `openmcf apply`: plan, then carry it out; on a terminal asks first. */
export const apply: Command<RunFlags> = (context, flags) =>
  execute(context, flags, { verb: "apply", isPreview: false, asks: true, needsCredentials: true });
