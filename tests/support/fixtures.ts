import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Path of a file that the real Pulumi CLI or the official Auth0 provider produced; its README says which. */
export function pulumiFixturePath(name: string): string {
  return join(resolve("tests/fixtures/pulumi"), name);
}

/** Text of such a file. */
export function pulumiFixture(name: string): string {
  return readFileSync(pulumiFixturePath(name), "utf8");
}

/** The JSON documents of such a file with one on each line. */
export function pulumiFixtureLines<T>(name: string): T[] {
  return pulumiFixture(name)
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
}
