import { defineConfig } from "vitest/config";

/** These start whole commands of the built CLI or import the built library, and need a build first; or they take long. */
const COMMANDS = [
  "tests/{component-provider,crash,e2e,golden,interrupt,package,real}/**/*.test.ts",
  "tests/export/export.test.ts",
  "tests/engine/pulumi-cli-engine.test.ts",
  "tests/components/{event-bus,bus-state}.test.ts",
  "tests/delivery/{faults,kill}.test.ts",
  "tests/manifest/sources.test.ts",
  "tests/sandbox/*.test.ts",
];

const common = {
  // Far above what a slow machine needs: a test that waits for ever ends, no other one fails for the time it takes.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  setupFiles: ["tests/support/end-with-parent.cjs"],
};

/** The rooms' own tests: they need no build. */
export const UNIT = { name: "unit", include: ["tests/**/*.test.ts"], exclude: COMMANDS, ...common };

export default defineConfig({
  test: {
    // Two cores are usual: whole commands are processes of their own, and more at once only fight for them.
    maxWorkers: 2,
    projects: [
      { test: UNIT },
      { test: { name: "commands", include: COMMANDS, globalSetup: ["tests/support/build.ts"], ...common } },
    ],
  },
});
