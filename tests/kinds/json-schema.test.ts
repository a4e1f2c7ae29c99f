import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { jsonSchemaOf, kinds } from "../../pkg/kinds/index.ts";

test("schemas/ is what the kinds say (npm run schemas writes it)", () => {
  expect(readdirSync("schemas").toSorted()).toEqual(kinds.map(({ kind }) => `${kind}.json`).toSorted());
  for (const kind of kinds)
    expect(JSON.parse(readFileSync(`schemas/${kind.kind}.json`, "utf8"))).toEqual(
      JSON.parse(JSON.stringify(jsonSchemaOf(kind))),
    );
});
