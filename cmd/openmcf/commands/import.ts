import type { Command } from "../context.ts";
import { execute } from "../execute.ts";
import type { RunFlags } from "../flags.ts";

/** Which resource of a kind's program is the one to import. */
const IMPORTED_TYPE: Readonly<Record<string, string>> = { Auth0EventStream: "auth0:index/eventStream:EventStream" };

/** `openmcf import`: adopts a live stream by id or name, and shows what an apply would still change. */
export const importStream: Command<RunFlags> = async (context, flags) => {
  // The live stream may be named before the manifest: `import est_… -f file.yaml`.
  const [first, ...rest] = flags.paths ?? [];
  const isId = first !== undefined && /^est_\w+$/.test(first);
  const idOrName = flags.id ?? (isId ? first : undefined);
  return execute(context, isId ? { ...flags, paths: rest } : flags, {
    verb: "import",
    isPreview: false,
    asks: false,
    needsCredentials: true,
    importRequest: ({ kind, metadata }) => ({
      type: IMPORTED_TYPE[kind.kind] ?? kind.kind,
      idOrName: idOrName ?? metadata.name,
    }),
  });
};
