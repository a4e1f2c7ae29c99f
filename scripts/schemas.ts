// Writes the JSON Schemas of all kinds, and the schema of the component package, to schemas/; a test fails when they are
// stale.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { packageSchema } from "../pkg/component-provider/package-schema.ts";
import { jsonSchemaOf, kinds } from "../pkg/kinds/index.ts";

const about = JSON.parse(readFileSync("package.json", "utf8")) as Parameters<typeof packageSchema>[0];
const write = (name: string, schema: unknown): void =>
  writeFileSync(`schemas/${name}.json`, `${JSON.stringify(schema, null, 2)}\n`);

mkdirSync("schemas", { recursive: true });
for (const kind of kinds) write(kind.kind, jsonSchemaOf(kind));
write("pulumi-package", packageSchema(about));
