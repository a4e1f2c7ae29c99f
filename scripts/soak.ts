// The crash tests at every moment, instead of the sample that `npm test` takes. It takes about a quarter of an hour.
import { spawnSync } from "node:child_process";

const { status } = spawnSync(
  "npx",
  ["vitest", "run", "--project", "commands", "tests/crash", ...process.argv.slice(2)],
  {
    stdio: "inherit",
    env: { ...process.env, SOAK: "1" },
    shell: process.platform === "win32",
  },
);
process.exitCode = status ?? 1;
