import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { jsonSchemaOf, kinds } from "../../pkg/kinds/index.ts";

test("schemas/ is what the kinds say (npm run schemas writes it)", () => {
  const names = [...kinds.map(({ kind }) => kind), "pulumi-package"];
  expect(readdirSync("schemas").toSorted()).toEqual(names.map((name) => `${name}.json`).toSorted());
  for (const kind of kinds)
    expect(JSON.parse(readFileSync(`schemas/${kind.kind}.json`, "utf8"))).toEqual(
      JSON.parse(JSON.stringify(jsonSchemaOf(kind))),
    );
});
