// What the CLI loads beside its bundle when the Pulumi CLI is to do the work: Automation API with the SDK that the program
// runs on, from node_modules, both of one copy.
import { programFor as programOf } from "../components/index.ts";
import type { ProgramInput } from "../components/index.ts";
import { findKind } from "../kinds/index.ts";

export { AutomationEngine } from "../engine/pulumi-cli/pulumi-cli-engine.ts";

/** The program of a manifest. Its kind is looked up here: the kind that the bundle has loads the bundle's copy of the SDK. */
export const programFor = (
  manifest: ProgramInput & { kind: { kind: string } },
  tenant: Parameters<typeof programOf>[1],
): ReturnType<typeof programOf> => {
  const kind = findKind(manifest.kind.kind);
  if (!kind) throw new Error(`there is no kind ${manifest.kind.kind} beside the bundle`);
  return programOf({ ...manifest, kind }, tenant);
};
