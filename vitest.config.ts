import { defineConfig } from "vitest/config";

/** These start whole commands of the built CLI, or import the built library: they need a build first. */
const COMMANDS = [
  "tests/{component-provider,crash,e2e,export,golden,package,real}/**/*.test.ts",
  "tests/engine/pulumi-cli-engine.test.ts",
  "tests/components/event-bus.test.ts",
  "tests/manifest/sources.test.ts",
  "tests/sandbox/*.test.ts",
];

const limits = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  test: {
    // Two cores are usual: whole commands are processes of their own, and more at once only fight for them.
    maxWorkers: 2,
    projects: [
      { test: { name: "unit", include: ["tests/**/*.test.ts"], exclude: COMMANDS, ...limits } },
      { test: { name: "commands", include: COMMANDS, globalSetup: ["tests/support/build.ts"], ...limits } },
    ],
  },
});
