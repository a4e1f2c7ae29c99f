// The tests of one room for Stryker, which scripts/mutation.ts names in MUTATION_TESTS.
import { defineConfig } from "vitest/config";
import { UNIT } from "./vitest.config.ts";

const folders = process.env["MUTATION_TESTS"]?.split(",") ?? [];

export default defineConfig({ test: { ...UNIT, include: folders.map((folder) => `tests/${folder}/**/*.test.ts`) } });
