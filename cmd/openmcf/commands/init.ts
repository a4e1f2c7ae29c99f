import { EXIT } from "../context.ts";
import type { Command } from "../context.ts";
import type { BackendFlags } from "../flags.ts";
import { loadForWork } from "../load-input.ts";
import { withWorkspace } from "../workspace.ts";

/** `openmcf init`: makes the stacks, empty. Not needed before `apply`, which makes what is missing. */
export const init: Command<BackendFlags> = async (context, flags) => {
  const { manifests } = await loadForWork(context, flags, "defer");
  return withWorkspace(context, flags, undefined, async ({ engine }) => {
    for (const { stack } of manifests) {
      const isNew = await engine.init(stack);
      context.terminal.out(`${stack.project}/${stack.stack}  ${isNew ? "made" : "exists already"}\n`);
    }
    return EXIT.done;
  });
};
