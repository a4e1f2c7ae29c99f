import { findKind, jsonSchemaOf, kindNames, kinds } from "../../../pkg/kinds/index.ts";
import { EXIT } from "../context.ts";
import type { Command } from "../context.ts";
import { badFlag } from "../failure.ts";

/** `openmcf schema`: the JSON Schema of a kind, for editors. */
export const schema: Command<{ paths: string[] }> = async ({ terminal }, { paths: [name] }) => {
  const kind = name === undefined ? kinds[0] : findKind(name);
  if (!kind) throw badFlag(`there is no kind "${name}"`, `kinds are ${kindNames().join(", ")}`);
  terminal.out(`${JSON.stringify(jsonSchemaOf(kind), null, 2)}\n`);
  return EXIT.done;
};
