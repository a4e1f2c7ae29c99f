import { auth0EventStream } from "./auth0-event-stream/index.ts";
import { auth0LogStream } from "./auth0-log-stream/index.ts";
import type { Kind } from "./kind.ts";

/** The apiVersion of every kind here. */
export const API_VERSION = "auth0.openmcf.org/v1";

/** All kinds; a new one is one line here. */
export const kinds: readonly Kind[] = [auth0EventStream, auth0LogStream];

/** The names of all kinds. */
export function kindNames(): string[] {
  return kinds.map(({ kind }) => kind);
}

/** Finds a kind by name as OpenMCF does: case, `-` and `_` do not matter. */
export function findKind(name: string): Kind | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_]/g, "");
  return kinds.find(({ kind }) => plain(kind) === plain(name));
}
