import { diagnostic } from "../diagnostics/index.ts";
import type { Diagnostic } from "../diagnostics/index.ts";
import type { ImportRequest } from "./engine.ts";

/** No live resource answers to what was asked for. */
export function nothingLive({ idOrName, idPrefix }: ImportRequest): Diagnostic {
  const hint = `an id starts with ${idPrefix}; a name is matched exactly`;
  return diagnostic("not-found", `there is nothing with id or name ${idOrName}`, { hint });
}

/** Something is on record where a resource would be imported to. */
export function inStateAlready(name: string, id = ""): Diagnostic {
  const hint = "it is managed already: openmcf plan shows what an apply would change";
  return diagnostic("operation-failed", `${name} is in the state already${id && `, as ${id}`}`, { hint });
}
