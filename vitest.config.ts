import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["tests/support/build.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Two cores are usual: whole commands are processes of their own, and more at once only fight for them.
    maxWorkers: 2,
  },
});
