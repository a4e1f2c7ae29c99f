// Writes the JSON Schemas of all kinds to schemas/; a test fails when they are stale.
import { mkdirSync, writeFileSync } from "node:fs";
import { jsonSchemaOf, kinds } from "../pkg/kinds/index.ts";

mkdirSync("schemas", { recursive: true });
for (const kind of kinds)
  writeFileSync(`schemas/${kind.kind}.json`, `${JSON.stringify(jsonSchemaOf(kind), null, 2)}\n`);
