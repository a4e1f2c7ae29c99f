import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["tests/interrupt/scenario.ts"], setupFiles: ["tests/support/end-with-parent.cjs"] },
});
