import { kinds } from "../../../pkg/kinds/index.ts";
import type { Command } from "../context.ts";
import { execute } from "../execute.ts";
import type { RunFlags } from "../flags.ts";

/** `openmcf import`: adopts a live stream by id or name, and shows what an apply would still change. */
export const importStream: Command<RunFlags> = async (context, flags) => {
  // The live stream may be named before the manifest: `import est_… -f file.yaml`.
  const [first, ...rest] = flags.paths ?? [];
  const isId = first !== undefined && kinds.some(({ resource }) => resource.id.test(first));
  const idOrName = flags.id ?? (isId ? first : undefined);
  return execute(context, isId ? { ...flags, paths: rest } : flags, {
    verb: "import",
    isPreview: false,
    asks: false,
    needsCredentials: true,
    importRequest: ({ kind, metadata }) => ({
      type: kind.resource.type,
      idOrName: idOrName ?? metadata.name,
      idPrefix: kind.resource.idPrefix,
    }),
  });
};
