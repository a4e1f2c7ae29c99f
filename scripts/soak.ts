// The crash tests at every moment, and 200 kills of a receiver, instead of the samples that `npm test` takes. It takes
// about half an hour.
import { spawnSync } from "node:child_process";

const { status } = spawnSync(
  "npx",
  ["vitest", "run", "tests/crash", "tests/delivery/kill.test.ts", ...process.argv.slice(2)],
  {
    stdio: "inherit",
    env: { ...process.env, SOAK: "1" },
    shell: process.platform === "win32",
  },
);
process.exitCode = status ?? 1;
