import type { Engine } from "../engine/index.ts";
import type { Manifest, ManifestReference } from "../manifest/index.ts";
import { hideSecrets, isUnknown } from "../values/index.ts";
import type { PropertyMap } from "../values/index.ts";

/**
 * `status.outputs` as a manifest's stack gives them: every declared one present (null where it does not apply), no
 * others, secrets as `[secret]`, what is not known yet as `[unknown]`.
 */
export function outputsOf(manifest: Manifest, stackOutputs: PropertyMap): Record<string, unknown> {
  const outputs: Record<string, unknown> = {};
  for (const [name, { only }] of Object.entries(manifest.kind.outputs)) {
    if (only !== undefined && (manifest.spec as Record<string, unknown>)[only] === undefined) continue;
    const value = stackOutputs[name] ?? null;
    outputs[name] = isUnknown(value) ? "[unknown]" : hideSecrets(value);
  }
  return outputs;
}

/** Where stacks are kept, as far as their names go. */
export interface StackIndex {
  stacks(): Promise<{ project: string; stack: string }[]>;
}

/** Finds the outputs of a manifest that is not part of this command, by the default name of its stack. */
export async function outputsElsewhere(
  reference: ManifestReference,
  from: Manifest,
  engine: Engine,
  backend: StackIndex,
): Promise<PropertyMap | undefined> {
  const suffix = `.${reference.kind}.${reference.name}`;
  const candidates = (await backend.stacks()).filter(({ stack }) => stack.endsWith(suffix));
  const env = from.metadata.env ?? "default";
  const best =
    candidates.find(({ stack }) => stack === `${env}${suffix}`) ??
    (candidates.length === 1 ? candidates[0] : undefined);
  return best && engine.outputs(best);
}
