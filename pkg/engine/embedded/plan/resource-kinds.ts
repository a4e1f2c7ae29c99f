import type { ResourceState } from "../../../state/index.ts";
import { PROVIDER_PREFIX } from "../../urn.ts";

/** Whether a driver looks after the resource: custom, live, and not made by somebody else. */
export function isManaged(resource: ResourceState): boolean {
  return resource.custom && !resource.external && !resource.type.startsWith(PROVIDER_PREFIX);
}

/** Whether it is a provider that the engine makes by itself, for resources that name none. */
export function isDefaultProvider({ type, urn }: { type: string; urn: string }): boolean {
  return type.startsWith(PROVIDER_PREFIX) && /::default(_\d.*)?$/.test(urn);
}
