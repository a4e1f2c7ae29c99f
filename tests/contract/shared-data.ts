import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Recordings and state files that are not part of the project; tests that need them are skipped without. */
const DATA = resolve("../shared/data");

export const hasSharedData = existsSync(DATA);

if (!hasSharedData) process.stderr.write("contract tests are skipped: ../shared/data is not there\n");

export function sharedFile(name: string): string {
  return readFileSync(join(DATA, name), "utf8");
}

export function sharedPath(name: string): string {
  return join(DATA, name);
}
